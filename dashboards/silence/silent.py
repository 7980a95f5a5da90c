"""Which venues are silent: the worklist of an area in one snapshot, what matters most first.

A venue leaves the list with its first visit. Suspicions were counted by housekeeping and are
checked again here: a visit, one departure, or one visit from another phone ends them.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from dashboards.models import Reason
from database.remembering import remembered
from database.statements import statement_of
from districts.days import day_start, local_day
from districts.models import Unit
from venues.kinds import Kind

from .silence import (
    GRACE_DAYS,
    LONG_QUIET_DAYS,
    QUIET_DAYS,
    STOPPED_AFTER_DAYS,
    Act,
    Silence,
    state_of,
)

# Housekeeping runs a few times an hour; what it noted long ago is no evidence.
NOTES_LAST = timedelta(days=2)

_SILENT = statement_of(__file__, "silent")

# What a used venue of each kind sees in a week, in the whole site: small areas have no example.
_TYPICAL = """
WITH used AS (
    SELECT kind, count(*) AS venues FROM declarations_presence
    WHERE newest_at >= %(week_began)s GROUP BY kind
), seen AS (
    SELECT kind, sum(arrived) AS arrived FROM declarations_kindtally
    WHERE day BETWEEN %(week_began_on)s AND %(today)s GROUP BY kind
)
SELECT kind, seen.arrived::float / used.venues FROM used JOIN seen USING (kind)
"""


class _Facts(NamedTuple):
    venue_id: int
    commune_id: int
    kind: str
    waits_since: float
    is_unused: bool
    suspicion: str | None
    arrived: int | None
    days: int | None
    act_at: datetime | None
    act_way: str
    act_finding: str
    act_next_on: date | None
    compliance: str | None


def silent_venues(area: Unit, now: datetime, venue_id: int | None = None) -> list[Silence]:
    """Return the silent venues of an area, or one of them, in the order of the worklist."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, _parameters(area, now) | {"venue": venue_id})
        facts = map(_Facts._make, cursor.fetchall())
    silences = _judged(facts, _typical(local_day(now)), now)
    return sorted(silences, key=lambda silence: silence.order)


@remembered(seconds=60)
def _typical(today: date) -> dict[str, float]:
    """Return the visits of a week, by kind, of a venue that is used."""
    began_on = today - timedelta(days=QUIET_DAYS - 1)
    given = {"week_began": day_start(began_on), "week_began_on": began_on, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_TYPICAL, given)
        return dict(cursor.fetchall())


def silence_of(area: Unit, venue_id: int, now: datetime) -> Silence | None:
    """Return why a venue is on the worklist, or None when it is not."""
    return next(iter(silent_venues(area, now, venue_id)), None)


def _parameters(area: Unit, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    communes = Unit.objects.within(area).communes()
    return {
        "communes": list(communes.values_list("pk", flat=True)),
        "now": now,
        "today": today,
        "grace_before": day_start(today - timedelta(days=GRACE_DAYS - 1)),
        "stopped_before": day_start(today - timedelta(days=STOPPED_AFTER_DAYS - 1)),
        "quiet_before": day_start(today - timedelta(days=QUIET_DAYS - 1)),
        "notes_since": now - NOTES_LAST,
    }


def _judged(facts: Iterable[_Facts], typical: dict[str, float], now: datetime) -> list[Silence]:
    midnight = day_start(local_day(now)).timestamp()
    return [
        _silence(venue, typical.get(venue.kind, 1.0), now, midnight=midnight) for venue in facts
    ]


def _silence(venue: _Facts, typical: float, now: datetime, *, midnight: float) -> Silence:
    idle_days = -int((venue.waits_since - midnight) // _DAY)
    quiet = None if venue.is_unused else min(idle_days, LONG_QUIET_DAYS)
    silence = Silence(
        venue.venue_id,
        venue.commune_id,
        _KINDS[venue.kind],
        venue.waits_since,
        idle_days,
        _reasons(venue.suspicion, quiet),
        venue.arrived or 0,
        7 * venue.arrived / venue.days if venue.arrived and venue.days else typical,
    )
    if venue.compliance:
        silence.compliance = venue.compliance
    if venue.act_at:
        act = Act(venue.act_at, venue.act_way, venue.act_finding, venue.act_next_on)
        silence.act, silence.state = act, state_of(act, silence.newest_at, now, silence.reason)
    return silence


@cache
def _reasons(suspicion: str | None, idle_days: int | None) -> tuple[Reason, ...]:
    """Return all that hold, the main one first; None days are those of a venue never used."""
    found = {Reason(suspicion)} if suspicion else set()
    if idle_days is None:
        found.add(Reason.NEVER)
    elif idle_days >= QUIET_DAYS:
        found.add(Reason.LONG_QUIET if idle_days >= LONG_QUIET_DAYS else Reason.QUIET)
    return tuple(reason for reason in Reason if reason in found)


_DAY = 24 * 60 * 60
_KINDS = {kind.value: kind for kind in Kind}
