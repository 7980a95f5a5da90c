"""What is reported of an area and a day, in one snapshot: today until now, or a day that is past.

People come of the tallies by commune, kind and day, which are kept; which venues were used comes
of the tallies by venue and hour, which are forgotten with their day. Marks that are not folded
yet are counted with both.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q

from dashboards.figures import WEEK_DAYS, Period
from dashboards.models import Approach, Way
from database.remembering import remembered
from declarations.models import COUNTED, LEFT, DeletionRecord
from districts.days import LOCAL_ZONE, day_period, day_start, local_day
from districts.models import Level, Unit, communes_counted
from venues.kinds import Kind

from .figures import Counts, FollowedUp, Report, ToDate

_COLUMNS = ", ".join(COUNTED)
_SUMS = ", ".join(f"sum({column})" for column in COUNTED)
_DEPARTED = " + ".join(LEFT)
_INSIDE = " - ".join(("arrived", *LEFT))
_LOCAL_DAY = f"AT TIME ZONE '{LOCAL_ZONE.key}')::date"
# Days as the statement numbers them; with the names of the report's periods they belong to.
_PERIODS = {
    0: ("day", "week"),
    1: ("day_before", "week"),
    2: ("week",),
    3: ("week_ago", "week_before"),
    4: ("week_before",),
}

_REPORT = f"""
WITH mark AS MATERIALIZED (
    SELECT mark.*, (mark.at {_LOCAL_DAY} AS day, venue.commune_id, venue.kind
    FROM declarations_tallymark mark JOIN venues_venue venue ON venue.id = mark.venue_id
    WHERE venue.commune_id = ANY (%(communes)s)
), fresh AS (
    SELECT venue_id, sum({_INSIDE})::int AS inside,
        max(at) FILTER (WHERE arrived > 0) AS newest_at
    FROM mark GROUP BY venue_id
), place AS MATERIALIZED (
    SELECT id, commune_id, kind, registered_at, closed_at
    FROM venues_venue WHERE commune_id = ANY (%(communes)s) AND registered_at <= %(moment)s
), used AS (
    SELECT venue_id, bool_or(day = %(day)s) AS on_day, bool_or(day = %(day_before)s) AS day_before,
        true AS in_week
    FROM (
        SELECT venue_id, day FROM (
            SELECT tally.venue_id, (tally.hour {_LOCAL_DAY} AS day, tally.arrived
            FROM place JOIN declarations_tally tally ON tally.venue_id = place.id
            WHERE tally.hour >= %(week_began)s AND tally.hour < %(ended)s
            UNION ALL
            SELECT venue_id, day, arrived FROM mark WHERE at >= %(week_began)s AND at < %(ended)s
        ) arrivals GROUP BY venue_id, day HAVING sum(arrived) > 0
    ) days GROUP BY venue_id
), venue AS (
    SELECT place.*, closed_at IS NULL OR closed_at > %(moment)s AS is_open,
        registered_at < %(began)s AND (closed_at IS NULL OR closed_at >= %(began)s) AS was_open,
        coalesce(on_day, false) AS on_day, coalesce(day_before, false) AS day_before,
        coalesce(in_week, false) OR seen.newest_at >= %(week_began)s AND seen.newest_at < %(ended)s
            AS in_week,
        seen.newest_at, coalesce(presence.inside, 0) + coalesce(fresh.inside, 0) AS inside
    FROM place
    LEFT JOIN used ON used.venue_id = place.id
    LEFT JOIN declarations_presence presence ON presence.venue_id = place.id
    LEFT JOIN fresh ON fresh.venue_id = place.id
    CROSS JOIN LATERAL (SELECT greatest(presence.newest_at, fresh.newest_at) AS newest_at) seen
), registered AS (
    SELECT coalesce(commune_id::text, kind) AS name, count(*) FILTER (WHERE is_open) AS venues,
        count(*) FILTER (WHERE registered_at >= %(began)s) AS opened,
        count(*) FILTER (WHERE NOT is_open AND closed_at >= %(began)s) AS closed,
        count(*) FILTER (WHERE is_open AND on_day) AS used,
        count(*) FILTER (WHERE was_open AND day_before) AS used_before,
        count(*) FILTER (WHERE is_open AND in_week) AS used_in_week,
        count(*) FILTER (WHERE is_open AND newest_at IS NULL) AS unused_ever,
        sum(inside) AS inside
    FROM venue GROUP BY GROUPING SETS ((commune_id), (kind))
), people AS (
    SELECT coalesce(commune_id::text, kind) AS name, period, ARRAY[{_SUMS}] AS counts
    FROM (
        SELECT *, CASE WHEN day = %(day)s THEN 0 WHEN day = %(day_before)s THEN 1
            WHEN day > %(week_ago)s THEN 2 WHEN day = %(week_ago)s THEN 3 ELSE 4 END AS period
        FROM (
            SELECT commune_id, kind, day, {_COLUMNS} FROM declarations_kindtally
            WHERE day BETWEEN %(first)s AND %(day)s AND commune_id = ANY (%(communes)s)
            UNION ALL
            SELECT commune_id, kind, day, {_COLUMNS} FROM mark
            WHERE day BETWEEN %(first)s AND %(day)s
        ) counted
    ) numbered GROUP BY GROUPING SETS ((commune_id, period), (kind, period))
), to_date AS (
    SELECT min(day) AS first, sum(arrived) AS arrived, sum(departed) AS departed,
        sum(declared) AS declared
    FROM (
        SELECT day, arrived, {_DEPARTED} AS departed, declared FROM declarations_daytally
        WHERE day <= %(day)s AND commune_id = ANY (%(communes)s)
        UNION ALL
        SELECT day, arrived, {_DEPARTED}, declared FROM mark WHERE day <= %(day)s
    ) counted
)
SELECT
    (SELECT json_agg(json_build_array(name, venues, opened, closed, used, used_before,
        used_in_week, unused_ever, inside)) FROM registered),
    (SELECT json_agg(json_build_array(name, period, counts)) FROM people),
    (SELECT json_build_array(first, arrived, departed, declared) FROM to_date)
"""  # noqa: S608 - our own texts only


def report_of(area: Unit, day: date, now: datetime) -> Report:
    """Count what is reported of an area and a local day that has begun."""
    began, ended = day_period(day)
    shown = shown_communes(area, local_day(now))
    communes = list(shown)
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, _parameters(communes, day, now))
        registered, people, (first, *sums) = cursor.fetchone()
    counts = _counts(registered or [], people or [])
    of_communes = _of_communes(area, shown, counts, local_day(now))
    return Report(
        area=area,
        day=day,
        now=now,
        is_today=began <= now < ended,
        total=sum((one for _commune, one in of_communes), Counts()),
        communes=of_communes,
        kinds=[(kind, counts[kind]) for kind in Kind if kind in counts],
        to_date=ToDate(date.fromisoformat(first) if first else None, *(n or 0 for n in sums)),
        followed_up=_followed_up(communes, day),
        forgotten=DeletionRecord.objects.aggregate(newest=Max("day"))["newest"],
    )


def first_day(area: Unit, now: datetime) -> date | None:
    """Return the first day of which anything is known."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"communes": list(shown_communes(area, local_day(now)))})
        return cursor.fetchone()[0]


_FIRST = f"""
SELECT least(
    (SELECT min(day) FROM declarations_daytally WHERE commune_id = ANY (%(communes)s)),
    (SELECT (min(at) {_LOCAL_DAY} FROM declarations_tallymark),
    (SELECT (min(registered_at) {_LOCAL_DAY} FROM venues_venue
        WHERE commune_id = ANY (%(communes)s))
)
"""  # noqa: S608 - our own texts only


def _parameters(communes: list[int], day: date, now: datetime) -> dict[str, Any]:
    began, ended = day_period(day)
    week_ago = day - timedelta(days=WEEK_DAYS)
    return {
        "communes": communes,
        "moment": min(now, ended - timedelta(microseconds=1)),
        "began": began,
        "ended": ended,
        "week_began": day_start(week_ago + timedelta(days=1)),
        "day": day,
        "day_before": day - timedelta(days=1),
        "week_ago": week_ago,
        "first": week_ago - timedelta(days=WEEK_DAYS - 1),
    }


def _counts(registered: Iterable[Any], people: Iterable[Any]) -> dict[str, Counts]:
    """Return the numbers of each commune and each kind, by its id or name."""
    periods: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, number, counted in people:
        arrived, *others = counted
        one = Period(0, arrived, tuple(others[: len(LEFT)]), *others[len(LEFT) :])
        for period in _PERIODS[number]:
            periods[name][period] = periods[name].get(period, Period()) + one
    venues = {name: numbers for name, *numbers in registered}
    return {name: Counts(*venues.get(name, []), **periods[name]) for name in {*venues, *periods}}


def _of_communes(
    area: Unit, shown: dict[int, int], counts: dict[str, Counts], today: date
) -> list[tuple[Unit, Counts]]:
    """Return the area's communes with their numbers and those of communes they came of."""
    sums: dict[int, Counts] = {}
    for pk, commune in shown.items():
        if str(pk) in counts:
            sums[commune] = sums.get(commune, Counts()) + counts[str(pk)]
    own = Unit.objects.within(area).communes().on(area.last_day(today))
    units = Unit.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=sums)).with_parents()
    order = sorted(units, key=lambda unit: (_above(unit), unit.name_order, unit.pk))
    return [(unit, sums.get(unit.pk, Counts())) for unit in order]


@remembered(seconds=60)
def shown_communes(area: Unit, day: date) -> dict[int, int]:
    """Return under which commune each one's people are told, by their ids."""
    counted = communes_counted(area, day)
    parts = Unit.objects.in_bulk(set(counted.values()))
    shown = {pk: part if parts[part].level == Level.COMMUNE else pk for pk, part in counted.items()}
    for part in parts.values():
        if part.level != Level.COMMUNE:
            shown |= communes_counted(part, day)
    return {pk: shown[pk] for pk in counted}


def _above(commune: Unit) -> str:
    return commune.parent.name_order if commune.parent else ""


def _followed_up(communes: list[int], day: date) -> FollowedUp:
    approaches = Approach.objects.filter(commune__in=communes, made_on=day).values("way")
    venues = dict(approaches.annotate(n=Count("venue", distinct=True)).values_list("way", "n"))
    return FollowedUp(*(venues.get(way, 0) for way in (Way.REMINDED, Way.CALLED, Way.VISITED)))
