"""Which way people went, and which scans are the same person once more within seconds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from declarations.models import LONGEST_STAY, LeftReason
from declarations.settling import Departure
from stations.models import Direction, Station
from venues.kinds import usual_stay

from .items import Item
from .sent import Way

# The same person again within this time, the same way, was scanned twice.
DOUBLED = timedelta(seconds=30)

_SCANS = """
SELECT visitor_id, at, direction, id, undone_at IS NOT NULL FROM stations_scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(visitors)s::uuid[])
  AND at >= %(first)s AND at <= %(last)s AND NOT is_doubled
"""
_STAYS = """
SELECT visitor_id, entered_at, left_at, left_reason FROM declarations_visit
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(visitors)s::uuid[])
  AND entered_at >= %(first)s AND entered_at <= %(last)s
"""


class Passing(NamedTuple):
    """Somebody went in or out at this venue; without a scan where a poster tells it."""

    at: datetime
    direction: int
    scan: UUID | None = None


def find_ways(station: Station, items: list[Item]) -> None:
    """Put into each scan which way it was, and whether it is doubled."""
    taken = [item for item in items if item.visitor and not item.why and not item.is_undone]
    if not taken:
        return
    passings = _passings(station, taken)
    stay = usual_stay(station.venue.kind)
    for item in taken:
        if item.visitor is None:
            continue
        own = passings[item.visitor]
        if item.known and item.known.visitor:
            continue  # it was found when the scan came first
        _find_way(item, own, stay)
        if not item.is_doubled:
            own.append(Passing(item.at, item.direction, item.sent.id))


def departures_seen(
    station: Station, visitors: Iterable[UUID], period: tuple[datetime, datetime]
) -> list[Departure]:
    """Return every departure that the venue's stations saw of these visitors, undone ones too."""
    rows = _rows(_SCANS, station, visitors, (period[0] - LONGEST_STAY, period[1] + LONGEST_STAY))
    return [Departure(who, at, undone) for who, at, way, _, undone in rows if way == Direction.OUT]


def _find_way(item: Item, own: list[Passing], stay: timedelta) -> None:
    way = item.sent.way
    near = [
        passing
        for passing in own
        if passing.scan not in (None, item.sent.id) and abs(passing.at - item.at) < DOUBLED
    ]
    same = [p for p in near if way is Way.AUTO or p.direction == Direction[way.upper()]]
    if same:
        item.is_doubled, item.direction = True, Direction(same[0].direction)
    elif way is Way.AUTO:
        item.direction = Direction.OUT if _is_inside(own, item.at, stay) else Direction.IN
    else:
        item.direction = Direction[way.upper()]


def _is_inside(own: list[Passing], at: datetime, stay: timedelta) -> bool:
    before = [passing for passing in own if passing.at <= at]
    newest = max(before, default=None)
    return newest is not None and newest.direction == Direction.IN and at - newest.at <= stay


def _passings(station: Station, items: list[Item]) -> dict[UUID, list[Passing]]:
    visitors = {item.visitor for item in items if item.visitor}
    moments = [item.at for item in items]
    period = min(moments) - LONGEST_STAY, max(moments) + LONGEST_STAY
    found: dict[UUID, list[Passing]] = defaultdict(list)
    for who, at, way, scan, is_undone in _rows(_SCANS, station, visitors, period):
        if not is_undone:
            found[who].append(Passing(at, way, scan))
    for who, entered_at, left_at, reason in _rows(_STAYS, station, visitors, period):
        found[who].append(Passing(entered_at, Direction.IN))
        if left_at and reason == LeftReason.SCANNED:
            found[who].append(Passing(left_at, Direction.OUT))
    return found


def _rows(
    statement: str,
    station: Station,
    visitors: Iterable[UUID],
    period: tuple[datetime, datetime],
) -> list[Any]:
    given: dict[str, Any] = {
        "venue": station.venue_id,
        "visitors": list(visitors),
        "first": period[0],
        "last": period[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
