"""Which venues are silent: the worklist of an area in one snapshot, what matters most first.

Tallies and the marks that are not folded yet are counted together, so that a venue leaves the
list with its first visit. Suspicions were counted by housekeeping and are checked again here:
a visit, one departure, or one visit from another phone ends them.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from dashboards.models import Reason
from database.remembering import remembered
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

_SILENT = f"""
WITH mark AS MATERIALIZED (
    SELECT venue_id, at, arrived, left_scanned FROM declarations_tallymark
), fresh AS (
    SELECT venue_id, max(at) FILTER (WHERE arrived > 0) AS newest_at FROM mark GROUP BY venue_id
), place AS MATERIALIZED (
    SELECT venue.id, venue.commune_id, venue.kind, venue.registered_at,
        greatest(presence.newest_at, fresh.newest_at) AS newest_at
    FROM venues_venue venue
    LEFT JOIN declarations_presence presence ON presence.venue_id = venue.id
    LEFT JOIN fresh ON fresh.venue_id = venue.id
    JOIN unnest(%(communes)s) AS commune ON commune = venue.commune_id
    WHERE venue.registered_at <= %(now)s
        AND (venue.closed_at IS NULL OR venue.closed_at > %(now)s)
        AND (%(venue)s::int IS NULL OR venue.id = %(venue)s)
), departed AS MATERIALIZED (
    SELECT venue_id FROM declarations_tally
    WHERE left_scanned > 0 AND hour >= %(notes_since)s AND venue_id = ANY (ARRAY(
        SELECT venue_id FROM dashboards_suspicion WHERE reason = '{Reason.NO_EXITS}'
    ))
    UNION ALL
    SELECT venue_id FROM mark WHERE left_scanned > 0 AND at >= %(notes_since)s
), suspect AS MATERIALIZED (
    SELECT suspicion.* FROM dashboards_suspicion suspicion
    JOIN place ON place.id = suspicion.venue_id
    WHERE suspicion.noted_at > %(notes_since)s AND CASE suspicion.reason
        WHEN '{Reason.STOPPED}'
            THEN place.newest_at <= suspicion.noted_at AND place.newest_at < %(stopped_before)s
        WHEN '{Reason.NO_EXITS}'
            THEN suspicion.venue_id NOT IN (SELECT venue_id FROM departed)
        ELSE place.newest_at <= suspicion.noted_at OR NOT EXISTS (
            SELECT FROM declarations_visit visit
            JOIN declarations_visitor visitor ON visitor.key = visit.visitor_id
            WHERE visit.venue_id = suspicion.venue_id AND visit.entered_at >= %(notes_since)s
            AND visitor.phone_hash <> ALL (suspicion.phones)
        ) END
), act AS MATERIALIZED (
    SELECT DISTINCT ON (venue_id) venue_id, at, way, finding, next_on
    FROM dashboards_approach WHERE at <= %(now)s ORDER BY venue_id, at DESC
), decision AS MATERIALIZED (
    SELECT DISTINCT ON (venue_id) venue_id, status, until FROM dashboards_compliance
    WHERE since <= %(today)s ORDER BY venue_id, since DESC, decided_at DESC
)
SELECT place.id, place.commune_id, place.kind,
    extract(epoch FROM coalesce(place.newest_at, place.registered_at))::float,
    place.newest_at IS NULL,
    suspect.reason, suspect.arrived, suspect.days,
    act.at, act.way, act.finding, act.next_on,
    CASE WHEN decision.until IS NULL OR decision.until > %(today)s THEN decision.status END
FROM place
LEFT JOIN suspect ON suspect.venue_id = place.id
LEFT JOIN act ON act.venue_id = place.id
LEFT JOIN decision ON decision.venue_id = place.id
WHERE place.newest_at IS NULL AND place.registered_at < %(grace_before)s
    OR place.newest_at < %(quiet_before)s
    OR suspect.venue_id IS NOT NULL
"""  # noqa: S608 - our own texts only

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
