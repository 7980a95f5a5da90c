"""Which station an address means: a key leads to one venue's door and to nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from .models import Station
from .secrets import hashed

View = Callable[..., HttpResponseBase]
_LONGEST_KEY = 64


def station_with(key: str) -> Station | None:
    """Return the station that a key belongs to, also a revoked one, or None."""
    if len(key) > _LONGEST_KEY:
        return None
    stations = Station.objects.select_related("venue")
    return stations.filter(key_hash=hashed(key)).first()


def station_required(view: View) -> View:
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
