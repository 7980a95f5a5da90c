"""Who may use a door's addresses: whoever knows the key of a station."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from .models import Station
from .secrets import hashed


def station_with(key: str) -> Station | None:
    """Return the station that a key belongs to, also a revoked one, or None."""
    if len(key) > 64:
        return None
    stations = Station.objects.select_related("venue")
    return stations.filter(key_hash=hashed(key)).first()


def station_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the station of its address; who is nobody's station finds nothing here.

    A revoked station is given too: what its phone still holds is taken up to the revocation.
    """

    @wraps(view)
    def guarded(request: HttpRequest, key: str, **rest: Any) -> HttpResponseBase:
        station = station_with(key)
        if station is None:
            raise Http404
        return view(request, station, **rest)

    return guarded


def refused(status: int, sentence: str, wait: int = 0) -> JsonResponse:
    """Tell a station's program why nothing was taken, and after how many seconds to try again."""
    response = JsonResponse({"sentence": sentence}, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
