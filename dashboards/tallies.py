"""How many: venues, people in and out, declarations, counted live in one snapshot.

Everything a page says is counted by one statement, so its numbers agree with each other. A day
is the province's local day, a week is today with the six days before. People are counted where
they were, whatever became of the venue since; venues are counted while they are open.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from declarations.models import LONGEST_STAY, LeftReason
from declarations.outcomes import Outcome
from districts.days import day_period, day_start, local_day
from districts.models import Level, Unit

from .figures import WEEK_DAYS, AreaFigures, Period, Tally

TREND_DAYS = 14

_LEFT = ",\n".join(
    f"count(*) FILTER (WHERE reason = {reason.value}) AS left_{reason.value}"
    for reason in LeftReason
)

# By venue: who arrived since a moment, and who left since then and how that is known. Somebody
# who left in time arrived at most the longest stay before it.
_MOVEMENT = f"""
    SELECT venue_id, {_LEFT},
        count(*) FILTER (WHERE entered_at >= %({{since}})s) AS arrived,
        count(*) FILTER (WHERE reason IS NULL AND entered_at > %(inside_since)s) AS inside
    FROM (
        SELECT venue_id, entered_at, CASE WHEN left_at <= %(now)s THEN left_reason END AS reason
        FROM declarations_visit
        WHERE entered_at >= %({{since}}_reach)s AND entered_at <= %(now)s
          AND (entered_at >= %({{since}})s OR left_at >= %({{since}})s OR left_at IS NULL)
          AND {{here}}
    ) visit
    GROUP BY venue_id
"""  # noqa: S608 - our own texts only

_SUMS = ",\n".join(
    f"coalesce(sum({period}.{column}), 0)::int AS {period}_{column}"
    for period, columns in {
        "today": ["arrived", *(f"left_{reason.value}" for reason in LeftReason), "inside"],
        "week": ["arrived", *(f"left_{reason.value}" for reason in LeftReason)],
        "worry": ["today_ask", "today_stop", "week_ask", "week_stop"],
    }.items()
    for column in columns
)

_FIGURES = f"""
WITH place AS MATERIALIZED (
    SELECT venue.id,
        CASE WHEN %(is_commune)s THEN venue.id
             WHEN %(area)s IN (unit.id, unit.parent_id) THEN unit.id
             ELSE unit.parent_id END AS part,
        venue.registered_at <= %(now)s
            AND (venue.closed_at IS NULL OR venue.closed_at > %(now)s) AS is_open
    FROM venues_venue venue
    JOIN districts_unit unit ON unit.id = venue.commune_id
    LEFT JOIN districts_unit above ON above.id = unit.parent_id
    WHERE %(area)s IN (unit.id, unit.parent_id, above.parent_id)
), cover AS (
    SELECT (SELECT count(*) FROM place) = (SELECT count(*) FROM venues_venue) AS everything
), day AS (
    SELECT * FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS d (starts, ends)
), today AS (
    {_MOVEMENT.replace("{since}", "today")}
), week AS (
    {_MOVEMENT.replace("{since}", "week")}
), worry AS (
    SELECT venue_id,
        count(*) FILTER (WHERE outcome = %(ask)s AND declared_at >= %(today)s) AS today_ask,
        count(*) FILTER (WHERE outcome = %(stop)s AND declared_at >= %(today)s) AS today_stop,
        count(*) FILTER (WHERE outcome = %(ask)s) AS week_ask,
        count(*) FILTER (WHERE outcome = %(stop)s) AS week_stop
    FROM declarations_declaration declaration
    JOIN day ON declared_at >= day.starts AND declared_at < day.ends
    WHERE declared_at >= %(week)s AND declared_at <= %(now)s
      AND outcome > 0 AND {{here}}
      AND NOT EXISTS (
        SELECT FROM declarations_declaration correction
        WHERE correction.visitor_id = declaration.visitor_id
          AND correction.declared_at >= %(week)s AND correction.declared_at <= %(now)s
          AND correction.declared_at < day.ends
          AND (correction.declared_at, correction.id) > (declaration.declared_at, declaration.id)
      )
    GROUP BY venue_id
), declared AS (
    SELECT count(*) FILTER (WHERE declared_at >= %(today)s) AS today, count(*) AS week
    FROM declarations_declaration
    WHERE declared_at >= %(week)s AND declared_at <= %(now)s AND {{here}}
), newest AS (
    SELECT venue_id, max(entered_at) AS entered_at FROM declarations_visit
    WHERE %(is_commune)s AND entered_at <= %(now)s AND {{here}}
    GROUP BY venue_id
)
SELECT part, max(newest.entered_at) AS newest_at,
    count(*) FILTER (WHERE is_open) AS venues,
    count(*) FILTER (WHERE is_open AND today.arrived > 0) AS today_used,
    count(*) FILTER (WHERE is_open AND week.arrived > 0) AS week_used,
    {_SUMS},
    (SELECT today FROM declared) AS today_declared, (SELECT week FROM declared) AS week_declared,
    (SELECT array_agg(people ORDER BY starts) FROM day CROSS JOIN LATERAL (
        SELECT count(*) AS people FROM declarations_visit
        WHERE entered_at >= day.starts AND entered_at < day.ends
          AND entered_at >= %(trend)s AND entered_at <= %(now)s AND {{here}}
    ) arrivals) AS days
