"""From when until when somebody was where, as far as the sightings of one person say.

This is the only place that knows. It looks at all that was seen of a person and at nothing else, so
neither the order in which that came nor what was worked out before changes the answer. The
decision is written down in docs/decisions/0020-stays-are-what-was-seen.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from .models import LONGEST_STAY, OBSERVED, LeftReason


class Coming(NamedTuple):
    """Somebody was seen arriving; one who was turned away went no further than the door."""

    at: datetime
    venue: int
    evidence: int
    visit: UUID
    is_turned_away: bool = False


class Leaving(NamedTuple):
    """Somebody was seen leaving."""

    at: datetime
    venue: int
    evidence: int


class Ending(NamedTuple):
    """When and how a visit ended; all of it unknown while somebody is inside."""

    left_at: datetime | None = None
    reason: LeftReason | None = None
    evidence: int | None = None
    is_interrupted: bool = False


class Stays(NamedTuple):
    """How each arrival ended, and since when those may have been there who were only seen leaving."""

    endings: dict[Coming, Ending]
    possible_since: dict[Leaving, datetime]


def stays_of(
    comings: Collection[Coming],
    leavings: Collection[Leaving],
    usual: Mapping[int, timedelta],
    now: datetime,
) -> Stays:
    """Return what the sightings of one person say; `usual` is the usual stay at each venue.

    An observed departure ends the newest arrival at its venue, however long after. Where none was
    observed, a visit ends with the usual stay or the next sighting, whichever comes first. What
    is only claimed of somebody (typed, paper) shortens no other stay.
    """
    every: list[Coming | Leaving] = [*comings, *leavings]
    pairs = _paired(every)
    observed = sorted((seen.at, seen.venue) for seen in every if seen.evidence in OBSERVED)
    return Stays(
        {
            coming: _observed_ending(coming, pairs[coming], observed)
            if coming in pairs
            else _inferred_ending(coming, usual[coming.venue], observed, now)
            for coming in comings
        },
        {
            leaving: _possible_since(leaving, usual[leaving.venue], observed)
            for leaving in set(leavings) - set(pairs.values())
        },
    )


def _paired(sightings: list[Coming | Leaving]) -> dict[Coming, Leaving]:
    """Find for each departure the arrival it ends: what was observed first ends what was observed.

    At the same moment somebody who was inside leaves before they come again.
    """
    pairs: dict[Coming, Leaving] = {}
    inside: dict[tuple[int, bool], Coming] = {}
    unpaired: dict[tuple[int, datetime], Leaving] = {}
    for seen in sorted(sightings, key=_in_order):
        is_observed = seen.evidence in OBSERVED
        if isinstance(seen, Coming):
            at_once = unpaired.pop((seen.venue, seen.at), None)
            if at_once:
                pairs[seen] = at_once
            else:
                inside[seen.venue, is_observed] = seen
            continue
        for kind in (is_observed, not is_observed):
            coming = inside.pop((seen.venue, kind), None)
            if coming and seen.at - coming.at <= LONGEST_STAY:
                pairs[coming] = seen
                break
        else:
            unpaired[seen.venue, seen.at] = seen
    return pairs


def _in_order(seen: Coming | Leaving) -> tuple[datetime, int, UUID | int]:
    if isinstance(seen, Leaving):
        return seen.at, -seen.evidence, 0
    return seen.at, 1, seen.visit


def _observed_ending(
    coming: Coming, leaving: Leaving, observed: list[tuple[datetime, int]]
) -> Ending:
    between = observed[
        bisect_right(observed, coming.at, key=_moment) : bisect_left(
            observed, leaving.at, key=_moment
        )
    ]
    is_interrupted = any(venue != coming.venue for _at, venue in between)
    return Ending(leaving.at, LeftReason.SCANNED, leaving.evidence, is_interrupted)


def _inferred_ending(
    coming: Coming, stay: timedelta, observed: list[tuple[datetime, int]], now: datetime
) -> Ending:
    if coming.is_turned_away:
        return Ending(coming.at, LeftReason.TURNED_AWAY)
    end = coming.at + stay
    if coming.evidence not in OBSERVED:  # whoever only claims it must not learn where they went
        return Ending(end, LeftReason.USUAL_STAY) if end < now else Ending()
    place = bisect_right(observed, coming.at, key=_moment)
    onward = observed[place][0] if place < len(observed) else None
    if onward and onward <= end:
        return Ending(onward, LeftReason.MOVED_ON)
    return Ending(end, LeftReason.USUAL_STAY) if onward or end < now else Ending()


def _possible_since(
    leaving: Leaving, stay: timedelta, observed: list[tuple[datetime, int]]
) -> datetime:
    if leaving.evidence not in OBSERVED:
        return leaving.at - stay
    place = bisect_left(observed, leaving.at, key=_moment)
    before = observed[place - 1][0] if place else None
    return max(before, leaving.at - stay) if before else leaving.at - stay


def _moment(seen: tuple[datetime, int]) -> datetime:
    return seen[0]
