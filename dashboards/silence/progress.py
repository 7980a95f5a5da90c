"""How the worklist goes down: each day's beginning and what the day brought, by commune."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from dashboards.models import Reason, SilenceDay
from districts.days import day_period, day_start, local_day
from districts.models import Unit

from .silence import ACT_DAYS, QUIET_DAYS
from .suspicions import note_suspicions

WEEKS = 8
_SILENT_REASONS = [reason.value for reason in Reason if reason.is_silence]

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
# A venue came alive on the day of its first visit after an act, if nobody came before the act.
_ACTS = """
WITH act AS (
    SELECT commune_id, count(*) FILTER (WHERE way = 'reminded') AS reminded,
        count(*) FILTER (WHERE way = 'called') AS called,
        count(*) FILTER (WHERE way = 'visited') AS visited
    FROM dashboards_approach WHERE made_on = %(day)s GROUP BY commune_id
), turned_to AS (
    SELECT DISTINCT ON (venue_id) venue_id, commune_id, at FROM dashboards_approach
    WHERE at >= %(acts_since)s AND at < %(ended)s AND reason = ANY (%(reasons)s)
    ORDER BY venue_id, at
), alive AS (
    SELECT turned_to.commune_id, count(*) AS venues FROM turned_to
    CROSS JOIN LATERAL (
        SELECT min(entered_at) AS at FROM declarations_visit visit
        WHERE visit.venue_id = turned_to.venue_id AND visit.entered_at > turned_to.at
    ) visited
    WHERE visited.at >= %(began)s AND visited.at < %(ended)s
    GROUP BY turned_to.commune_id
)
UPDATE dashboards_silenceday kept SET
    reminded = coalesce(act.reminded, 0), called = coalesce(act.called, 0),
    visited = coalesce(act.visited, 0), came_alive = coalesce(alive.venues, 0)
FROM dashboards_silenceday day
LEFT JOIN act ON act.commune_id = day.commune_id
LEFT JOIN alive ON alive.commune_id = day.commune_id
WHERE kept.day = %(day)s AND day.day = kept.day AND day.commune_id = kept.commune_id
"""


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
            cursor.execute(_ACTS, _day_parameters(day))


def _day_parameters(day: date) -> dict[str, Any]:
    began, ended = day_period(day)
    return {
        "day": day,
        "began": began,
        "ended": ended,
        "acts_since": day_start(day - timedelta(days=ACT_DAYS)),
        "reasons": _SILENT_REASONS,
    }


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


_ACTED = ("reminded", "called", "visited", "came_alive")


def weeks(area: Unit, now: datetime) -> list[Week]:
    """Return the last weeks of an area, Mondays first; a week that nobody counted has no number."""
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    days = _days(area, mondays[0])
    return [_week(began_on, days) for began_on in mondays]


def _days(area: Unit, since: date) -> list[dict[str, Any]]:
    totals = {name: Sum(name) for name in ("venues", "silent", "never_used", *_ACTED)}
    found = SilenceDay.objects.filter(commune__in=Unit.objects.within(area), day__gte=since)
    return [dict(day) for day in found.values("day").order_by("day").annotate(**totals)]


def _week(began_on: date, days: Iterable[dict[str, Any]]) -> Week:
    ended_on = began_on + timedelta(weeks=1)
    own = [day for day in days if began_on <= day["day"] < ended_on]
    if not own:
        return Week(began_on)
    first = {name: own[0][name] for name in ("venues", "silent", "never_used")}
    return Week(began_on, **first, **{name: sum(day[name] for day in own) for name in _ACTED})


def commune_progress(area: Unit, now: datetime) -> list[CommuneProgress]:
    """Return the communes of an area that were counted in the last weeks, most silent first."""
    since = local_day(now) - timedelta(weeks=WEEKS)
    days = SilenceDay.objects.filter(commune__in=Unit.objects.within(area), day__gt=since)
    by_commune: dict[Unit, list[SilenceDay]] = {}
    for day in days.select_related("commune__parent").order_by("day"):
        by_commune.setdefault(day.commune, []).append(day)
    found = [
        CommuneProgress(
            commune,
            own[0],
            own[-1],
            {name: sum(getattr(day, name) for day in own) for name in _ACTED},
        )
        for commune, own in by_commune.items()
    ]
    return sorted(found, key=lambda one: (-one.newest.silent, one.commune.name_order))
