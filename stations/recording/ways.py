"""Which way people went, and which scans are the same person once more within seconds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from declarations.models import LeftReason
from declarations.prepared import rows_prepared
from declarations.settling import Departure
from districts.days import LOCAL_ZONE, local_day
from stations.models import Direction, Station
from venues.kinds import usual_stay

from .items import Item
from .sent import Way

# The same person again within this time, the same way, was scanned twice.
DOUBLED = timedelta(seconds=30)
# By itself, somebody who came on the same local day leaves; after a night only within so many
# usual stays (a market 3 hours, a hotel 28). Whoever came before comes again.
_USUAL_STAYS = 2
_LOOKED_BACK = timedelta(days=2)
_LEAVES = _("They came at %(time)s and no departure was noted: noted as leaving.")
_COMES = _("They came on %(day)s at %(time)s and no departure was noted: noted as coming again.")

# Of their own phone, or of a card: what somebody else claimed of them tells nothing here.
_STAYS = """
SELECT visitor_id, entered_at, left_at, left_reason,
    left_reason = %(turned_away)s OR possible_since IS NOT NULL
FROM declarations_visit
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

    `seen` is what the venue's stations saw of the same people, see stations.recording.pairing.
    """
    taken = [item for item in items if item.visitor and not item.why and not item.is_undone]
    passings = _passings(station, taken, seen)
    stay = usual_stay(station.venue.kind)
    for item in taken:
        if item.visitor is None or (item.known and item.known.visitor):
            _turn(item)  # it was found when the scan came first
            continue
        own = passings[item.visitor]
        _find_way(item, own, stay)
        if not item.is_doubled:
            own.append(Passing(item.at, item.direction, item.sent.id))


def departures(items: list[Item]) -> list[Departure]:
    """Return the departures that were seen now; also those that were seen before and were none."""
    return [
        Departure(visitor, item.at, int(item.evidence), is_undone=not is_valid)
        for item in items
        for visitor, is_valid in _left(item).items()
    ]


def _left(item: Item) -> dict[UUID, bool]:
    """Who left by a scan, and who did not although it said so before; nobody, if that is known."""
    known = item.known
    is_out = item.counts and item.direction == Direction.OUT
    left: dict[UUID, bool] = {item.visitor: True} if is_out and item.visitor else {}
    was_out = known is not None and known.direction == Direction.OUT
    if known and known.visitor and was_out and not (known.is_doubled or known.undone_at):
        if known.visitor in left:
            del left[known.visitor]
        elif not item.why:
            left[known.visitor] = False
    return left


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
        _suppose(item, own, stay)
    else:
        item.direction = Direction[way.upper()]


def _turn(item: Item) -> None:
    """Turn a scan round that comes again with the other way."""
    way = item.sent.way
    if way is not Way.AUTO and not item.is_doubled:
        item.direction = Direction[way.upper()]


def _suppose(item: Item, own: list[Passing], stay: timedelta) -> None:
    """Find the way of a scan that does not say it: a rule, written down as decision 20."""
    before = [passing for passing in own if passing.at <= item.at]
    newest = max(before, key=lambda passing: passing.at, default=None)
    item.direction = Direction.IN
    if newest is None or newest.direction != Direction.IN:
        return
    is_same_day = local_day(newest.at) == local_day(item.at)
    if is_same_day or item.at - newest.at <= _USUAL_STAYS * stay:
        item.direction = Direction.OUT
    if item.at - newest.at > stay:
        item.supposed_since = newest.at


def supposed(item: Item) -> str:
    """Say by what a way was found where it may well be the other one."""
    if item.supposed_since is None or item.is_undone or item.is_doubled:
        return ""
    came = item.supposed_since.astimezone(LOCAL_ZONE)
    sentence = _LEAVES if item.direction == Direction.OUT else _COMES
    return str(sentence) % {"day": f"{came:%d/%m}", "time": f"{came:%H:%M}"}


def _passings(station: Station, items: list[Item], seen: list[Seen]) -> dict[UUID, list[Passing]]:
    found: dict[UUID, list[Passing]] = defaultdict(list)
    not_in: set[tuple[UUID, datetime]] = set()
    asking = [item for item in items if item.sent.way is Way.AUTO and not item.is_new]
    if asking:  # who came in by a poster is inside as well
        visitors = {item.visitor for item in asking if item.visitor}
        moments = [item.at for item in asking]
        period = min(moments) - _LOOKED_BACK, max(moments)
        given = {"turned_away": int(LeftReason.TURNED_AWAY)}
        for who, entered_at, left_at, reason, is_no_arrival in _rows(
            _STAYS, station, visitors, period, **given
        ):
            if is_no_arrival:
                not_in.add((who, entered_at))
            else:
                found[who].append(Passing(entered_at, Direction.IN))
            if left_at and reason == LeftReason.SCANNED:
                found[who].append(Passing(left_at, Direction.OUT))
    for one in seen:
        is_turned_away = one.direction == Direction.IN and (one.visitor, one.at) in not_in
        if not one.is_undone and not is_turned_away:
            found[one.visitor].append(Passing(one.at, one.direction, one.scan))
    return found


def _rows(
    statement: str,
    station: Station,
    visitors: Iterable[UUID],
    period: tuple[datetime, datetime],
    **more: int,
) -> list[Any]:
    first, last = period
    return rows_prepared(
        statement, venue=station.venue_id, visitors=list(visitors), first=first, last=last, **more
    )
