"""From when until when somebody was where, as far as the sightings of one person say.

The answer depends only on all that was seen of a person: neither the order in which it came nor what
was worked out before changes it. Where it matters for speed, statements apply the same rule to the
common case (moved_on in declare.sql and return.sql, _CLOSE in settling.py). The decision is in
docs/decisions/0020-stays-are-what-was-seen.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
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
class Sightings:
    """All that was seen of one person."""

    comings: Collection[Coming]
    leavings: Collection[Leaving]

    def stays(self, usual: Mapping[int, timedelta], now: datetime) -> Stays:
        """Return what the sightings say; `usual` is the usual stay at each venue.

        An observed departure ends the newest arrival at its venue, however long after. Where none was
        observed, a visit ends with the usual stay or the next sighting, whichever comes first. What
        is only claimed of somebody (typed, paper) shortens no other stay.
        """
        pairs = self._pairs()
        endings = {
            coming: self._seen_ending(coming, pairs[coming])
            if coming in pairs
            else self._inferred_ending(coming, usual[coming.venue], now)
            for coming in self.comings
        }
        possible_since = {
            leaving: self._possible_since(leaving, usual[leaving.venue])
            for leaving in set(self.leavings) - set(pairs.values())
        }
        return Stays(endings, possible_since)

    @cached_property
    def _in_order(self) -> list[Coming | Leaving]:
        return sorted([*self.comings, *self.leavings], key=lambda sighting: sighting.order)

    @cached_property
    def _observed(self) -> list[Coming | Leaving]:
        return [sighting for sighting in self._in_order if sighting.evidence in OBSERVED]

    def _pairs(self) -> dict[Coming, Leaving]:
        """Return the observed departure that ends each arrival.

        It ends an arrival of its own kind, observed or only claimed, if there is one, else one of the
        other kind. At the same moment somebody who was inside leaves before they come again.
        """
        pairs: dict[Coming, Leaving] = {}
        inside: dict[tuple[int, bool], Coming] = {}
        unpaired: dict[tuple[int, datetime], Leaving] = {}
        for seen in self._in_order:
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

    def _seen_ending(self, coming: Coming, leaving: Leaving) -> Ending:
        start = bisect_right(self._observed, coming.at, key=attrgetter("at"))
        end = bisect_left(self._observed, leaving.at, key=attrgetter("at"))
        is_interrupted = any(one.venue != coming.venue for one in self._observed[start:end])
        return Ending(leaving.at, LeftReason.SCANNED, leaving.evidence, is_interrupted)

    def _inferred_ending(self, coming: Coming, stay: timedelta, now: datetime) -> Ending:
        """How a visit ended whose departure nobody saw."""
        if coming.is_turned_away:
            return Ending(coming.at, LeftReason.TURNED_AWAY)
        end = coming.at + stay
        if coming.evidence not in OBSERVED:  # whoever only claims it must not learn where they went
            return Ending(end, LeftReason.USUAL_STAY) if end < now else Ending()
        place = bisect_right(self._observed, coming.at, key=attrgetter("at"))
        onward = self._observed[place].at if place < len(self._observed) else None
        if onward and onward <= end:
            return Ending(onward, LeftReason.MOVED_ON)
        return Ending(end, LeftReason.USUAL_STAY) if onward or end < now else Ending()

    def _possible_since(self, leaving: Leaving, stay: timedelta) -> datetime:
        """The earliest arrival of somebody who was only seen leaving."""
        place = bisect_left(self._observed, leaving.at, key=attrgetter("at"))
        if leaving.evidence not in OBSERVED or not place:
            return leaving.at - stay
        return max(self._observed[place - 1].at, leaving.at - stay)
