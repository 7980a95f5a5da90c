"""Reading codes from photos and camera frames that a station's phone cannot read itself."""

import io
import time
from collections.abc import Iterator
from http import HTTPStatus

import zxingcpp
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from accounts.sources import counts

from .access import refused, station_required
from .models import Station

PHOTOS_PER_MINUTE = 300
_FRAME_BYTES = 200_000  # of a frame of 640 × 480; more is a photo somebody took
_FRAME_PATIENCE, _PHOTO_PATIENCE = 0.06, 1.5  # seconds
LARGEST_PHOTO = 8 * 1024 * 1024  # bytes
_MOST_PIXELS = 50_000_000
_MOST_TEXTS = 5
_WORKING_WIDTH = 1600
_NO_PICTURE = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError,
    Image.DecompressionBombError,
)  # fmt: skip


class NotAPicture(Exception):  # noqa: N818 - a word of the field, as the others
    """What was sent is no picture that can be opened."""


@csrf_exempt
@never_cache
@require_POST
@station_required
def read(request: HttpRequest, station: Station) -> JsonResponse:
    """Read the codes on a picture; nothing of it is kept."""
    if station.ended_at:
        return refused(HTTPStatus.GONE, gettext("This phone is no station any more."))
    now = timezone.now()
    name = f"photos of {station.pk}"
    if wait := counts.seconds_to_wait({name: PHOTOS_PER_MINUTE}, now.timestamp()):
        sentence = gettext("Too many photos. Wait a moment.")
        return refused(HTTPStatus.TOO_MANY_REQUESTS, sentence, wait)
    photo = request.FILES.get("photo")
    if photo is None:
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("Send a photo."))
    if (photo.size or 0) > LARGEST_PHOTO:
        sentence = gettext("This photo is too large.")
        return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    content = photo.read()
    patience = _FRAME_PATIENCE if len(content) <= _FRAME_BYTES else _PHOTO_PATIENCE
    try:
        return JsonResponse({"texts": decode(content, patience)})
    except NotAPicture:
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("This is no photo."))


def decode(content: bytes, patience: float = _PHOTO_PATIENCE) -> list[str]:
    """Return the texts of the codes on a picture, the largest code first, each once.

    `patience` is for how many seconds other views of the picture are tried when the first shows
    nothing. Nothing of the picture is kept. Raises NotAPicture.
    """
    until = time.monotonic() + patience
    picture = _opened(content)
    for view in _views(picture):
        if texts := _read(view):
            return texts
        if time.monotonic() > until:
            break
    return []


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content))
        if picture.width * picture.height > _MOST_PIXELS:
            raise NotAPicture
        picture.draft("L", picture.size)
        return ImageOps.exif_transpose(picture).convert("L")
    except _NO_PICTURE as error:
        raise NotAPicture from error


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture as it is, then in the ways that make hidden codes visible, quick ones first."""
    yield picture
    small = picture.copy()
    small.thumbnail((_WORKING_WIDTH, _WORKING_WIDTH))
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
