"""How the worklist goes down: each day's beginning and what the day brought, by commune."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards.access import area_context, area_in_force_required
from dashboards.charts import BarChart
from dashboards.models import Compliance, ComplianceStatus, Reason, SilenceDay
from dashboards.sheets.tables import place_cells, place_fields
from database.statements import statement_of
from districts.days import day_period, day_start, local_day
from districts.models import Unit
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet
from venues.models import Venue

from .silent import ACT_DAYS, QUIET_DAYS
from .suspicions import note_suspicions

WEEKS = 8

_BEGINNING = """
INSERT INTO dashboards_silenceday (day, commune_id, venues, silent, never_used)
SELECT %(day)s, commune_id, count(*),
    count(*) FILTER (WHERE newest_at IS NULL OR newest_at < %(week_began)s),
    count(*) FILTER (WHERE newest_at IS NULL)
FROM live_presence
WHERE registered_at <= %(now)s AND (closed_at IS NULL OR closed_at > %(now)s)
GROUP BY commune_id
ON CONFLICT DO NOTHING
"""
_ACTS = statement_of(__file__, "day_acts")


def note_silence(now: datetime) -> None:
    """Note what the worklist cannot see by itself, and how each commune stands; often is fine.

    The first call of a local day counts the silent venues of its beginning; every call counts
    the acts and successes of that day and the one before.
    """
    note_suspicions(now)
    today = local_day(now)
    with transaction.atomic(), connection.cursor() as cursor:
        week_began = day_start(today - timedelta(days=QUIET_DAYS - 1))
        cursor.execute(_BEGINNING, {"day": today, "now": now, "week_began": week_began})
        for day in (today - timedelta(days=1), today):
            began, ended = day_period(day)
            parameters: dict[str, Any] = {
                "day": day,
                "began": began,
                "ended": ended,
                "acts_since": day_start(day - timedelta(days=ACT_DAYS)),
                "reasons": [reason.value for reason in Reason if reason.is_silence],
            }
            cursor.execute(_ACTS, parameters)


_COUNTED = ("venues", "silent", "never_used")
_DONE = ("reminded", "called", "visited", "came_alive")


@dataclass(frozen=True)
class Week:
    """A week of an area: as it stood on its first counted day, and what was done in it."""

    began_on: date
    venues: int = 0
    silent: int | None = None
    never_used: int = 0
    reminded: int = 0
    called: int = 0
    visited: int = 0
    came_alive: int = 0


def weeks(area: Unit, now: datetime) -> list[Week]:
    """Return the last weeks of an area, Mondays first; a week that nobody counted has no number."""
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    within = SilenceDay.objects.filter(commune__in=Unit.objects.within(area), day__gte=mondays[0])
    totals = {name: Sum(name) for name in (*_COUNTED, *_DONE)}
    days = [dict(day) for day in within.values("day").order_by("day").annotate(**totals)]
    return [_week(began_on, days) for began_on in mondays]


def _week(began_on: date, days: Iterable[dict[str, Any]]) -> Week:
    ended_on = began_on + timedelta(weeks=1)
    own = [day for day in days if began_on <= day["day"] < ended_on]
    if not own:
        return Week(began_on)
    first = {name: own[0][name] for name in _COUNTED}
    return Week(began_on, **first, **{name: sum(day[name] for day in own) for name in _DONE})


@dataclass(frozen=True)
class CommuneProgress:
    """A commune's first and newest day within the weeks shown, and what was done between."""

    commune: Unit
    first: SilenceDay
    newest: SilenceDay
    done: dict[str, int]

    @property
    def change(self) -> int:
        return self.newest.silent - self.first.silent


def commune_progress(area: Unit, now: datetime) -> list[CommuneProgress]:
    """Return the communes of an area that were counted in the last weeks, most silent first."""
    since = local_day(now) - timedelta(weeks=WEEKS)
    days = SilenceDay.objects.filter(commune__in=Unit.objects.within(area), day__gt=since)
    by_commune: dict[Unit, list[SilenceDay]] = defaultdict(list)
    for day in days.select_related("commune__parent").order_by("day"):
        by_commune[day.commune].append(day)
    communes = [
        CommuneProgress(
            commune,
            own[0],
            own[-1],
            {name: sum(getattr(day, name) for day in own) for name in _DONE},
        )
        for commune, own in by_commune.items()
    ]
    return sorted(communes, key=lambda row: (-row.newest.silent, row.commune.name_order))


def decisions(area: Unit, on: date) -> list[tuple[Unit, list[int], int]]:
    """Return each commune with its open venues by status on a day, and those undecided."""
    open_venues = Venue.objects.within(area).open_at(day_period(on)[1])
    decided = Compliance.objects.in_force(on).filter(venue__in=open_venues)
    by_commune: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, status in decided.values_list("venue__commune", "status"):
        by_commune[pk][status] += 1
    venues = dict(
        open_venues.order_by().values("commune").annotate(n=Count("pk")).values_list("commune", "n")
    )
    units = Unit.objects.filter(pk__in=venues).select_related("parent")
    return [
        (
            unit,
            [by_commune[unit.pk][status] for status in ComplianceStatus],
            venues[unit.pk] - by_commune[unit.pk].total(),
        )
        for unit in units
    ]


@never_cache
@require_safe
@area_in_force_required
def silent_progress(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show how the list went down: by week, and by commune."""
    now = timezone.now()
    shown = weeks(area, now)
    chart = BarChart.of([week.silent or 0 for week in shown])
    context = {
        **area_context(request, area),
        "now": now,
        "weeks": list(zip(shown, chart.bars, strict=True)),
        "chart": chart,
        "communes": commune_progress(area, now),
        "decisions": decisions(area, local_day(now)),
        "statuses": ComplianceStatus,
        "act_days": ACT_DAYS,
    }
    return render(request, "dashboards/silence/silent_progress.html", context)


def weeks_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return how an area's list went down by week; a week that nobody counted has no numbers."""
    fields = [Field(_("Week from"), Holds.DAY), *_progress_fields(_("Never used"))]
    called = "tien-do", _("How the list goes down")
    return Spreadsheet.of_area(area, now, called, fields, map(_week_cells, weeks(area, now)))


def communes_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return how each commune's list went down in these weeks."""
    fields = [*place_fields(), *_progress_fields(_("Change"))]
    called = "tien-do-theo-xa", _("By commune, past 8 weeks")
    communes = commune_progress(area, now)
    return Spreadsheet.of_area(area, now, called, fields, map(_commune_cells, communes))


def decisions_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return each commune's open venues by the decision in force on their reopening."""
    labels = [str(status.label) for status in ComplianceStatus]
    fields = [*place_fields(), *map(Field, labels), Field(_("nothing decided"))]
    cells = (
        [*place_cells(commune), *counted, undecided]
        for commune, counted, undecided in decisions(area, local_day(now))
    )
    return Spreadsheet.of_area(area, now, ("dieu-kien", _("Reopening condition")), fields, cells)


def _progress_fields(third: str) -> list[Field]:
    headings = (
        _("Open venues"),
        _("Not used in 7 days"),
        third,
        _("Reminded"),
        _("Called"),
        _("Visited"),
        _("Came alive"),
    )
    return [Field(heading) for heading in headings]


def _week_cells(week: Week) -> list[Cell]:
    if week.silent is None:
        return [week.began_on, *[None] * 7]
    return [week.began_on, *(getattr(week, name) for name in (*_COUNTED, *_DONE))]


def _commune_cells(row: CommuneProgress) -> list[Cell]:
    newest = row.newest
    return [*place_cells(row.commune), newest.venues, newest.silent, row.change, *row.done.values()]
