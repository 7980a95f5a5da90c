"""When people left, as far as a door knows: the same whatever the order in which it was told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from .models import LONGEST_STAY, LeftReason, TallyMark
from .prepared import rows_prepared

Ending = tuple[datetime | None, LeftReason | None]

# Locked, so that what is counted away is what was counted.
_VISITS = """
SELECT visitor_id, venue_id, entered_at, id, left_at, left_reason
FROM declarations_visit
WHERE visitor_id = ANY (%(visitors)s::uuid[]) AND entered_at >= %(first)s AND entered_at <= %(last)s
ORDER BY visitor_id, entered_at, id
FOR UPDATE
"""
_END = """
UPDATE declarations_visit visit SET left_at = ended.left_at, left_reason = ended.reason
FROM unnest(%(venues)s::int[], %(moments)s::timestamptz[], %(ids)s::uuid[],
    %(left)s::timestamptz[], %(reasons)s::smallint[])
    AS ended (venue, entered_at, id, left_at, reason)
WHERE visit.venue_id = ended.venue AND visit.entered_at = ended.entered_at AND visit.id = ended.id
  AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
"""


@dataclass(frozen=True)
class Departure:
    """Somebody was seen leaving; an undone one was not."""

    visitor: UUID
    at: datetime
    is_undone: bool = False


class _Stay(NamedTuple):
    visitor: UUID
    venue: int
    entered_at: datetime
    id: UUID
    left_at: datetime | None
    reason: int | None


@dataclass
class _Seen:
    """The moments at which a door saw one person leave, and those it took back."""

    valid: list[datetime] = field(default_factory=list)
    every: set[datetime] = field(default_factory=set)


def settle(
    venue_id: int,
    visitors: Iterable[UUID],
    departures: Iterable[Departure],
    period: tuple[datetime, datetime],
) -> None:
    """Make the departures of these visitors what all that is known of them says.

    `departures` are all that the venue's doors saw of these visitors from `period`'s beginning to
    a day after its end; visits that began within it, or up to a day before, are settled. The first
    departure after an arrival ends it; an arrival anywhere ends the visit before it.
    """
    seen: dict[UUID, _Seen] = defaultdict(_Seen)
    for departure in departures:
        seen[departure.visitor].every.add(departure.at)
        if not departure.is_undone:
            seen[departure.visitor].valid.append(departure.at)
    first, last = period[0] - LONGEST_STAY, period[1]
    stays = _stays(list(visitors), first, last + LONGEST_STAY)
    changed = [
        (stay, ending)
        for stay, next_at in _with_next(stays)
        if stay.entered_at <= last
        and (ending := _ending(stay, next_at, seen[stay.visitor], venue_id))
        != (stay.left_at, stay.reason)
    ]
    if changed:
        _end(changed)
        _mark(changed)


def _ending(stay: _Stay, next_at: datetime | None, seen: _Seen, venue_id: int) -> Ending:
    """Return when and why a stay ended, or that nobody knows of its end yet."""
    latest = stay.entered_at + LONGEST_STAY
    onward = next_at if next_at and next_at <= latest else None
    is_here = stay.venue == venue_id
    leaving = [
        at for at in seen.valid if stay.entered_at <= at <= latest and (not onward or at < onward)
    ]
    was_seen = stay.reason == LeftReason.SCANNED and is_here and stay.left_at in seen.every
    if leaving and is_here:
        own_tap = stay.reason == LeftReason.SCANNED and not was_seen and stay.left_at
        if not own_tap or min(leaving) < own_tap:
            return min(leaving), LeftReason.SCANNED
    supposed = stay.reason in (None, LeftReason.MOVED_ON)
    too_late = stay.reason == LeftReason.USUAL_STAY and onward and onward < (stay.left_at or onward)
    if was_seen or supposed or too_late:
        return (onward, LeftReason.MOVED_ON) if onward else (None, None)
    return stay.left_at, LeftReason(stay.reason) if stay.reason else None


def _with_next(stays: list[_Stay]) -> Iterator[tuple[_Stay, datetime | None]]:
    """Pair each stay with the same visitor's next arrival, wherever that was."""
    for stay, following in pairwise([*stays, None]):
        is_same = following is not None and stay is not None and following[0] == stay.visitor
        if stay is not None:
            yield stay, following.entered_at if following is not None and is_same else None


def _stays(visitors: list[UUID], first: datetime, last: datetime) -> list[_Stay]:
    rows = rows_prepared(_VISITS, visitors=visitors, first=first, last=last)
    return [_Stay(*row) for row in rows]


def _end(changed: list[tuple[_Stay, Ending]]) -> None:
    moments = [stay.entered_at for stay, _ in changed]
    rows_prepared(
        _END,
        venues=[stay.venue for stay, _ in changed],
        moments=moments,
        ids=[stay.id for stay, _ in changed],
        left=[left_at for _, (left_at, _) in changed],
        reasons=[reason and int(reason) for _, (_, reason) in changed],
        first=min(moments),
        last=max(moments),
    )


def _mark(changed: list[tuple[_Stay, Ending]]) -> None:
    """Tell the tallies which departures there are no more, and which there are now."""
    marks: dict[tuple[int, datetime], Counter[str]] = defaultdict(Counter)
    for stay, ending in changed:
        for sign, (at, reason) in ((-1, (stay.left_at, stay.reason)), (1, ending)):
            if at is not None and reason:
                hour = at.replace(minute=0, second=0, microsecond=0)
                marks[stay.venue, hour][f"left_{LeftReason(reason).word}"] += sign
    TallyMark.objects.bulk_create(
        TallyMark(venue_id=venue, at=hour, **counts) for (venue, hour), counts in marks.items()
    )
