"""One venue of the worklist: what is known, what was done, and what to write down."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import EventKind
from accounts.one_time_codes import CodeNotSent
from dashboards.access import area_in_force_required, signed_in, visible_lineage
from dashboards.charts import bar_chart, hours_chart
from dashboards.models import Compliance
from dashboards.owner import figures
from districts.days import local_day
from districts.models import Unit
from forms.phones import displayed
from venues.access import find
from venues.models import Poster, Venue

from .approaches import (
    NAME,
    may_tell_code,
    note_approach,
    note_compliance,
    remind,
    reminder_text,
    tell_code,
)
from .forms import ApproachForm, ComplianceForm, ReminderForm
from .silent import silence_of
from .usage import usage
from .views import say_sent

View = Callable[..., HttpResponseBase]


def venue_of_area_required(view: View) -> View:
    """Give the view the area and the venue of its address; a venue elsewhere does not exist."""

    @area_in_force_required
    @wraps(view)
    def guarded(request: HttpRequest, area: Unit, code: str) -> HttpResponseBase:
        venue, poster = find(signed_in(request), code)
        if area not in venue.commune.lineage:
            raise Http404
        if code != poster.code and request.method != "POST":
            return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)
        return view(request, area, (venue, poster))

    return guarded


@never_cache
@require_safe
@venue_of_area_required
def silent_venue(request: HttpRequest, area: Unit, found: tuple[Venue, Poster]) -> HttpResponse:
    """Show a venue with everything that helps to bring it back."""
    return _page(request, area, found)


@never_cache
@require_POST
@venue_of_area_required
def silent_reminder(request: HttpRequest, area: Unit, found: tuple[Venue, Poster]) -> HttpResponse:
    """Send one message to the owner, unless one went out today."""
    venue, poster = found
    now = timezone.now()
    form = ReminderForm(request.POST, auto_id="reminder_%s")
    if not form.is_valid():
        return _page(request, area, found, reminder=form)
    silence = None if venue.closed_at else silence_of(area, venue.pk, now)
    if silence is None:
        messages.info(request, _("This venue is no longer on the list. No message was sent."))
    else:
        done = remind([silence], form.cleaned_data["text"], signed_in(request), now)
        say_sent(request, done)
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


@never_cache
@require_POST
@venue_of_area_required
def silent_approach(request: HttpRequest, area: Unit, found: tuple[Venue, Poster]) -> HttpResponse:
    """Write down a call or visit."""
    form = ApproachForm(request.POST, auto_id="approach_%s")
    if not form.is_valid():
        return _page(request, area, found, approach=form)
    note_approach(found[0], form.cleaned_data, signed_in(request), timezone.now())
    messages.success(request, _("Written down."))
    return redirect("dashboards:silent_venue", unit=area.code, code=found[1].code)


@never_cache
@require_POST
@venue_of_area_required
def silent_compliance(
    request: HttpRequest, area: Unit, found: tuple[Venue, Poster]
) -> HttpResponse:
    """Write down a decision on the reopening condition."""
    form = ComplianceForm(request.POST, auto_id="compliance_%s")
    if not form.is_valid():
        return _page(request, area, found, compliance=form)
    note_compliance(found[0], form.cleaned_data, signed_in(request), timezone.now())
    messages.success(request, _("Written down."))
    return redirect("dashboards:silent_venue", unit=area.code, code=found[1].code)


@never_cache
@require_POST
@venue_of_area_required
def silent_code(request: HttpRequest, area: Unit, found: tuple[Venue, Poster]) -> HttpResponse:
    """Show a code once, to be read out to an owner whom no message reaches."""
    venue, poster = found
    account = signed_in(request)
    if may_tell_code(venue, account):
        try:
            code = tell_code(venue, account, timezone.now())
        except CodeNotSent as refusal:
            messages.warning(request, refusal.sentence)
        else:
            context = {"area": area, "venue": venue, "poster": poster, "code": code}
            context |= {"lineage": visible_lineage(area, account)}
            context |= {"phone": venue.owner.phone, "displayed": displayed(venue.owner.phone or "")}
            return render(request, "dashboards/silence/silent_code.html", context)
    else:
        messages.info(request, _("A message reaches this owner, or not all their venues are here."))
    return redirect("dashboards:silent_venue", unit=area.code, code=poster.code)


def _page(
    request: HttpRequest, area: Unit, found: tuple[Venue, Poster], **typed: Form
) -> HttpResponse:
    venue, poster = found
    now = timezone.now()
    silence = silence_of(area, venue.pk, now)
    today = local_day(now)
    text = reminder_text(silence.reason if silence else None).replace(NAME, venue.name)
    forms = {
        "reminder": ReminderForm(initial={"text": text}, auto_id="reminder_%s"),
        "approach": ApproachForm(auto_id="approach_%s"),
        "compliance": ComplianceForm(auto_id="compliance_%s"),
    }
    approaches = list(venue.approaches.select_related("account").order_by("-at"))
    context: dict[str, Any] = forms | typed | _used(venue, now)
    context |= {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "venue": venue,
        "poster": poster,
        "silence": silence,
        "now": now,
        "phones": _phones(venue),
        "may_tell_code": may_tell_code(venue, signed_in(request)),
        "codes_told": venue.owner.events.filter(kind=EventKind.CODE_TOLD)
        .select_related("by")
        .order_by("-at")[:5],
        "approaches": approaches,
        "reminded_today": any(a.way == "reminded" and a.made_on == today for a in approaches),
        "decision": Compliance.objects.in_force(today).filter(venue=venue).first(),
        "decisions": venue.compliances.select_related("decided_by"),
    }
    return render(
        request, "dashboards/silence/silent_venue.html", context, status=422 if typed else 200
    )


def _used(venue: Venue, now: datetime) -> dict[str, Any]:
    used = usage(venue, now)
    return {
        "used": used,
        "figures": figures(venue, now),
        "hours": hours_chart(used.hours, used.hours_before),
        "first_day": next(iter(used.days)),
        "days": list(zip(used.days, bar_chart(list(used.days.values())).bars, strict=True)),
    }


def _phones(venue: Venue) -> list[tuple[str, str, str]]:
    """Return whose phone, the number to dial and the number to read, each number once."""
    people = [(venue.responsible_name, venue.responsible_phone)]
    if venue.owner.phone and venue.owner.phone != venue.responsible_phone:
        people.append((venue.owner.name or _("Owner"), venue.owner.phone))
    return [(name, phone, displayed(phone)) for name, phone in people]
