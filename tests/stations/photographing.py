"""Photos as people take them of what we print: turned, tilted, dim, blurred, small, glaring."""

import io
import math
import random
from collections.abc import Callable
from datetime import date

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from venues.posters.drawing import poster_png
from venues.posters.words import PosterSheet, PosterSize

WIDTH, HEIGHT = 640, 480
Photo = tuple[str, str, bytes]  # the trouble, what the code says, the file


def poster(code: str, paper: PosterSize = PosterSize.A4) -> tuple[str, Image.Image]:
    """Return a poster of ours: what its code says, and its picture."""
    address = f"HTTPS://KHAIBAO.EXAMPLE.VN/V/{code}"
    sheet = PosterSheet(
        "Chợ Trà Vinh", "Phường 1, Thành phố Trà Vinh", code, "00042-01", date(2021, 11, 5), address
    )
    return address, Image.open(io.BytesIO(poster_png(sheet, paper))).convert("L")


def card(text: str) -> tuple[str, Image.Image]:
    """Return a card with a code."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=8)))
    whole = Image.new("L", (picture.width + 80, picture.height + 80), 235)
    whole.paste(picture, (40, 40))
    return text, whole


def photos(subjects: list[tuple[str, Image.Image]], each: int, seed: int) -> list[Photo]:
    """Return so many photos of every subject with every trouble."""
    rng = random.Random(seed)
    return [
        (trouble, text, take(picture, rng))
        for trouble, take in TROUBLES.items()
        for text, picture in subjects
        for _ in range(each)
    ]


def _on_table(picture: Image.Image, rng: random.Random, share: float, angle: float) -> Image.Image:
    """Lay a sheet on a table, turned, filling a share of the photo's height."""
    height = int(HEIGHT * share)
    small = picture.resize(
        (max(1, picture.width * height // picture.height), height), Image.Resampling.LANCZOS
    )
    mask = Image.new("L", small.size, 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    turned = small.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(115, 14, (HEIGHT, WIDTH))
    table = Image.fromarray(noise.clip(0, 255).astype("uint8")).filter(ImageFilter.GaussianBlur(1))
    room = WIDTH - turned.width, HEIGHT - turned.height
    at = tuple(rng.randrange(max(1, space)) if space > 0 else space // 2 for space in room)
    table.paste(turned, at, mask)
    return table


def _turned(picture: Image.Image, rng: random.Random) -> bytes:
    return _jpeg(_on_table(picture, rng, rng.uniform(0.35, 0.75), rng.uniform(0, 360)), rng)


def _tilted(picture: Image.Image, rng: random.Random) -> bytes:
    """Seen from the side or from below, by up to about fifty degrees."""
    photo = _on_table(picture, rng, rng.uniform(0.5, 0.9), rng.uniform(-8, 8))
    lean = math.sin(math.radians(rng.uniform(25, 60))) * 0.4
    w, h, d = WIDTH, HEIGHT, lean * WIDTH
    corners = rng.choice(
        [
            [(0, 0), (w, d / 2), (w, h - d / 2), (0, h)],
            [(d / 2, 0), (w - d / 2, 0), (w, h), (0, h)],
        ]
    )
    return _jpeg(
        photo.transform(
            (w, h), Image.Transform.PERSPECTIVE, _perspective(corners), Image.Resampling.BICUBIC
        ),
        rng,
    )


def _dim(picture: Image.Image, rng: random.Random) -> bytes:
    """By the light of one bulb: little contrast, much noise, one side darker."""
    photo = np.asarray(
        _on_table(picture, rng, rng.uniform(0.5, 0.9), rng.uniform(-15, 15)), dtype=float
    )
    fall = np.linspace(1, rng.uniform(0.3, 0.7), WIDTH)[None, :]
    light = rng.uniform(0.04, 0.15)
    sensor = np.random.default_rng(rng.randrange(1 << 30)).normal(0, rng.uniform(2, 7), photo.shape)
    return _jpeg(
        Image.fromarray((photo * light * fall + 8 + sensor).clip(0, 255).astype("uint8")), rng
    )


def _blurred(picture: Image.Image, rng: random.Random) -> bytes:
    """Not in focus, or moved while it was taken."""
    photo = _on_table(picture, rng, rng.uniform(0.6, 0.95), rng.uniform(-15, 15))
    if rng.random() < 0.5:
        return _jpeg(photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 3.0))), rng)
    steps, angle = rng.randrange(3, 10), rng.uniform(0, math.pi)
    layers = [
        np.asarray(
            photo.transform(
                photo.size,
                Image.Transform.AFFINE,
                (1, 0, n * math.cos(angle), 0, 1, n * math.sin(angle)),
            ),
            dtype=float,
        )
        for n in range(steps)
    ]
    return _jpeg(Image.fromarray((sum(layers) / steps).astype("uint8")), rng)


def _small(picture: Image.Image, rng: random.Random) -> bytes:
    return _jpeg(_on_table(picture, rng, rng.uniform(0.15, 0.4), rng.uniform(-20, 20)), rng)


def _glaring(picture: Image.Image, rng: random.Random) -> bytes:
    """A lamp is mirrored in the laminated sheet."""
    photo = np.asarray(_on_table(picture, rng, 0.8, rng.uniform(-15, 15)), dtype=float)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    at = rng.uniform(0.2, 0.8) * WIDTH, rng.uniform(0.2, 0.8) * HEIGHT
    spot = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * rng.uniform(40, 90) ** 2))
    return _jpeg(Image.fromarray((photo * 0.6 + spot * 190).clip(0, 255).astype("uint8")), rng)


TROUBLES: dict[str, Callable[[Image.Image, random.Random], bytes]] = {
    "turned": _turned,
    "tilted": _tilted,
    "dim": _dim,
    "blurred": _blurred,
    "small": _small,
    "glaring": _glaring,
}


def _jpeg(photo: Image.Image, rng: random.Random) -> bytes:
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=rng.randrange(35, 75))
    return file.getvalue()


def _perspective(corners: list[tuple[float, float]]) -> list[float]:
    """Return what Pillow needs to map the photo's corners from these."""
    plain = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, plain, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return list(np.linalg.solve(np.array(rows, float), np.array(values, float)))
