"""Appointing people on duty: a code is shown, a phone opens its link, and is the station."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import account_of
from accounts.limits import count
from accounts.sources import device_of, source_of
from districts.days import local_day
from documents.qr import symbol
from stations.access import station_required
from stations.models import Station
from venues import codes
from venues.access import venue_required
from venues.models import Poster, Venue

from .duty import hand_over
from .forms import DutyForm, GateForm
from .pairing import make_station, pair, revoke, station_to_pair

_SHOWN_FOR = timedelta(days=21)
_MOST_TRIES, _TRY_PERIOD = 20, timedelta(minutes=10)

page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page
@venue_required
def listed(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Show the stations of a venue, and make another."""
    now, account = timezone.now(), account_of(request)
    form = GateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and venue.closed_at:
        return redirect("stations:listed", code=poster.code)
    if request.method == "POST" and account and form.is_valid():
        station, code = make_station(venue, form.cleaned_data["name"], account, now)
        request.session[_kept(station)] = code
        return redirect("stations:pairing", code=poster.code, station=station.pk)
    context = {
        "venue": venue,
        "poster": poster,
        "form": form,
        "errors": [("id_name", sentence) for sentence in form.errors.get("name", [])],
        "stations": [_shown(each, now) for each in venue.stations.in_use().order_by("made_at")],
        "waiting": venue.stations.waiting(now).order_by("made_at"),
        "revoked": venue.stations.filter(revoked_at__gt=now - _SHOWN_FOR).order_by("-revoked_at"),
    }
    status = 422 if form.errors else 200
    return render(request, "stations/appointing/listed.html", context, status=status)


@never_cache
@require_safe
@venue_required
def pairing(request: HttpRequest, venue: Venue, poster: Poster, station: UUID) -> HttpResponse:
    """Show the pairing code to whoever made it, until a phone used it."""
    found = _station(venue, station)
    code = request.session.get(_kept(found), "")
    if found.paired_at or found.revoked_at:
        request.session.pop(_kept(found), None)
    now = timezone.now()
    link = f"{settings.SITE_ADDRESS}/s/pair/{code}"
    context = {
        "venue": venue,
        "poster": poster,
        "station": found,
        "code": codes.displayed(code) if code else "",
        "link": link,
        "symbol": symbol(link.upper()) if code else None,
        "is_waiting": bool(found.pairing_until and found.pairing_until > now),
    }
    return render(request, "stations/appointing/pairing.html", context)


@never_cache
@page
@venue_required
def end(request: HttpRequest, venue: Venue, poster: Poster, station: UUID) -> HttpResponse:
    """Say what revoking a station means, then revoke it."""
    found = _station(venue, station)
    if request.method == "POST":
        revoke(found, timezone.now())
        messages.success(request, _("The phone is no station any more."))
        return redirect("stations:listed", code=poster.code)
    context = {"venue": venue, "poster": poster, "station": found}
    return render(request, "stations/appointing/end.html", context)


@csrf_exempt
@never_cache
@page
def pair_phone(request: HttpRequest, code: str) -> HttpResponse:
    """Make the phone that opens this the station, once its owner says so.

    The code is the secret; opening the page does not use it up.
    """
    now, normalised = timezone.now(), codes.normalise(code) or ""
    if request.method == "POST":
        phone = request.POST.get("phone", "")[:64] or str(uuid4())
        device = device_of(request.headers.get("User-Agent", ""))
        if key := pair(normalised, phone, device, now):
            return HttpResponseRedirect(reverse("stations:door", args=[key]), status=303)
    station = station_to_pair(normalised, now)
    if station is None and count("pairing", source_of(request), _TRY_PERIOD, now) > _MOST_TRIES:
        response = render(request, "429.html", {"retry_after": 600}, status=429)
        response["Retry-After"] = "600"
        return response
    context = {"station": station, "phone": uuid4()}
    status = 200 if station else 410
    return render(request, "stations/appointing/pair.html", context, status=status)


@csrf_exempt
@require_POST
@station_required
def duty(request: HttpRequest, station: Station) -> HttpResponse:
    """Hand the shift over."""
    form = DutyForm(request.POST)
    if form.is_valid() and not (station.revoked_at or station.venue.closed_at):
        hand_over(station, form.cleaned_data["name"], timezone.now())
    if request.headers.get("Accept") != "application/json":
        match = request.resolver_match
        key = match.kwargs["key"] if match else ""
        return HttpResponseRedirect(reverse("stations:door", args=[key]), status=303)
    return JsonResponse({"on_duty": station.on_duty}, status=422 if form.errors else 200)


def _station(venue: Venue, pk: UUID) -> Station:
    found = venue.stations.filter(pk=pk).select_related("venue").first()
    if found is None:
        raise Http404
    return found


def _kept(station: Station) -> str:
    """Where the session of whoever made a station keeps its pairing code."""
    return f"pairing {station.pk}"


def _shown(station: Station, now: datetime) -> dict[str, Any]:
    is_counted = station.counted_on == local_day(now)
    return {
        "station": station,
        "came_in": station.came_in if is_counted else 0,
        "went_out": station.went_out if is_counted else 0,
    }
