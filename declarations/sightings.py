"""From when until when somebody was where, as far as the sightings of one person say.

This is the only place that knows. It looks at all that was seen of a person and at nothing else, so
neither the order in which that came nor what was worked out before changes the answer. The
decision is written down in docs/decisions/0020-stays-are-what-was-seen.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from .models import LONGEST_STAY, OBSERVED, LeftReason
from .nonces import Nonce


class Coming(NamedTuple):
    """Somebody was seen arriving; one who was turned away went no further than the door."""

    at: datetime
    venue: int
    evidence: int
    visit: UUID
    is_turned_away: bool = False

    @property
    def order(self) -> tuple[datetime, int, UUID | int]:
        return self.at, 1, self.visit


class Leaving(NamedTuple):
    """Somebody was seen leaving."""

    at: datetime
    venue: int
    evidence: int

    @property
    def order(self) -> tuple[datetime, int, UUID | int]:
        return self.at, -self.evidence, 0

    def visit_of(self, visitor: UUID) -> UUID:
        """Return the id of the visit of which only this was seen: always the same for the same."""
        return Nonce(0, 0).at(self.at).id_for(visitor, "left")


class Ending(NamedTuple):
    """When and how a visit ended; all of it unknown while somebody is inside."""

    left_at: datetime | None = None
    reason: LeftReason | None = None
    evidence: int | None = None
    is_interrupted: bool = False

    def marks(self, venue: int, by: int) -> Iterator[tuple[int, datetime, str, int]]:
        """Yield what the figures of a venue gain or lose by it, nothing while somebody is inside."""
        if self.left_at and self.reason:
            yield venue, self.left_at, f"left_{self.reason.word}", by


class Stays(NamedTuple):
    """How each arrival ended, and since when those may have been there who were only seen leaving."""

    endings: dict[Coming, Ending]
    possible_since: dict[Leaving, datetime]


@dataclass(frozen=True)
class _Observed:
    """The moments at which one person was observed, in order, and the venue of each."""

    moments: list[datetime]
    venues: list[int]

    def ending(self, coming: Coming, leaving: Leaving) -> Ending:
        """How a visit ended whose departure was seen."""
        first = bisect_right(self.moments, coming.at)
        between = self.venues[first : bisect_left(self.moments, leaving.at)]
        is_interrupted = any(venue != coming.venue for venue in between)
        return Ending(leaving.at, LeftReason.SCANNED, leaving.evidence, is_interrupted)

    def inferred_ending(self, coming: Coming, stay: timedelta, now: datetime) -> Ending:
        """How a visit ended whose departure nobody saw."""
        if coming.is_turned_away:
            return Ending(coming.at, LeftReason.TURNED_AWAY)
        end = coming.at + stay
        if coming.evidence not in OBSERVED:  # whoever only claims it must not learn where they went
            return Ending(end, LeftReason.USUAL_STAY) if end < now else Ending()
        place = bisect_right(self.moments, coming.at)
        onward = self.moments[place] if place < len(self.moments) else None
        if onward and onward <= end:
            return Ending(onward, LeftReason.MOVED_ON)
        return Ending(end, LeftReason.USUAL_STAY) if onward or end < now else Ending()

    def possible_since(self, leaving: Leaving, stay: timedelta) -> datetime:
        """The earliest arrival of somebody who was only seen leaving."""
        place = bisect_left(self.moments, leaving.at)
        if leaving.evidence not in OBSERVED or not place:
            return leaving.at - stay
        return max(self.moments[place - 1], leaving.at - stay)


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
    every.sort(key=lambda sighting: sighting.order)
    pairs = _paired(every)
    seen = sorted((one.at, one.venue) for one in every if one.evidence in OBSERVED)
    observed = _Observed([at for at, _venue in seen], [venue for _at, venue in seen])
    return Stays(
        {
            coming: observed.ending(coming, pairs[coming])
            if coming in pairs
            else observed.inferred_ending(coming, usual[coming.venue], now)
            for coming in comings
        },
        {
            leaving: observed.possible_since(leaving, usual[leaving.venue])
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
    for seen in sightings:
        is_observed = seen.evidence in OBSERVED
        if isinstance(seen, Coming):
            if at_once := unpaired.pop((seen.venue, seen.at), None):
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
