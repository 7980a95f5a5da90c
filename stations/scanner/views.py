"""The scanning screen: one page for a whole shift, and the same without script."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_permissions_policy.decorators import permissions_policy_override

from declarations.outcomes import Symptom
from declarations.words import word_of_the_day
from districts.days import local_day
from stations.access import station_required
from stations.appointing.duty import recent_names
from stations.models import Station
from stations.recording import Batch, DoorCounts, take
from stations.recording.turns import counts_of_venue
from stations.secrets import queue_point

from .forms import ScanForm

_WORKER = Path(settings.BASE_DIR) / "static" / "js" / "door-worker.js"

# The key in the address is the secret, and no other site can know it: no token is needed.
private = cache_control(private=True, no_cache=True)


@csrf_exempt
@private
@permissions_policy_override({"camera": "self", "screen-wake-lock": "self"})
@require_http_methods(["GET", "HEAD", "POST"])
@station_required
def door(request: HttpRequest, station: Station) -> HttpResponse:
    """Scan people; without script one at a time."""
    now = timezone.now()
    if station.revoked_at or station.venue.closed_at:
        return _quiet(render(request, "stations/door/gone.html", {"station": station}, status=410))
    form = ScanForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    sent = form.sent(now) if form.is_valid() else None
    answer = take(station, Batch(now, [sent]), now).answers[0] if sent else None
    status = 422 if form.errors else 200
    match = request.resolver_match
    key = match.kwargs["key"] if match else ""
    context = _context(station, now) | {"form": form, "answer": answer, "key": key}
    context["kept"] = form.kept_of(sent) if sent and answer and answer.wanted else ""
    return _quiet(render(request, "stations/door/door.html", context, status=status))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the screen without a network; its address decides what it serves."""
    response = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _context(station: Station, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    is_counted = station.counted_on == today
    here = DoorCounts(station.came_in, station.went_out) if is_counted else DoorCounts()
    return {
        "station": station,
        "venue": station.venue,
        "here": here,
        "passed": counts_of_venue(station, today),
        "names": recent_names(station, now),
        "symptoms": Symptom,
        "word": word_of_the_day(station.venue_id, today),
        "scan": uuid4(),
        "now": now,
        "point": queue_point(),
    }


def _quiet(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is a secret, from whatever is opened from the page."""
    response["Referrer-Policy"] = "no-referrer"
    return response
