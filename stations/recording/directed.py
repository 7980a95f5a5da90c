"""The third stage: what is known of somebody's health, and which way they went.

Both follow from what this venue's doors saw before. A card and what is typed are the same again by
what was said, not by the visitor they lead to: else "by itself" and "scanned already" would tell
that a card, a phone and a name are known elsewhere as one person. What cannot be guessed, our card
and the receipt, is the same by the visitor.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from database.statements import rows_prepared
from declarations.models import Evidence, LeftReason
from declarations.outcomes import Outcome
from districts.days import day_period, local_day
from stations.models import Direction, Station
from stations.readers import CardKind
from venues.kinds import usual_stay

from .recognised import Recognised
from .sent import Way

_WORDS = {
    "scanned": int(Evidence.SCANNED),
    "poster": int(Evidence.POSTER),
    "out": int(Direction.OUT),
    "left": int(LeftReason.SCANNED),
    "turned_away": int(LeftReason.TURNED_AWAY),
}
# Whose visit says that they were turned away did not go in.
_SEEN = """
SELECT same, at, direction, id FROM (
    SELECT visitor_id AS same, at, direction, id, venue_id, visitor_id FROM stations_scan
    WHERE venue_id = %(venue)s AND visitor_id = ANY (%(shown)s::uuid[]) AND evidence = %(scanned)s
      AND at >= %(first)s AND at <= %(last)s AND undone_at IS NULL AND NOT is_doubled
    UNION ALL
    SELECT said_hash, at, direction, id, venue_id, visitor_id FROM stations_scan
    WHERE venue_id = %(venue)s AND said_hash = ANY (%(said)s::uuid[])
      AND at >= %(first)s AND at <= %(last)s AND undone_at IS NULL AND NOT is_doubled
) scan WHERE direction = %(out)s OR NOT EXISTS (
    SELECT FROM declarations_visit visit
    WHERE visit.venue_id = scan.venue_id AND visit.entered_at = scan.at
      AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
      AND visit.visitor_id = scan.visitor_id AND left_reason = %(turned_away)s
)
"""
# Who came by a poster, with the own phone, may leave with a card. Whoever shows what nobody can guess
# is inside by what a card's scan told as well.
_STAYS = """
SELECT visitor_id, CASE WHEN possible_since IS NULL AND left_reason IS DISTINCT FROM %(turned_away)s
        THEN entered_at END,
    CASE WHEN left_reason = %(left)s THEN left_at END
FROM declarations_visit
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[])
  AND (evidence = %(poster)s OR evidence = %(scanned)s AND visitor_id = ANY (%(shown)s::uuid[]))
  AND entered_at >= %(first)s AND entered_at <= %(last)s
"""
# The newest answers of a day, by whom they are of here.
_ANSWERED = """
SELECT DISTINCT ON (same) same, outcome FROM (
    SELECT visitor_id AS same, outcome, at FROM stations_scan
    WHERE venue_id = %(venue)s AND visitor_id = ANY (%(shown)s::uuid[]) AND evidence = %(scanned)s
      AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
    UNION ALL
    SELECT said_hash, outcome, at FROM stations_scan
    WHERE venue_id = %(venue)s AND said_hash = ANY (%(said)s::uuid[])
      AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
) answered
ORDER BY same, at DESC
"""


class Health(NamedTuple):
    """What was answered at a scan, and what the door may know of it besides."""

    answered: Outcome | None = None
    outcome: Outcome | None = None
    is_told_elsewhere: bool = False

    def stops(self, scan: Recognised) -> bool:
        """Whether somebody does not go in, if they came in."""
        return self.outcome == Outcome.STOP and not scan.sent.is_let_in


class Passing(NamedTuple):
    """Somebody went in or out at this venue; without a scan where a visit tells it."""

    at: datetime
    direction: int
    scan: UUID | None = None


@dataclass(frozen=True)
class Directed(Recognised):
    """A scan with what is known of the person's health, and which way they went."""

    answered: Outcome | None  # by the answers given at this scan
    outcome: Outcome | None
    is_told_elsewhere: bool  # the outcome: nobody said it here
    direction: Direction
    is_doubled: bool
    supposed_since: datetime | None  # the arrival by which "by itself" went, long ago

    @property
    def counts(self) -> bool:
        """Whether somebody went in or out by this scan."""
        return self.is_taken and not self.is_doubled

    @property
    def comes(self) -> bool:
        return self.counts and self.direction == Direction.IN

    @property
    def asks(self) -> bool:
        """Whether a door asks about somebody; what is said more of a typed person asks nothing."""
        return self.comes and (self.stored is None or self.evidence == Evidence.SCANNED)


