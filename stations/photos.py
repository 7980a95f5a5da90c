"""Reading codes from photos and camera frames that a station's phone cannot read itself."""

import io
import struct
import time
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

import zxingcpp
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from accounts.limits import Limit
from accounts.turns import BUSY, RETRY_AFTER, BusyError, turn
from forms.pages import TOO_MANY

from .access import refused, station_required
from .models import Station

_MINUTE = 60  # seconds
_PHOTOS = Limit("photos", 300, timedelta(seconds=_MINUTE))
_AT_ONCE = 2  # on this machine: a picture takes up to 100 MB while it is unpacked
_WAITING = 0.5  # seconds until somebody is told to try again
_FRAME_BYTES = 200_000  # of a frame of 640 × 480; more is a photo somebody took
# Seconds of a core after which no further view of a picture is tried.
_FRAME_PATIENCE, _PHOTO_PATIENCE = 0.06, 0.5
_ONE_PHOTO = 0.2  # seconds of a core; one that took more counts as several
LARGEST_PHOTO = 8 * 1024 * 1024  # bytes
_LONGEST_SIDE = 12_000  # pixels
# How many pixels of each format take less than 100 MB while they are unpacked. A camera's JPEG is
# unpacked row by row, at half its size or less where it is larger than needed.
_MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 12_500_000, "WEBP": 4_200_000}
_MOST_PIXELS_IN_SCANS = 12_500_000  # a progressive JPEG waits whole for its last scan
_SCAN, _FEW_SCANS, _MOST_SCANS = b"\xff\xda", 4, 32  # a camera's preview beside it has one, too
_ENOUGH_PIXELS = 4_200_000  # to read any code that a person can hold into the picture
_MOST_TEXTS = 5
_WORKING_PIXELS = 1_250_000  # of which the dearest picture takes less than a second
_TILE, _OVERLAP = 768, 256  # pixels
_NO_PICTURE = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, OverflowError,
    Image.DecompressionBombError, Image.DecompressionBombWarning, zlib.error, struct.error,
    KeyError, IndexError, TypeError, EOFError,
)  # fmt: skip


class NotAPicture(Exception):  # noqa: N818 - a word of the field, as the others
    """What was sent is no picture that can be opened."""


class TooManyPhotos(ValidationError):  # noqa: N818 - the sentence is the name
    """A station sent more photos within a minute than any door needs."""

    def __init__(self) -> None:
        super().__init__(gettext("Too many photos. Wait a moment."), TOO_MANY)


@csrf_exempt
@never_cache
@require_POST
@station_required
def read(request: HttpRequest, station: Station) -> JsonResponse:
    """Read the codes on a picture; nothing of it is kept."""
    if station.ended_at:
        return refused(HTTPStatus.GONE, gettext("This phone is no station any more."))
    photo = request.FILES.get("photo")
    if photo is None:
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("Send a photo."))
    if (photo.size or 0) > LARGEST_PHOTO:
        sentence = gettext("This photo is too large.")
        return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    return _answer(station, photo.read(), timezone.now())


def _answer(station: Station, content: bytes, now: datetime) -> JsonResponse:
    try:
        return JsonResponse({"texts": decode_for(station, content, now)})
    except TooManyPhotos as refusal:
        return refused(HTTPStatus.TOO_MANY_REQUESTS, str(refusal.message), _MINUTE)
    except BusyError:
        return refused(HTTPStatus.SERVICE_UNAVAILABLE, str(BUSY), RETRY_AFTER)
    except NotAPicture:
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("This is no photo."))


def decode_for(station: Station, content: bytes, now: datetime) -> list[str]:
    """Read a picture of a door, one of its owner at a time, so that others have a place as well.

    A dear picture counts as several. Raises TooManyPhotos, NotAPicture and BusyError.
    """
    if not _PHOTOS.take(str(station.pk), now):
        raise TooManyPhotos
    patience = _FRAME_PATIENCE if len(content) <= _FRAME_BYTES else _PHOTO_PATIENCE
    begun = time.thread_time()
    try:
        with turn(f"photos-of-{station.venue.owner_id}", 1, _WAITING):
            return decode(content, patience)
    finally:
        if more := int((time.thread_time() - begun) / _ONE_PHOTO):
            _PHOTOS.take(str(station.pk), now, more)


