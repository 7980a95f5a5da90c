"""Appointing people on duty: a code is shown, a phone opens its link, and is the station."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.access import account_of
from accounts.limits import Limit
from accounts.models import Account
from accounts.sources import device_of, source_of
from districts.days import local_day
from documents.qr import symbol
from forms.fields import PlainTextField
from forms.pages import form_page, form_page_only, sent, too_many
from venues import codes
from venues.access import venue_required
from venues.models import Poster, Venue

from .access import key_of, station_required
from .models import Shift, Station, hashed

PAIRING_TIME = timedelta(minutes=10)
_SHOWN_FOR = timedelta(days=21)  # after a revocation
_CODES = Limit("pairing", 20, timedelta(minutes=10))
_SAME_CODE = Limit("pairing again", 20, timedelta(minutes=10))
_MOST_NAMES, _NAMES_KEPT = 6, timedelta(days=14)
# The same name again within this time was tapped twice.
_TWICE = timedelta(minutes=1)


class GateForm(forms.Form):
    name = PlainTextField(
        max_length=60, required_sentence=gettext_lazy("Write at which gate the person stands.")
    )


@never_cache
@form_page_only
@venue_required
def listed(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    now, account = timezone.now(), account_of(request)
    form = GateForm(sent(request))
    if request.method == "POST" and venue.closed_at:
        return redirect("stations:listed", code=poster.code)
    if account and form.is_valid():
        station, code = make_station(venue, form.cleaned_data["name"], account, now)
        request.session[_session_key(station)] = code
        return redirect("stations:pairing", code=poster.code, station=station.pk)
    context = {
        "venue": venue,
        "poster": poster,
        "now": now,
        "errors": [("id_name", sentence) for sentence in form.errors.get("name", [])],
        "stations": [
            (station, *station.counts_on(local_day(now)))
            for station in venue.stations.in_use().order_by("made_at")
        ],
        "waiting": venue.stations.waiting(now).order_by("made_at"),
        "revoked": venue.stations.filter(revoked_at__gt=now - _SHOWN_FOR).order_by("-revoked_at"),
    }
    return form_page(request, "stations/appointing/listed.html", form, context)


def make_station(venue: Venue, name: str, by: Account, now: datetime) -> tuple[Station, str]:
    """Make a station; return it and its pairing code, of which the station keeps a hash alone."""
    code = codes.new_code()
    until = now + PAIRING_TIME
    station = Station.objects.create(
        venue=venue,
        name=name,
        made_by=by,
        made_at=now,
        pairing_hash=hashed(code),
        pairing_until=until,
    )
    return station, code


def _session_key(station: Station) -> str:
    """Where the session of whoever made a station keeps its pairing code."""
    return f"pairing {station.pk}"


@never_cache
@require_safe
@venue_required
def pairing(request: HttpRequest, venue: Venue, poster: Poster, station: UUID) -> HttpResponse:
    """Show the pairing code to whoever made it, until a phone used it."""
    appointed = _station(venue, station)
    code = request.session.get(_session_key(appointed), "")
    if appointed.paired_at or appointed.revoked_at:
        request.session.pop(_session_key(appointed), None)
    link = f"{settings.SITE_ADDRESS}/s/pair/{code}"
    until = appointed.pairing_until
    context = {
        "venue": venue,
        "poster": poster,
        "station": appointed,
        "code": codes.displayed(code) if code else "",
        "link": link,
        "symbol": symbol(link.upper()) if code else None,
        "is_waiting": bool(until and until > timezone.now()),
    }
    return render(request, "stations/appointing/pairing.html", context)


@never_cache
@form_page_only
@venue_required
def end(request: HttpRequest, venue: Venue, poster: Poster, station: UUID) -> HttpResponse:
    """Say what revoking a station means, then revoke it."""
    appointed = _station(venue, station)
    if request.method == "POST":
        revoke(appointed, timezone.now())
        messages.success(request, gettext("The phone is no station any more."))
        return redirect("stations:listed", code=poster.code)
    context = {"venue": venue, "poster": poster, "station": appointed}
    return render(request, "stations/appointing/end.html", context)


def revoke(station: Station, now: datetime) -> None:
    """End a station at once; what its phone still holds counts up to now."""
    Station.objects.filter(pk=station.pk, revoked_at=None).update(
        revoked_at=now, pairing_hash=None, pairing_until=None
    )


def _station(venue: Venue, pk: UUID) -> Station:
    station = venue.stations.filter(pk=pk).select_related("venue").first()
    if station is None:
        raise Http404
    return station


@csrf_exempt
@never_cache
@form_page_only
def pair_phone(request: HttpRequest, code: str) -> HttpResponse:
    """Make the phone that opens this the station, once its owner says so.

    The code is the secret; opening the page does not use it up.
    """
    now, normalised = timezone.now(), codes.normalise(code) or ""
    if not _may_try(normalised, source_of(request), now):
        return too_many(request, 600)
    if request.method == "POST":
        phone = request.POST.get("phone", "")[:64] or str(uuid4())
        device = device_of(request.headers.get("User-Agent", ""))
        if key := pair(normalised, phone, device, now):
            return HttpResponseRedirect(reverse("stations:door", args=[key]), status=303)
    stations = Station.objects.select_related("venue__commune__parent")
    station = stations.paired_by(normalised, now).first()
    context = {"station": station, "phone": uuid4()}
    status = 200 if station else 410
    return render(request, "stations/appointing/pair.html", context, status=status)


@transaction.atomic
def _may_try(code: str, source: str, now: datetime) -> bool:
    """Whether a source may try one more code: so many in a while, right or wrong, seen or used.

    Opening a code and saying yes to it is one; one code is no way to try for ever either. The same
    code sent twice at once waits here for what becomes of the first.
    """
    counted = f"{source}|{code}"
    times = _SAME_CODE.take(counted, now)
    if times == 1 and not _CODES.take(source, now):
        _SAME_CODE.give_back(counted)
        times = 0
    return bool(times)


@transaction.atomic
def pair(code: str, phone: str, device: str, now: datetime) -> str | None:
    """Give a phone the key of its station; None where another was quicker, or the code is old.

    `phone` is the word of the page that was open on it: sent twice it gets its key twice. The row
    is locked: of two phones with one code only one becomes the station.
    """
    key = key_of(code, phone)
    lately = Station.objects.in_use().filter(paired_at__gt=now - PAIRING_TIME)
    if lately.filter(key_hash=hashed(key)).exists():
        return key
    station = Station.objects.select_for_update(of=("self",)).paired_by(code, now).first()
    if station is None:
        return None
    station.key_hash, station.pairing_hash, station.pairing_until = hashed(key), None, None
    station.paired_at, station.seen_at, station.device = now, now, device[:60]
    station.save()
    return key


class DutyForm(forms.Form):
    """Who is on duty; a first name will do."""

    name = PlainTextField(max_length=60, required_sentence=gettext_lazy("Write who is on duty."))


@csrf_exempt
@require_POST
@station_required
def duty(request: HttpRequest, station: Station) -> HttpResponse:
    form = DutyForm(request.POST)
    if form.is_valid() and not station.ended_at:
        hand_over(station, form.cleaned_data["name"], timezone.now())
    if request.headers.get("Accept") != "application/json":
        match = request.resolver_match
        key = match.kwargs["key"] if match else ""
        return HttpResponseRedirect(reverse("stations:door", args=[key]), status=303)
    return JsonResponse({"on_duty": station.on_duty}, status=422 if form.errors else 200)


@transaction.atomic
def hand_over(station: Station, name: str, now: datetime) -> None:
    """Note who is on duty from now on; twice is once, also at the same moment."""
    Station.objects.select_for_update().get(pk=station.pk)
    newest = station.shifts.order_by("-began_at").first()
    if newest and newest.name == name and now - newest.began_at < _TWICE:
        return
    station.shifts.create(name=name, began_at=now)


def recent_names(station: Station, now: datetime) -> list[str]:
    """Return the newest names of the venue's stations, each once."""
    shifts = Shift.objects.filter(
        station__venue=station.venue_id, began_at__gt=now - _NAMES_KEPT
    ).order_by("-began_at")
    return list(dict.fromkeys(shifts.values_list("name", flat=True)[:200]))[:_MOST_NAMES]