FROM place
LEFT JOIN today ON today.venue_id = place.id
LEFT JOIN week ON week.venue_id = place.id
LEFT JOIN worry ON worry.venue_id = place.id
LEFT JOIN newest ON newest.venue_id = place.id
GROUP BY part
"""  # noqa: S608 - our own texts only

AREA_FIGURES = _FIGURES.replace("{here}", "venue_id IN (SELECT id FROM place)")
# A province mostly is the whole register; then no visit needs to be looked up in it.
PROVINCE_FIGURES = _FIGURES.replace(
    "{here}", "((SELECT everything FROM cover) OR venue_id IN (SELECT id FROM place))"
)


def area_figures(area: Unit, now: datetime) -> AreaFigures:
    """Count an area as it stands at a moment."""
    days = _trend_days(now)
    statement = PROVINCE_FIGURES if area.level == Level.PROVINCE else AREA_FIGURES
    rows = list(_rows(statement, _parameters(area, now, days)))
    parts = {row["part"]: _tally(row) for row in rows}
    first: dict[str, Any] = rows[0] if rows else {}
    return AreaFigures(
        as_of=now,
        parts=parts,
        total=sum(parts.values(), Tally()),
        trend=list(zip(days, first.get("days", [0] * TREND_DAYS), strict=True)),
        declared_today=first.get("today_declared", 0),
        declared_in_week=first.get("week_declared", 0),
    )


def _trend_days(now: datetime) -> list[date]:
    today = local_day(now)
    return [today - timedelta(days=n) for n in reversed(range(TREND_DAYS))]


def _parameters(area: Unit, now: datetime, days: list[date]) -> dict[str, Any]:
    today, week = day_start(days[-1]), day_start(days[-WEEK_DAYS])
    return {
        "area": area.pk,
        "is_commune": area.level == Level.COMMUNE,
        "now": now,
        "today": today,
        "today_reach": today - LONGEST_STAY,
        "week": week,
        "week_reach": week - LONGEST_STAY,
        "trend": day_start(days[0]),
        "inside_since": now - LONGEST_STAY,
        "starts": [day_period(day)[0] for day in days],
        "ends": [day_period(day)[1] for day in days],
        "ask": Outcome.ASK.value,
        "stop": Outcome.STOP.value,
    }


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(
        row["venues"],
        row["today_inside"],
        _period(row, "today"),
        _period(row, "week"),
        row["newest_at"],
    )


def _period(row: dict[str, Any], name: str) -> Period:
    return Period(
        row[f"{name}_used"],
        row[f"{name}_arrived"],
        tuple(row[f"{name}_left_{reason.value}"] for reason in LeftReason),
        row[f"worry_{name}_ask"],
        row[f"worry_{name}_stop"],
    )
