"""One venue of the worklist: what is known, what was done, and what to write down."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.db.models import Count
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import View, official_of
from accounts.models import Account, EventKind
from accounts.one_time_codes import CodeNotSent, tell_code
from accounts.sign_in_events import note
from dashboards.access import area_context, area_in_force_required
from dashboards.charts import BarChart
from dashboards.models import Compliance
from dashboards.owner import figures
from declarations.models import Evidence, Visit
from districts.days import LOCAL_ZONE, day_start, local_day
from districts.models import Unit
from forms.phones import displayed, takes_messages
from venues.access import find
from venues.models import Poster, Venue

from . import approaches
from .approaches import ApproachForm, ComplianceForm, ReminderForm
from .silent import silence_of


def venue_of_area_required(view: Callable[..., HttpResponse]) -> View:
    """Give the view the area, venue and poster of its address; a venue elsewhere does not exist."""

    @area_in_force_required
    @wraps(view)
    def guarded(request: HttpRequest, area: Unit, code: str) -> HttpResponseBase:
        venue, poster = find(official_of(request), code)
        if area not in venue.commune.lineage:
            raise Http404
        if code != poster.code and request.method != "POST":
            return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)
        return view(request, area, venue, poster)

    return guarded


@never_cache
@require_safe
@venue_of_area_required
def silent_venue(request: HttpRequest, area: Unit, venue: Venue, poster: Poster) -> HttpResponse:
    """Show a venue with everything that helps to bring it back."""
    return _page(request, area, venue, poster)


@never_cache
@require_POST
@venue_of_area_required
def silent_reminder(request: HttpRequest, area: Unit, venue: Venue, poster: Poster) -> HttpResponse:
    """Send one message to the owner, unless one went out today."""
    now = timezone.now()
    form = ReminderForm(request.POST, auto_id="reminder_%s")
    if not form.is_valid():
        return _page(request, area, venue, poster, reminder=form)
    silence = None if venue.closed_at else silence_of(area, venue.pk, now)
    if silence is None:
        messages.info(request, _("This venue is no longer on the list. No message was sent."))
    else:
        text = form.cleaned_data["text"]
        approaches.say_sent(request, approaches.remind([silence], text, official_of(request), now))
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


@never_cache
@require_POST
@venue_of_area_required
def silent_approach(request: HttpRequest, area: Unit, venue: Venue, poster: Poster) -> HttpResponse:
    """Write down a call or visit."""
    form = ApproachForm(request.POST, auto_id="approach_%s")
    if not form.is_valid():
        return _page(request, area, venue, poster, approach=form)
    approaches.note_approach(venue, form.cleaned_data, official_of(request), timezone.now())
    messages.success(request, _("Written down."))
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


@never_cache
@require_POST
@venue_of_area_required
def silent_compliance(
    request: HttpRequest, area: Unit, venue: Venue, poster: Poster
) -> HttpResponse:
    """Write down a decision on the reopening condition."""
    form = ComplianceForm(request.POST, auto_id="compliance_%s")
    if not form.is_valid():
        return _page(request, area, venue, poster, compliance=form)
    approaches.note_compliance(venue, form.cleaned_data, official_of(request), timezone.now())
    messages.success(request, _("Written down."))
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


@never_cache
@require_POST
@venue_of_area_required
def silent_code(request: HttpRequest, area: Unit, venue: Venue, poster: Poster) -> HttpResponse:
    """Show a code once, to be read out to an owner whom no message reaches."""
    account, phone = official_of(request), venue.owner.phone or ""
    context = {
        **area_context(request, area),
        "venue": venue,
        "poster": poster,
        "phone": phone,
        "displayed": displayed(phone),
    }
    if _may_tell_code(venue, account):
        try:
            with transaction.atomic():
                context["code"] = tell_code(phone, timezone.now())
                note(venue.owner, EventKind.CODE_TOLD, by=account)
        except CodeNotSent as refusal:
            messages.warning(request, refusal.sentence)
        else:
            return render(request, "dashboards/silence/silent_code.html", context)
    else:
        messages.info(request, _("A message reaches this owner, or not all their venues are here."))
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


def _may_tell_code(venue: Venue, account: Account) -> bool:
    """Whether an official may tell the owner a code: only where no message can bring it.

    It opens all that the owner has, so that nothing of it may lie outside the official's area.
    """
    owner = venue.owner
    if owner.is_official or not owner.is_active or not owner.phone or takes_messages(owner.phone):
        return False
    seen = Venue.objects.visible_to(account).values("pk")
    return not owner.venues.exclude(pk__in=seen).exists()


def _page(
    request: HttpRequest, area: Unit, venue: Venue, poster: Poster, **sent: Form
) -> HttpResponse:
    """Show a venue with its forms; with what was sent of one that has to be corrected."""
    now = timezone.now()
    silence = silence_of(area, venue.pk, now)
    text = approaches.reminder_text(silence.reason if silence else None)
    forms = {
        "reminder": ReminderForm(
            initial={"text": text.replace(approaches.NAME, venue.name)}, auto_id="reminder_%s"
        ),
        "approach": ApproachForm(auto_id="approach_%s"),
        "compliance": ComplianceForm(auto_id="compliance_%s"),
    }
    context: dict[str, Any] = forms | sent | _usage(venue, now) | _done(venue, local_day(now))
    context |= {
        **area_context(request, area),
        "venue": venue,
        "poster": poster,
        "silence": silence,
        "now": now,
        "phones": _phones(venue),
        "may_tell_code": _may_tell_code(venue, official_of(request)),
    }
    status = 422 if sent else 200
    return render(request, "dashboards/silence/silent_venue.html", context, status=status)


def _done(venue: Venue, today: date) -> dict[str, Any]:
    """Return what officials did about a venue, the newest first, and what was decided on it."""
    acts = list(venue.approaches.select_related("account").order_by("-at"))
    codes_told = venue.owner.events.filter(kind=EventKind.CODE_TOLD).select_related("by")
    return {
        "codes_told": codes_told.order_by("-at")[:5],
        "approaches": acts,
        "reminded_today": any(act.way == "reminded" and act.made_on == today for act in acts),
        "decision": Compliance.objects.in_force(today).filter(venue=venue).first(),
        "decisions": venue.compliances.select_related("decided_by"),
    }


def _usage(venue: Venue, now: datetime) -> dict[str, Any]:
    """Return how a venue is used: by day as far as days are kept, by hour, and how that is known.

    The evidence is of the visits of today and the six days before.
    """
    today, week = local_day(now), timedelta(days=7)
    shown = min(28, settings.RETENTION_DAYS + 1)
    days = dict.fromkeys((today - timedelta(days=back) for back in reversed(range(shown))), 0)
    hours = {day: [0] * 24 for day in (today, today - week)}
    first_day = next(iter(days))
    for at, number in _arrivals(venue, first_day):
        if at.date() in days:
            days[at.date()] += number
        if at.date() in hours:
            hours[at.date()][at.hour] += number
    since = day_start(today - timedelta(days=6))
    visits = Visit.objects.at(venue).entered_during(since, now + timedelta(seconds=1))
    counted = dict(visits.values_list("evidence").annotate(n=Count("id")))
    return {
        "figures": figures(venue, now),
        "hours": BarChart.of_hours(hours[today], hours[today - week]),
        "first_day": first_day,
        "days": list(zip(days, BarChart.of(list(days.values())).bars, strict=True)),
        "evidence_counts": [(evidence, counted.get(evidence, 0)) for evidence in Evidence],
    }


def _arrivals(venue: Venue, first_day: date) -> list[tuple[datetime, int]]:
    """Return how many came in each hour since the beginning of a day, as the clock there said."""
    statement = """
        SELECT at, sum(arrived) FROM live_venue_hour WHERE venue_id = %s AND at >= %s GROUP BY at
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [venue.pk, day_start(first_day)])
        return [(at.astimezone(LOCAL_ZONE), number) for at, number in cursor.fetchall()]


def _phones(venue: Venue) -> list[tuple[str, str, str]]:
    """Return whose phone, the number to dial and the number to read, each number once."""
    people = [(venue.responsible_name, venue.responsible_phone)]
    if venue.owner.phone and venue.owner.phone != venue.responsible_phone:
        people.append((venue.owner.name or _("Owner"), venue.owner.phone))
    return [(name, phone, displayed(phone)) for name, phone in people]