def decode(content: bytes, patience: float = _PHOTO_PATIENCE) -> list[str]:
    """Return the texts of the codes on a picture, the largest code first, each once.

    `patience` is for how many seconds of a core other views of the picture are tried when the
    first shows nothing. Nothing of the picture is kept. Raises NotAPicture and BusyError.
    """
    until = time.thread_time() + patience
    with turn("photos", _AT_ONCE, _WAITING):
        try:
            picture = _opened(content)
        except _NO_PICTURE as error:
            raise NotAPicture from error
        for view in _views(picture):
            if texts := _read(view):
                return texts
            if time.thread_time() > until:
                break
    return []


def _opened(content: bytes) -> Image.Image:
    """Return a picture in grey, no larger than needed; how it is turned makes no difference.

    Format and size are known from the first bytes, and decide before anything is unpacked.
    """
    if content[8:12] == b"WEBP" and _size_of_webp(content) > _MOST_PIXELS["WEBP"]:
        raise NotAPicture
    picture = Image.open(io.BytesIO(content), formats=tuple(_MOST_PIXELS))
    pixels = picture.width * picture.height
    if pixels > _most_pixels(picture, content) or max(picture.size) > _LONGEST_SIDE:
        raise NotAPicture
    picture.draft("L", _scaled(picture.size, _ENOUGH_PIXELS))
    return _smaller(picture.convert("L"), _ENOUGH_PIXELS)


def _scaled(size: tuple[int, int], most: int) -> tuple[int, int]:
    """Return the size of a picture of at most so many pixels, about."""
    share = min(1.0, (most / (size[0] * size[1])) ** 0.5)
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


def _smaller(picture: Image.Image, most: int) -> Image.Image:
    size = _scaled(picture.size, most)
    return picture if size == picture.size else picture.resize(size, reducing_gap=2)


def _most_pixels(picture: Image.Image, content: bytes) -> int:
    scans = content.count(_SCAN) if picture.format == "JPEG" else 0
    if "progressive" in picture.info or scans > _FEW_SCANS:
        return _MOST_PIXELS_IN_SCANS if scans <= _MOST_SCANS else 0
    return _MOST_PIXELS[picture.format or ""]


def _size_of_webp(content: bytes) -> int:
    """Return how many pixels a WebP is going to have; its reader takes the memory at once."""
    match content[12:16]:
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            height = int.from_bytes(content[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    return width * height


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture as it is, then in the ways that make hidden codes visible, quick ones first."""
    small = _smaller(picture, _WORKING_PIXELS)
    yield small
    if small is not picture:
        yield from _tiles(picture)
    clear = ImageOps.autocontrast(small, cutoff=2)
    yield clear
    yield clear.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    yield clear.filter(ImageFilter.MedianFilter(3))
    yield _flattened(small)
    yield clear.filter(ImageFilter.GaussianBlur(1.5))
    for factor in (2, 0.5):
        size = (max(1, int(small.width * factor)), max(1, int(small.height * factor)))
        resized = clear.resize(size, Image.Resampling.BICUBIC)
        yield resized
        yield resized.filter(ImageFilter.UnsharpMask(radius=5, percent=300, threshold=0))
    for angle in (20, 45, 70):
        yield clear.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    yield _flattened(small).filter(ImageFilter.UnsharpMask(radius=4, percent=300, threshold=0))


def _tiles(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a large picture part by part, so that the time can be looked at between them.

    A code that fits into no part is large enough to be read on the picture made smaller.
    """
    for top in range(0, picture.height, _TILE - _OVERLAP):
        for left in range(0, picture.width, _TILE - _OVERLAP):
            right, bottom = min(left + _TILE, picture.width), min(top + _TILE, picture.height)
            yield picture.crop((left, top, right, bottom))


def _flattened(picture: Image.Image) -> Image.Image:
    """Return a picture without its shadows: each spot against what surrounds it."""
    around = picture.filter(ImageFilter.BoxBlur(max(4, min(picture.size) // 12)))
    return ImageOps.autocontrast(
        ImageChops.subtract(picture, around, scale=1, offset=128), cutoff=2
    )


def _read(view: Image.Image) -> list[str]:
    codes = [code for code in zxingcpp.read_barcodes(view) if code.valid and code.text]
    codes.sort(key=_area, reverse=True)
    return list(dict.fromkeys(code.text for code in codes))[:_MOST_TEXTS]


def _area(code: zxingcpp.Barcode) -> int:
    corners = code.position
    across = (
        corners.bottom_right.x - corners.top_left.x,
        corners.bottom_right.y - corners.top_left.y,
    )
    return int(across[0] ** 2 + across[1] ** 2)
