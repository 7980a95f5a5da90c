"""`POST /s/<key>/decode/`: what the codes on a frame or photo say."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from declarations.limits import counts
from stations.access import station_required
from stations.models import Station

from .decoding import LARGEST_PHOTO, NotAPicture, decode

PHOTOS_PER_MINUTE = 300
_FRAME_BYTES = 200_000  # of a frame of 640 × 480; more is a photo somebody took
_FRAME_PATIENCE, _PHOTO_PATIENCE = 0.06, 1.5  # seconds


@csrf_exempt
@never_cache
@require_POST
@station_required
def read(request: HttpRequest, station: Station) -> JsonResponse:
    """Read the codes on a picture; nothing of it is kept."""
    if station.revoked_at or station.venue.closed_at:
        return _refused(HTTPStatus.GONE, gettext("This phone is no station any more."))
    now = timezone.now()
    name = f"photos of {station.pk}"
    if wait := counts.seconds_to_wait({name: PHOTOS_PER_MINUTE}, now.timestamp()):
        answer = _refused(HTTPStatus.TOO_MANY_REQUESTS, gettext("Too many photos. Wait a moment."))
        answer["Retry-After"] = str(wait)
        return answer
    photo = request.FILES.get("photo")
    if photo is None:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("Send a photo."))
    if (photo.size or 0) > LARGEST_PHOTO:
        sentence = gettext("This photo is too large.")
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    content = photo.read()
    patience = _FRAME_PATIENCE if len(content) <= _FRAME_BYTES else _PHOTO_PATIENCE
    try:
        return JsonResponse({"texts": decode(content, patience)})
    except NotAPicture:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, gettext("This is no photo."))


def _refused(status: HTTPStatus, sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)
