"""Which way people went, and which scans are the same person once more within seconds."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from declarations.outcomes import Outcome
from declarations.settling import Departure
from districts.days import LOCAL_ZONE, local_day
from stations.models import Direction

from .items import Item
from .sent import Way

# The same person again within this time, the same way, was scanned twice.
DOUBLED = timedelta(seconds=30)
# By itself, somebody who came on the same local day leaves; after a night only within so many
# usual stays (a market 3 hours, a hotel 28). Whoever came before comes again.
_USUAL_STAYS = 2
_LEAVES = _("They came at %(time)s and no departure was noted: noted as leaving.")
_COMES = _("They came on %(day)s at %(time)s and no departure was noted: noted as coming again.")


class Seen(NamedTuple):
    """A scan that is stored, or the end of a visit; `same` is by what two are of one person."""

    same: UUID
    at: datetime
    direction: int
    scan: UUID | None
    is_undone: bool


class Passing(NamedTuple):
    """Somebody went in or out at this venue; without a scan where a poster tells it."""

    at: datetime
    direction: int
    scan: UUID | None = None


def find_ways(items: list[Item], seen: list[Seen], stay: timedelta) -> None:
    """Put into each scan which way it was, and whether it is doubled.

    `seen` is what was seen of the same people at the venue before, see stations.recording.pairing;
    `stay` is how long they usually stay.
    """
    passings = defaultdict[UUID, list[Passing]](list)
    stopped = {(item.same, item.at) for item in items if _is_stopped(item)}
    for one in seen:
        is_stopped = one.direction == Direction.IN and (one.same, one.at) in stopped
        if not one.is_undone and not is_stopped:
            passings[one.same].append(Passing(one.at, one.direction, one.scan))
    for item in items:
        if item.same is None or (item.known and item.known.visitor):
            _turn(item)  # it was found when the scan came first
            continue
        own = passings[item.same]
        _find_way(item, own, stay)
        is_in = item.direction == Direction.IN
        if not item.is_doubled and not (is_in and _is_stopped(item)):
            own.append(Passing(item.at, item.direction, item.sent.id))


def _is_stopped(item: Item) -> bool:
    """Whether somebody does not go in, if they came in."""
    return item.outcome == Outcome.STOP and not item.sent.is_let_in


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