class _AnsweredHere:
    """What is known of the health of a batch's people: what was answered here, by local day."""

    def __init__(self, station: Station, scans: list[Recognised], today: date) -> None:
        self.today = today
        of_day: dict[date, list[Recognised]] = defaultdict(list)
        for scan in scans:
            of_day[local_day(scan.at)].append(scan)
        self.here = {
            day: self._answered(station, those, day)
            for day, those in of_day.items()
            if any((scan.is_taken and not scan.stored_as_doubled) or scan.receipt for scan in those)
        }

    @staticmethod
    def _answered(
        station: Station, scans: list[Recognised], day: date
    ) -> dict[UUID | None, Outcome]:
        rows = _rows(_ANSWERED, station, scans, day_period(day))
        return {same: Outcome(outcome) for same, outcome in rows}

    def of(self, scan: Recognised) -> Health:
        """Return what was answered here, else what may be told."""
        day = local_day(scan.at)
        if not scan.visitor or day not in self.here:
            return Health()
        here, said, stored = self.here[day], scan.sent.said, scan.stored
        answered = None
        if said and said.answers:
            answered = said.answers.outcome
        elif stored and stored.outcome is not None:
            answered = Outcome(stored.outcome)
        if answered is not None:
            here[scan.same] = answered  # for the scans that follow as well
            return Health(answered, answered)
        if scan.same in here:
            return Health(None, here[scan.same])
        # A scan dated back asks about no other day.
        outcome = self._told_elsewhere(scan, day) if scan.receipt or day == self.today else None
        return Health(None, outcome, is_told_elsewhere=outcome is not None)

    @staticmethod
    def _told_elsewhere(scan: Recognised, day: date) -> Outcome | None:
        """Return what a door may be told that was not answered there.

        That a person with a scanned card is well, and nothing else; all of what somebody shows who
        shows what nobody can guess.
        """
        if scan.receipt:
            return scan.receipt.outcome
        if scan.declared is None or scan.declared[0] != day:
            return None
        outcome = Outcome(scan.declared[1])
        if scan.claim is not None and scan.claim.card.kind is CardKind.OWN:
            return outcome
        return outcome if scan.evidence == Evidence.SCANNED and outcome == Outcome.GO else None


