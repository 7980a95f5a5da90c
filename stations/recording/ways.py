"""Which way people went, and which scans are the same person once more within seconds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from declarations.models import LONGEST_STAY, LeftReason
from declarations.prepared import rows_prepared
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
# Of their own phone, or of a card: what somebody else claimed of them tells nothing here.
_STAYS = """
SELECT visitor_id, entered_at, left_at, left_reason FROM declarations_visit
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(visitors)s::uuid[])
  AND entered_at >= %(first)s AND entered_at <= %(last)s AND evidence <= 2
"""


class Seen(NamedTuple):
    """A scan that is stored, and made or ended a visit unless it was undone."""

    visitor: UUID
    at: datetime
    direction: int
    scan: UUID | None
    is_undone: bool


class Passing(NamedTuple):
    """Somebody went in or out at this venue; without a scan where a poster tells it."""

    at: datetime
    direction: int
    scan: UUID | None = None


def find_ways(station: Station, items: list[Item], seen: list[Seen]) -> None:
    """Put into each scan which way it was, and whether it is doubled.

    `seen` is what the venue's stations saw of the same people, see `seen_of`.
    """
    taken = [item for item in items if item.visitor and not item.why and not item.is_undone]
    passings = _passings(station, taken, seen)
    stay = usual_stay(station.venue.kind)
    for item in taken:
        if item.visitor is None or (item.known and item.known.visitor):
            continue  # it was found when the scan came first
        own = passings[item.visitor]
        _find_way(item, own, stay)
        if not item.is_doubled:
            own.append(Passing(item.at, item.direction, item.sent.id))


def seen_of(
    station: Station, visitors: list[UUID], period: tuple[datetime, datetime]
) -> list[Seen]:
    """Return every scan of these visitors at the venue up to a day before and after a period."""
    wide = period[0] - LONGEST_STAY, period[1] + LONGEST_STAY
    return [Seen(*row) for row in _rows(_SCANS, station, visitors, wide)]


def departures(items: list[Item], seen: list[Seen]) -> list[Departure]:
    """Return the departures that were seen, before and now; undone ones too."""
    now = {item.sent.id: item for item in items}
    before = [
        Departure(one.visitor, one.at, one.is_undone)
        for one in seen
        if one.direction == Direction.OUT and one.scan not in now
    ]
    return before + [
        Departure(visitor, item.at, not item.counts)
        for item in items
        if item.direction == Direction.OUT and not item.is_doubled
        for visitor in {item.visitor, item.known.visitor if item.known else None}
        if visitor
    ]


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
    newest = max(before, key=lambda passing: passing.at, default=None)
    return newest is not None and newest.direction == Direction.IN and at - newest.at <= stay


def _passings(station: Station, items: list[Item], seen: list[Seen]) -> dict[UUID, list[Passing]]:
    found: dict[UUID, list[Passing]] = defaultdict(list)
    for one in seen:
        if not one.is_undone:
            found[one.visitor].append(Passing(one.at, one.direction, one.scan))
    asking = [item for item in items if item.sent.way is Way.AUTO and not item.is_new]
    if asking:  # who came in by a poster is inside as well
        visitors = {item.visitor for item in asking if item.visitor}
        moments = [item.at for item in asking]
        period = min(moments) - LONGEST_STAY, max(moments)
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
    first, last = period
    return rows_prepared(
        statement, venue=station.venue_id, visitors=list(visitors), first=first, last=last
    )
