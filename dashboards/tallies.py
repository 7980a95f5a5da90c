"""How many: venues, people in and out, declarations, of one area in one snapshot.

Everything a page says comes of one statement, so its numbers agree with each other: tallies and
the marks that are not folded into them yet. A day is the province's local day, a week is today
with the six days before. People are counted where they were, whatever became of the venue since;
venues are counted while they are open.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from database.prepared import query_prepared
from database.remembering import remembered
from declarations.models import COUNTED, LEFT
from districts.days import LOCAL_ZONE, day_start, local_day
from districts.models import Level, Unit, communes_counted
from venues.carry_over import FORMER_COMMUNE
from venues.kinds import Kind

from .figures import TREND_DAYS, WEEK_DAYS, AreaFigures, Period, Tally

_COLUMNS = ", ".join(COUNTED)
_LOCAL_DAY = f"AT TIME ZONE '{LOCAL_ZONE.key}')::date"
_SUMS = f"ARRAY[{', '.join(f'sum({column})' for column in COUNTED)}] AS counts"
# Periods as the statements number them.
_WEEK_BEFORE, _THIS_WEEK, _TODAY = range(3)
_PERIOD = "(day > %(before)s)::int + (day >= %(today)s)::int AS period"
# The same without a calendar: a large commune has a hundred thousand hours of venues.
_PERIOD_AT = "(at >= %(week_began)s)::int + (at >= %(today_began)s)::int AS period"
_INSIDE = " - ".join(("arrived", *LEFT))

# What is known of the area in this snapshot: its communes with the part each counts to, and the
# marks that no tally holds yet. Before a reform people count where the venue then stood.
_KNOWN = f"""
WITH commune AS MATERIALIZED (
    SELECT * FROM unnest(%(communes)s::int[], %(parts)s::int[]) AS c (id, part)
), mark AS MATERIALIZED (
    SELECT mark.*, (mark.at {_LOCAL_DAY} AS day, venue.kind, venue.commune_id AS stands_in,
        coalesce({FORMER_COMMUNE.format(venue="venue.id", at="mark.at")}, venue.commune_id)
            AS commune_id
    FROM declarations_tallymark mark JOIN venues_venue venue ON venue.id = mark.venue_id
), fresh AS (
    SELECT venue_id, stands_in AS commune_id, kind, sum({_INSIDE})::int AS inside,
        max(at) FILTER (WHERE arrived > 0) AS newest_at
    FROM mark JOIN commune ON commune.id = stands_in GROUP BY venue_id, stands_in, kind
), hour AS (
    SELECT hour, sum(arrived) AS arrived FROM (
        SELECT hour, commune_id, arrived FROM declarations_hourtally
        WHERE hour >= %(today_began)s AND hour < %(until)s
           OR hour >= %(week_ago_began)s AND hour < %(week_ago_ended)s
        UNION ALL
        SELECT date_trunc('hour', at, 'UTC'), commune_id, arrived FROM mark
        WHERE at >= %(week_ago_began)s AND at < %(until)s AND arrived <> 0
    ) arrivals JOIN commune ON commune.id = commune_id GROUP BY hour
)"""  # noqa: S608 - our own texts only
_TOLD = """
SELECT
    (SELECT json_agg(json_build_array(name, venues, today, week, inside, newest_at))
        FROM registered),
    (SELECT json_agg(json_build_array(name, period, counts)) FROM summed WHERE name <> ''),
    (SELECT json_agg(json_build_array(day, period, counts)) FROM summed WHERE name = ''),
    (SELECT json_object_agg(extract(epoch FROM hour)::bigint, arrived) FROM hour)
"""

# Venues used are those of the tallies, more what marks add, less those that closed since.
# Grouped first and placed afterwards: a page of the province asks of every venue there is.
_USED = """
    SELECT {key}, count(*) AS venues, 0 AS today, 0 AS week, 0 AS inside
    FROM venues_venue WHERE closed_at IS NULL {here} GROUP BY {key}
    UNION ALL
    SELECT {key}, 0, count(*) FILTER (WHERE newest_at >= %(today_began)s),
        count(*) FILTER (WHERE newest_at >= %(week_began)s), sum(inside)::int
    FROM declarations_presence WHERE true {here} GROUP BY {key}
    UNION ALL
    SELECT fresh.{key}, 0,
        (fresh.newest_at >= %(today_began)s
            AND coalesce(presence.newest_at < %(today_began)s, true))::int,
        (fresh.newest_at >= %(week_began)s
            AND coalesce(presence.newest_at < %(week_began)s, true))::int, fresh.inside
    FROM fresh LEFT JOIN declarations_presence presence ON presence.venue_id = fresh.venue_id
    UNION ALL
    SELECT venue.{key}, 0,
        -(greatest(presence.newest_at, fresh.newest_at) >= %(today_began)s)::int,
        -(greatest(presence.newest_at, fresh.newest_at) >= %(week_began)s)::int, 0
    FROM venues_venue venue
    LEFT JOIN declarations_presence presence ON presence.venue_id = venue.id
    LEFT JOIN fresh ON fresh.venue_id = venue.id
    WHERE venue.closed_at >= %(week_began)s {of_venue}
"""

_OF_UNITS = f"""{_KNOWN}, venues AS ({{used}}), registered AS (
    SELECT part::text AS name, sum(venues) AS venues, sum(today) AS today, sum(week) AS week,
        sum(inside) AS inside, NULL AS newest_at
    FROM venues JOIN commune ON commune.id = commune_id GROUP BY part
), days AS (
    SELECT part, day, {_COLUMNS} FROM declarations_daytally
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
    UNION ALL
    SELECT part, day, {_COLUMNS} FROM mark
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
), summed AS (
    SELECT coalesce(part::text, '') AS name, period, day, {_SUMS}
    FROM (SELECT *, {_PERIOD} FROM days) days GROUP BY GROUPING SETS ((part, period), (day, period))
){_TOLD}"""  # noqa: S608 - our own texts only
_HERE = "AND commune_id = ANY (%(communes)s::int[])"
_OF_PROVINCE = _OF_UNITS.format(used=_USED.format(key="commune_id", here="", of_venue=""))
_OF_DISTRICT = _OF_UNITS.format(
    used=_USED.format(key="commune_id", here=_HERE, of_venue=_HERE.replace("AND ", "AND venue."))
)

_OF_VENUES = f"""{_KNOWN}, venue AS (
    SELECT venue.id, closed_at IS NULL AS is_open,
        greatest(presence.newest_at, fresh.newest_at) AS newest_at,
        coalesce(presence.inside, 0) + coalesce(fresh.inside, 0) AS inside
    FROM venues_venue venue
    LEFT JOIN declarations_presence presence ON presence.venue_id = venue.id
    LEFT JOIN fresh ON fresh.venue_id = venue.id
    WHERE venue.commune_id = ANY (%(communes)s::int[])
), registered AS (
    SELECT id::text AS name, is_open::int AS venues,
        (is_open AND coalesce(newest_at >= %(today_began)s, false))::int AS today,
        (is_open AND coalesce(newest_at >= %(week_began)s, false))::int AS week,
        inside, extract(epoch FROM newest_at) AS newest_at
    FROM venue
), cell AS (
    SELECT venue_id, hour AS at, {_COLUMNS} FROM declarations_tally
    WHERE venue_id = ANY (ARRAY(SELECT id FROM venue)) AND hour >= %(since)s AND hour < %(until)s
    UNION ALL
    SELECT venue_id, at, {_COLUMNS} FROM mark
    JOIN venue ON venue.id = venue_id WHERE at >= %(since)s AND at < %(until)s
), days AS (
    SELECT day, {_COLUMNS} FROM declarations_daytally
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
    UNION ALL
    SELECT day, {_COLUMNS} FROM mark
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
), summed AS (
    SELECT venue_id::text AS name, {_PERIOD_AT}, NULL::date AS day, {_SUMS}
    FROM cell GROUP BY venue_id, period
    UNION ALL
    SELECT '', period, day, {_SUMS} FROM (SELECT *, {_PERIOD} FROM days) days GROUP BY day, period
){_TOLD}"""  # noqa: S608 - our own texts only
_STATEMENTS = {
    Level.PROVINCE: _OF_PROVINCE,
    Level.DISTRICT: _OF_DISTRICT,
    Level.COMMUNE: _OF_VENUES,
}

# By kind of venue: on its own, as nobody needs it every half minute.
_OF_KINDS = f"""{_KNOWN}, venues AS ({
    _USED.format(key="kind", here=_HERE, of_venue=_HERE.replace("AND ", "AND venue."))
}), registered AS (
    SELECT kind AS name, sum(venues) AS venues, sum(today) AS today, sum(week) AS week,
        sum(inside) AS inside, NULL AS newest_at
    FROM venues GROUP BY kind
), days AS (
    SELECT kind, day, {_COLUMNS} FROM declarations_kindtally
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
    UNION ALL
    SELECT kind, day, {_COLUMNS} FROM mark
    JOIN commune ON commune.id = commune_id WHERE day BETWEEN %(first)s AND %(today)s
), summed AS (
    SELECT kind AS name, period, NULL AS day, {_SUMS}
    FROM (SELECT *, {_PERIOD} FROM days) days GROUP BY kind, period
){_TOLD}"""  # noqa: S608 - our own texts only


def area_figures(area: Unit, now: datetime) -> AreaFigures:
    """Count an area as it stands now."""
    registered, summed, by_day, by_hour = _told(_STATEMENTS[Level(area.level)], area, now)
    days = _trend_days(now)
    today = day_start(days[-1])
    arrived = {day: counts[0] for day, _period, counts in by_day}
    return AreaFigures(
        as_of=now,
        communes=list(_counted(area, days[-1])),
        parts={int(name): tally for name, tally in _tallies(registered, summed).items()},
        total=_total(registered, by_day),
        trend=[(day, arrived.get(day.isoformat(), 0)) for day in days],
        hours=_hours(by_hour, today),
        hours_before=_hours(by_hour, today - timedelta(days=WEEK_DAYS)),
    )


def kind_figures(area: Unit, now: datetime) -> dict[Kind, Tally]:
    """Count an area by kind of venue, as it stands now."""
    registered, summed, _by_day, _by_hour = _told(_OF_KINDS, area, now)
    tallies = _tallies(registered, summed)
    return {kind: tallies[kind] for kind in Kind if kind in tallies}


def _told(statement: str, area: Unit, now: datetime) -> list[Any]:
    row = query_prepared(statement, _parameters(area, now))
    return [told or {} for told in row]


def _trend_days(now: datetime) -> list[date]:
    today = local_day(now)
    return [today - timedelta(days=n) for n in reversed(range(TREND_DAYS))]


def _parameters(area: Unit, now: datetime) -> dict[str, Any]:
    days = _trend_days(now)
    counted = _counted(area, days[-1])
    return {
        "communes": list(counted),
        "parts": list(counted.values()),
        "first": days[0],
        "today": days[-1],
        "before": days[-WEEK_DAYS - 1],
        "since": day_start(days[0]),
        "until": day_start(days[-1] + timedelta(days=1)),
        "today_began": day_start(days[-1]),
        "week_began": day_start(days[-WEEK_DAYS]),
        "week_ago_began": day_start(days[-WEEK_DAYS - 1]),
        "week_ago_ended": day_start(days[-WEEK_DAYS]),
    }


_NOTHING = Period()
# Every page asks, and the answer changes with a new list of units only.
_counted = remembered(seconds=60)(communes_counted)


def _tallies(registered: Iterable[Any], summed: Iterable[Any]) -> dict[str, Tally]:
    """Return the numbers of each part and each kind, by its name."""
    counts: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for name, period, numbers in summed:
        counts[name][period] = numbers
    venues = {name: numbers for name, *numbers in registered}
    return {name: _tally(venues.get(name), counts[name]) for name in {*venues, *counts}}


def _total(registered: Iterable[Any], by_day: Iterable[Any]) -> Tally:
    """Return the numbers of all parts together, also of venues that stand elsewhere since."""
    counts: dict[int, list[list[int]]] = defaultdict(list)
    for _day, period, numbers in by_day:
        counts[period].append(numbers)
    venues = [numbers for _name, *numbers, _newest_at in registered]
    return _tally(
        [*_added(venues), None] if venues else None,
        {period: _added(numbers) for period, numbers in counts.items()},
    )


def _added(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _tally(venues: list[Any] | None, counts: dict[int, list[int]]) -> Tally:
    number, used_today, used_in_week, inside, newest_at = venues or [0, 0, 0, 0, None]
    days = [counts[period] for period in (_TODAY, _THIS_WEEK) if period in counts]
    return Tally(
        venues=number,
        inside=inside,
        today=_period(counts.get(_TODAY), used_today),
        week=_period(_added(days), used_in_week),
        week_before=_period(counts.get(_WEEK_BEFORE)),
        newest_at=datetime.fromtimestamp(newest_at, UTC) if newest_at else None,
    )


def _period(counts: list[int] | None, used: int = 0) -> Period:
    if not counts:
        return Period(used) if used else _NOTHING
    arrived, *others = counts
    return Period(used, arrived, tuple(others[: len(LEFT)]), *others[len(LEFT) :])


def _hours(by_hour: dict[str, int], began: datetime) -> list[int]:
    """Return the arrivals of the 24 hours of a day."""
    first = int(began.timestamp())
    return [by_hour.get(str(first + 3600 * hour), 0) for hour in range(24)]
