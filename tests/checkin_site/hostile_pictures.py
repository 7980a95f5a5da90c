"""Pictures that were made to cost: small as files, large or slow to unpack and to search."""

import io
import os
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SIDE = 7000  # of a picture far larger than it may be


def _saved(picture: Image.Image, file_type: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_type, **options)
    return file.getvalue()


def _flat(mode: str, width: int = SIDE, height: int = SIDE) -> Image.Image:
    return Image.new(mode, (width, height))


def _corners(side: int) -> Image.Image:
    """Draw nothing but the corners of codes, each of which may be one's beginning."""
    tile = Image.new("L", (9, 9), 255)
    draw = ImageDraw.Draw(tile)
    for inset, colour in ((0, 0), (1, 255), (2, 0)):
        draw.rectangle((inset, inset, 6 - inset, 6 - inset), fill=colour)
    picture = Image.new("L", (side, side))
    for place in range(0, side * side, 9 * side):
        for left in range(0, side, 9):
            picture.paste(tile, (left, place // side))
    return picture


def _of_many_scans() -> bytes:
    whole = _saved(_flat("RGB", 2000, 1500), "JPEG", progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + last * 3000 + b"\xff\xd9"


def _lying_png() -> bytes:
    """Say 1 × 50,000,000 pixels, and hold none of them."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 1, 50_000_000, 8, 6, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(b"\0" * 1000), b"IEND"]
    parts = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _with_text() -> bytes:
    said = PngInfo()
    for number in range(60):
        said.add_text(f"k{number}", "A" * 1_000_000, zip=True)
    return _saved(_flat("L", 100, 100), "PNG", pnginfo=said)


def _moving(file_type: str) -> bytes:
    frames = [Image.new("RGB", (500, 500), (number, 0, 0)) for number in range(200)]
    return _saved(frames[0], file_type, save_all=True, append_images=frames[1:])


PICTURES: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: _saved(_flat("RGBA"), "PNG"),
    "a bomb in one bit": lambda: _saved(_flat("1", 11_000, 11_000), "PNG"),
    "a WebP bomb": lambda: _saved(_flat("RGB", 16_383, 3000), "WEBP", lossless=True),
    "a progressive bomb": lambda: _saved(_flat("RGB"), "JPEG", progressive=True, subsampling=0),
    "scans": _of_many_scans,
    "one pixel wide": _lying_png,
    "corners": lambda: _saved(_corners(2043), "PNG"),
    "noise": lambda: _saved(
        Image.frombytes("L", (2000, 2000), os.urandom(4_000_000)), "JPEG", quality=60
    ),
    "a moving WebP": lambda: _moving("WEBP"),
    "a moving PNG": lambda: _moving("PNG"),
    "texts": _with_text,
    "a profile": lambda: _saved(_flat("RGB", 200, 200), "JPEG", icc_profile=os.urandom(900_000)),
    "TIFF": lambda: _saved(_flat("RGB", 4000, 4000), "TIFF", compression="tiff_deflate"),
    "cut off": lambda: _saved(_flat("RGB", 3000, 3000), "JPEG")[:9000],
}
