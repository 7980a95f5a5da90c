"""The worklist of silent venues: what to do today, reminders for many, the way it goes down."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.access import area_in_force_required, signed_in, visible_lineage
from dashboards.charts import bar_chart
from dashboards.models import Reason, Status
from database.remembering import remembered
from districts.days import local_day
from districts.models import Unit
from venues.kinds import Kind

from . import progress, silence, worklist
from .approaches import MOST_AT_ONCE, Sending, remind, reminder_text
from .forms import ReminderForm
from .inspection import MOST_ROWS, inspection_sheet
from .silence import Silence, State
from .silent import silent_venues
from .worklist import Filters

ROWS_PER_PAGE = MOST_AT_ONCE


@never_cache
@require_safe
@area_in_force_required
def silent(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show the venues of an area that need somebody, what matters most first."""
    now, filters = timezone.now(), Filters.of(request.GET.dict())
    everything = silent_venues(area, now)
    near = worklist.narrowed(everything, area, filters)
    page = Paginator(worklist.chosen(near, filters), ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "now": now,
        "filters": filters,
        "every_row": len(everything),
        "page": page,
        "rows": list(worklist.with_venues(page.object_list, page.start_index())),
        "chips": _chips(near, filters),
        "options": _options(area, now),
        "how": silence,
        "sheet_query": urlencode(filters.query),
        "most_on_sheet": MOST_ROWS,
    }
    return render(request, "dashboards/silence/silent.html", context)


@never_cache
@require_safe
@area_in_force_required
def silent_sheet(request: HttpRequest, area: Unit) -> HttpResponse:
    """Give out the inspection team's sheet of the same list."""
    now, filters = timezone.now(), Filters.of(request.GET.dict())
    pdf = inspection_sheet(area, now, filters)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"kiem-tra-{area.code}-{local_day(now):%Y%m%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@area_in_force_required
def silent_remind(request: HttpRequest, area: Unit) -> HttpResponse:
    """Say how many messages will go out, then send them; one a day for each venue."""
    now = timezone.now()
    chosen = _chosen(request.POST if request.method == "POST" else request.GET, area)
    if not chosen:
        messages.warning(request, _("None of the venues you chose is on the list now."))
        return redirect("dashboards:silent", unit=area.code)
    form = ReminderForm(
        request.POST if request.method == "POST" else None, initial={"text": reminder_text()}
    )
    if form.is_valid():
        say_sent(request, remind(chosen, form.cleaned_data["text"], signed_in(request), now))
        return redirect("dashboards:silent", unit=area.code)
    context = {
        "area": area,
        "form": form,
        "lineage": visible_lineage(area, signed_in(request)),
        "rows": list(worklist.with_venues(chosen)),
    }
    return render(
        request,
        "dashboards/silence/silent_remind.html",
        context,
        status=422 if form.is_bound else 200,
    )


@never_cache
@require_safe
@area_in_force_required
def silent_progress(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show how the list went down: by week, and by commune."""
    now = timezone.now()
    weeks = progress.weeks(area, now)
    chart = bar_chart([week.silent or 0 for week in weeks])
    context = {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "now": now,
        "weeks": list(zip(weeks, chart.bars, strict=True)),
        "chart": chart,
        "communes": progress.commune_progress(area, now),
        "decisions": worklist.decisions(area, local_day(now)),
        "statuses": Status,
        "act_days": silence.ACT_DAYS,
    }
    return render(request, "dashboards/silence/silent_progress.html", context)


def say_sent(request: HttpRequest, done: dict[Sending, int]) -> None:
    """Tell what became of messages."""
    sent, already, failed = (done.get(one, 0) for one in Sending)
    if sent:
        sentence = ngettext("%(n)d message was sent.", "%(n)d messages were sent.", sent)
        messages.success(request, sentence % {"n": sent})
    if already:
        sentence = ngettext(
            "%(n)d venue had its message today already and got no second one.",
            "%(n)d venues had their message today already and got no second one.",
            already,
        )
        messages.info(request, sentence % {"n": already})
    if failed:
        sentence = ngettext(
            "%(n)d message could not be sent. Try again in a few minutes.",
            "%(n)d messages could not be sent. Try again in a few minutes.",
            failed,
        )
        messages.error(request, sentence % {"n": failed})


def _chosen(asked: QueryDict, area: Unit) -> list[Silence]:
    """Return those of the chosen venues that are on the area's list at this moment."""
    wanted = {
        int(one) for one in asked.getlist("v")[:MOST_AT_ONCE] if one.isascii() and one.isdecimal()
    }
    return [one for one in silent_venues(area, timezone.now()) if one.venue_id in wanted]


def _chips(near: list[Silence], filters: Filters) -> dict[str, Any]:
    """Return for each reason and state: its key, words, number, and what its link asks for."""
    counted = worklist.counts(near, filters)
    return {
        name: [
            (one.value, one.label, counted[name][one], getattr(filters, name) == one.value)
            for one in kinds
            if counted[name][one] or getattr(filters, name) == one.value
        ]
        for name, kinds in (("reason", Reason), ("state", State))
    }


@remembered(seconds=60)
def _communes(area: Unit, day: date) -> list[tuple[str, str]]:
    communes = Unit.objects.within(area).communes().on(day).select_related("parent")
    return [(one.code, one.place) for one in communes if one != area]


def _options(area: Unit, now: datetime) -> dict[str, Any]:
    return {
        "communes": _communes(area, local_day(now)),
        "kinds": Kind.choices,
        "compliances": [*Status.choices, (worklist.UNDECIDED, _("nothing decided"))],
        "sorts": list(worklist.SORTS.items()),
    }
