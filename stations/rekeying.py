"""Changing a station's key without pairing anew: the phone makes the new one, and goes on with it."""

import re
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.sources import device_of
from venues.access import venue_required
from venues.models import Poster, Venue

from .access import refused
from .models import Station, hashed
from .recording.sent import LONGEST_WAIT

# As long as scans wait on a phone: what it sends later would not be taken anyway.
TIME_TO_CHANGE = LONGEST_WAIT
_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")


@require_POST
@venue_required
def ask(request: HttpRequest, venue: Venue, poster: Poster, station: UUID) -> HttpResponse:
    """Have the station's phone take over another key when it next sends."""
    if not ask_for_key(venue, station, timezone.now()):
        raise Http404
    sentence = gettext(
        "The phone takes over another key as soon as it sends. The old one then ends."
    )
    messages.success(request, sentence)
    return redirect("stations:listed", code=poster.code)


def ask_for_key(venue: Venue, station: UUID, now: datetime) -> bool:
    """Let the present key end in a week at most; asked again, no later. False without the station."""
    asked = venue.stations.in_use().filter(pk=station)
    if not asked.exists():
        return False
    asked.filter(key_until=None).update(key_until=now + TIME_TO_CHANGE)
    return True


# The key in the address is the secret: see stations.door.
@csrf_exempt
@require_POST
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Take over the key that a station's phone made; the one in the address ends."""
    new, device = request.POST.get("new", ""), device_of(request.headers.get("User-Agent", ""))
    if not _KEY.fullmatch(new) or new == key:
        sentence = gettext(
            "A key is 22 to 64 letters, digits, hyphens and low lines, and a new one."
        )
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, sentence)
    if not change_key(key, new, device, timezone.now()):
        raise Http404
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"key": new})
    return HttpResponseRedirect(reverse("stations:door", args=[new]), status=303)


@transaction.atomic
def change_key(key: str, new: str, device: str, now: datetime) -> bool:
    """Put a key in the place of another; the same change sent twice is one, another is refused."""
    station = Station.objects.select_for_update(of=("self",)).with_key(key, now)
    if station is None:
        done = Station.objects.in_use().filter(former_key_hash=hashed(key), key_hash=hashed(new))
        return done.filter(key_changed_at__gt=now - TIME_TO_CHANGE).exists()
    if station.ended_at:
        return False
    with suppress(IntegrityError), transaction.atomic():  # it may be another station's by now
        Station.objects.filter(pk=station.pk).update(
            key_hash=hashed(new),
            former_key_hash=F("key_hash"),
            key_changed_at=now,
            key_until=None,
            device=device[:60],
        )
        return True
    return False