class _Passings:
    """Who passed this venue's doors before, as far as the scans of a batch need it."""

    def __init__(self, station: Station, scans: list[Recognised], health: list[Health]) -> None:
        self.station, self.stay = station, usual_stay(station.venue.kind)
        self.by_person = defaultdict[UUID | None, list[Passing]](list)
        self.stopped = {
            (scan.same, scan.at)
            for scan, known in zip(scans, health, strict=True)
            if scan.is_taken and known.stops(scan)
        }
        taken = [scan for scan in scans if scan.is_taken]
        shown = [scan for scan in taken if not scan.said_hash]
        said = [scan for scan in taken if scan.said_hash and scan.has_past_here]
        for seen in filter(None, (shown, said)):
            for same, *passing in _rows(_SEEN, station, seen, _around(seen)):
                self._add(same, Passing(*passing))
        self._add_stays(taken)

    def directed(self, scan: Recognised, health: Health) -> Directed:
        """Find the way of a scan; it passed before those that follow."""
        direction, is_doubled, supposed_since = self._way(scan)
        comes = direction == Direction.IN
        is_first = scan.is_taken and not (scan.stored and scan.stored.visitor)
        if is_first and not is_doubled and not (comes and health.stops(scan)):
            passing = Passing(scan.at, direction, scan.sent.id)
            self.by_person[scan.same].append(passing)
        # A receipt of this venue shows a visit that is there already; it begins none.
        is_doubled = is_doubled or bool(scan.receipt and scan.receipt.is_here and comes)
        return Directed.after(
            scan,
            **health._asdict(),
            direction=direction,
            is_doubled=is_doubled,
            supposed_since=supposed_since,
        )

    def _way(self, scan: Recognised) -> tuple[Direction, bool, datetime | None]:
        """Return the direction, whether the scan is doubled, and by which arrival it is supposed."""
        way, is_doubled = scan.way, scan.stored_as_doubled
        if not scan.is_taken:
            return scan.stored_direction, is_doubled, None
        if scan.stored and scan.stored.visitor:  # it was found then; it may be turned round
            is_turned = way is not Way.AUTO and not is_doubled
            return Direction[way.upper()] if is_turned else scan.stored_direction, is_doubled, None
        # The same person again so soon, the same way, was scanned twice.
        soon = timedelta(seconds=30)
        near = [
            passing.direction
            for passing in self.by_person[scan.same]
            if passing.scan not in (None, scan.sent.id) and abs(passing.at - scan.at) < soon
        ]
        if way is not Way.AUTO:
            direction = Direction[way.upper()]
            return direction, is_doubled or direction in near, None
        if near:
            return Direction(near[0]), True, None
        direction, supposed_since = self._supposed(scan)
        return direction, is_doubled, supposed_since

    def _supposed(self, scan: Recognised) -> tuple[Direction, datetime | None]:
        """Find the way of a scan that does not say it: a rule, written down as decision 20."""
        before = [passing for passing in self.by_person[scan.same] if passing.at <= scan.at]
        newest = max(before, key=lambda passing: passing.at, default=None)
        if newest is None or newest.direction != Direction.IN:
            return Direction.IN, None
        ago = scan.at - newest.at
        # Who came on this local day leaves; after a night only within two usual stays (a market 3
        # hours, a hotel 28). Whoever came before comes again.
        leaves = local_day(newest.at) == local_day(scan.at) or ago <= 2 * self.stay
        direction = Direction.OUT if leaves else Direction.IN
        return direction, newest.at if ago > self.stay else None

    def _add(self, same: UUID | None, passing: Passing) -> None:
        """Add what was seen before; whoever is stopped now did not go in."""
        if passing.direction != Direction.IN or (same, passing.at) not in self.stopped:
            self.by_person[same].append(passing)

    def _add_stays(self, taken: list[Recognised]) -> None:
        """Add who is inside without a scan of these doors, where a scan does not say its way.

        What a card leads to counts as what the card says; what somebody typed leads nowhere.
        """
        asking = [
            scan
            for scan in taken
            if scan.way is Way.AUTO
            and not scan.is_new
            and (not scan.said_hash or scan.evidence == Evidence.SCANNED)
        ]
        if not asking:
            return
        same = {scan.visitor: scan.same for scan in asking if scan.visitor}
        shown = {scan.visitor for scan in asking if scan.visitor and not scan.said_hash}
        first, last = _around(asking)
        stays = rows_prepared(
            _STAYS, venue=self.station.venue_id, same=sorted(same), shown=sorted(shown), first=first,
            last=last, **_WORDS,
        )  # fmt: skip
        for visitor, came, left in stays:
            for at, direction in ((came, Direction.IN), (left, Direction.OUT)):
                if at:
                    self._add(same[visitor], Passing(at, direction))


def _around(scans: list[Recognised]) -> tuple[datetime, datetime]:
    """Return from when until when it matters who passed before and after scans."""
    moments = [scan.at for scan in scans]
    return min(moments) - timedelta(days=2), max(moments) + timedelta(days=2)


def _rows(
    statement: str, station: Station, scans: list[Recognised], period: tuple[datetime, datetime]
) -> list[Any]:
    """Return what a statement says of people who show what nobody can guess, and of all others."""
    known = [scan for scan in scans if scan.visitor]
    shown = {scan.visitor for scan in known if not scan.said_hash}
    said = {scan.said_hash for scan in known if scan.said_hash and scan.has_past_here}
    if not (shown or said):
        return []
    first, last = period
    return rows_prepared(
        statement, venue=station.venue_id, shown=sorted(shown), said=sorted(said), first=first,
        last=last, **_WORDS,
    )  # fmt: skip


def directed_scans(station: Station, scans: list[Recognised], today: date) -> list[Directed]:
    """Find the way of each scan, by those before it."""
    known = _AnsweredHere(station, scans, today)
    health = [known.of(scan) for scan in scans]
    passings = _Passings(station, scans, health)
    return [passings.directed(scan, known) for scan, known in zip(scans, health, strict=True)]
