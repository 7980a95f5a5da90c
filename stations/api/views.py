"""`POST /s/<key>/scans/`, and the pages that describe it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Path
from ninja.errors import HttpError, ValidationError
from pydantic import StringConstraints

from database.remembering import remembered
from declarations.limits import counts
from stations.access import station_with
from stations.models import Station
from stations.recording import take
from stations.recording.timed import LONGEST_WAIT
from stations.recording.turns import MOST_OF_A_STATION
from stations.secrets import queue_point

from .schemas import EXAMPLE, BatchIn, RefusedOut, TakenOut, taken_out

REQUESTS_PER_MINUTE = 600

Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]

interface = NinjaAPI(
    title="Venue check-in: the door",
    version="1",
    description="What a station at a venue's door sends. Its key is part of the address, writes "
    "visits for that venue, and does nothing else.",
    docs_url=None,
    openapi_url=None,
)


class StationGone(Exception):  # noqa: N818 - it is no error: a phone was revoked
    """A station that takes nothing any more."""


@interface.post(
    "/s/{key}/scans/",
    operation_id="send_scans",
    summary="Send scans",
    by_alias=True,
    url_name="send_scans",
    response={
        200: TakenOut,
        **dict.fromkeys((400, 404, 410, 413, 422, 429), RefusedOut),
    },
)
def scans(request: HttpRequest, key: Annotated[Key, Path()], batch: BatchIn) -> Any:
    """Take scans of people who go in or out.

    A batch may be sent twice, and batches in any order: each scan counts once, by its id. The
    error of the sender's clock is told by `sent_at` and corrected. Scans are taken for a week.
    """
    now = timezone.now()
    station = _station(key)
    if station is None:
        raise HttpError(HTTPStatus.NOT_FOUND, gettext("There is no such station."))
    if _is_gone(station, now):
        raise StationGone
    if wait := counts.seconds_to_wait(
        {f"station {station.pk}": REQUESTS_PER_MINUTE}, now.timestamp()
    ):
        return _too_many(wait)
    return HttpResponse(taken_out(take(station, batch.batch, now), now), "application/json")


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description of the interface."""
    return JsonResponse(interface.get_openapi_schema(path_prefix="/"))


@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    context = {
        "most": REQUESTS_PER_MINUTE,
        "people": MOST_OF_A_STATION,
        "point": queue_point(),
        "example": EXAMPLE,
    }
    return render(request, "stations/interface.html", context)


@interface.exception_handler(StationGone)
def _gone(request: HttpRequest, _gone: StationGone) -> HttpResponse:
    return _refused(HTTPStatus.GONE, gettext("This phone is no station any more."))


@interface.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    sentence = str(error)
    if error.status_code == HTTPStatus.BAD_REQUEST:
        sentence = gettext("What was sent is not JSON.")
    return _refused(error.status_code, sentence)


@interface.exception_handler(ValidationError)
def _not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say where a batch is not as described; what was sent is not repeated."""
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"][2:]), "what": fault["msg"]}
        for fault in error.errors[:20]
    ]
    sentence = gettext("This is not as the interface describes it.")
    answer = {"sentence": sentence, "faults": faults}
    return JsonResponse(answer, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@interface.exception_handler(RequestDataTooBig)
@interface.exception_handler(BadRequest)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    sentence = gettext("This is too large. Send fewer scans at once.")
    return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


@remembered(seconds=1)
def _station(key: str) -> Station | None:
    """Return whose key this is; whether it is revoked is asked again when its scans are taken."""
    return station_with(key)


def _is_gone(station: Station, now: Any) -> bool:
    """Whether nothing that the phone may still hold would be taken."""
    ends = [end for end in (station.revoked_at, station.venue.closed_at) if end]
    return bool(ends) and now - min(ends) > LONGEST_WAIT + timedelta(days=1)


def _too_many(wait: int) -> HttpResponse:
    answer = _refused(
        HTTPStatus.TOO_MANY_REQUESTS, gettext("Too many at once. It goes on in a moment.")
    )
    answer["Retry-After"] = str(wait)
    return answer


def _refused(status: int, sentence: str) -> HttpResponse:
    return JsonResponse({"sentence": sentence}, status=status)
