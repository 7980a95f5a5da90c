"""The third stage: what is known of somebody's health, and which way they went.

Both follow from what this venue's doors saw before. A card and what is typed are the same again by
what was said, not by the visitor they lead to: else "by itself" and "scanned already" would tell
that a card, a phone and a name are known elsewhere as one person. What cannot be guessed, our card
and the receipt, is the same by the visitor.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from database.prepared import rows_prepared
from declarations.models import Evidence, LeftReason
from declarations.outcomes import Outcome
from districts.days import day_period, local_day
from stations.models import Direction, Station
from stations.readers import CardKind
from venues.kinds import usual_stay

from .recognised import Recognised
from .sent import Way

# The same person again within this time, the same way, was scanned twice.
DOUBLED = timedelta(seconds=30)
# By itself, somebody who came on the same local day leaves; after a night only within so many
# usual stays (a market 3 hours, a hotel 28). Whoever came before comes again.
_USUAL_STAYS = 2
_WIDE = timedelta(days=2)

_WORDS = {
    "scanned": int(Evidence.SCANNED),
    "poster": int(Evidence.POSTER),
    "out": int(Direction.OUT),
    "left": int(LeftReason.SCANNED),
    "turned_away": int(LeftReason.TURNED_AWAY),
}
# Whose visit says that they were turned away did not go in.
_SEEN_BY_VISITOR = """
SELECT visitor_id, at, direction, id FROM stations_scan scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = %(scanned)s
  AND at >= %(first)s AND at <= %(last)s
  AND undone_at IS NULL AND NOT is_doubled AND (direction = %(out)s OR NOT EXISTS (
    SELECT FROM declarations_visit visit
    WHERE visit.venue_id = %(venue)s AND visit.entered_at = scan.at
      AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
      AND visit.visitor_id = scan.visitor_id AND left_reason = %(turned_away)s
  ))
"""
_SEEN_BY_WORD = """
SELECT said_hash, at, direction, id FROM stations_scan scan
WHERE venue_id = %(venue)s AND said_hash = ANY (%(same)s::uuid[])
  AND at >= %(first)s AND at <= %(last)s
  AND undone_at IS NULL AND NOT is_doubled AND (direction = %(out)s OR NOT EXISTS (
    SELECT FROM declarations_visit visit
    WHERE visit.venue_id = %(venue)s AND visit.entered_at = scan.at
      AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
      AND visit.visitor_id = scan.visitor_id AND left_reason = %(turned_away)s
  ))
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
_ANSWERED_BY_VISITOR = """
SELECT DISTINCT ON (visitor_id) visitor_id, outcome FROM stations_scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = %(scanned)s
  AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
ORDER BY visitor_id, at DESC
"""
_ANSWERED_BY_WORD = """
SELECT DISTINCT ON (said_hash) said_hash, outcome FROM stations_scan
WHERE venue_id = %(venue)s AND said_hash = ANY (%(same)s::uuid[])
  AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
ORDER BY said_hash, at DESC
"""


class Health(NamedTuple):
    """What was answered at a scan, and what the door may know of it besides."""

    answered: Outcome | None = None
    outcome: Outcome | None = None
    is_told_elsewhere: bool = False


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


def directed_scans(station: Station, scans: list[Recognised], today: date) -> list[Directed]:
    """Find the way of each scan, by those before it."""
    health = _health(station, scans, today)
    passings = _Passings(station, scans, health)
    return [passings.directed(scan, known) for scan, known in zip(scans, health, strict=True)]


def _health(station: Station, scans: list[Recognised], today: date) -> list[Health]:
    """Return what is known of each scan: what was answered here, else what may be told."""
    of_day: dict[date, list[Recognised]] = defaultdict(list)
    for scan in scans:
        of_day[local_day(scan.at)].append(scan)
    here = {
        day: _answered_here(station, those, day)
        for day, those in of_day.items()
        if any((scan.is_taken and not scan.stored_as_doubled) or scan.receipt for scan in those)
    }
    return [
        _health_of(scan, day, here[day], is_today=day == today)
        if scan.visitor and (day := local_day(scan.at)) in here
        else Health()
        for scan in scans
    ]


def _health_of(
    scan: Recognised, day: date, here: dict[UUID | None, Outcome], *, is_today: bool
) -> Health:
    said, stored = scan.sent.said, scan.stored
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
    if scan.receipt or is_today:  # a scan dated back asks about no other day
        outcome = _told_elsewhere(scan, day)
        return Health(None, outcome, is_told_elsewhere=outcome is not None)
    return Health()


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


def _answered_here(
    station: Station, scans: list[Recognised], day: date
) -> dict[UUID | None, Outcome]:
    """Return the newest answers that this venue was given on a day, by whom they are of here."""
    first, last = day_period(day)
    shown = {scan.visitor for scan in scans if scan.visitor and not scan.said_hash}
    said = {
        scan.said_hash for scan in scans if scan.visitor and scan.said_hash and scan.has_past_here
    }
    return {
        who: Outcome(outcome)
        for statement, same in ((_ANSWERED_BY_VISITOR, shown), (_ANSWERED_BY_WORD, said))
        if same
        for who, outcome in rows_prepared(
            statement, venue=station.venue_id, same=sorted(same), first=first, last=last, **_WORDS
        )
    }


class _Passings:
    """Who passed this venue's doors before, as far as the scans of a batch need it."""

    def __init__(self, station: Station, scans: list[Recognised], health: list[Health]) -> None:
        self.station, self.stay = station, usual_stay(station.venue.kind)
        self.by_person = defaultdict[UUID | None, list[Passing]](list)
        taken = [scan for scan in scans if scan.is_taken]
        self.stopped = {
            (scan.same, scan.at)
            for scan, known in zip(scans, health, strict=True)
            if scan.is_taken and _is_stopped(scan, known)
        }
        shown = [scan for scan in taken if not scan.said_hash]
        said = [scan for scan in taken if scan.said_hash and scan.has_past_here]
        for statement, seen in ((_SEEN_BY_VISITOR, shown), (_SEEN_BY_WORD, said)):
            for same, *passing in self._rows(statement, seen, attrgetter("same")):
                self._add(same, Passing(*passing))
        self._add_stays(taken)

    def directed(self, scan: Recognised, health: Health) -> Directed:
        """Find the way of a scan; it passed before those that follow."""
        direction, is_doubled, supposed_since = self._way(scan)
        comes = direction == Direction.IN
        is_first = scan.is_taken and not (scan.stored and scan.stored.visitor)
        if is_first and not is_doubled and not (comes and _is_stopped(scan, health)):
            passing = Passing(scan.at, direction, scan.sent.id)
            self.by_person[scan.same].append(passing)
        # A receipt of this venue shows a visit that is there already; it begins none.
        is_doubled = is_doubled or bool(scan.receipt and scan.receipt.is_here and comes)
        return Directed(
            **vars(scan),
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
        near = [
            passing.direction
            for passing in self.by_person[scan.same]
            if passing.scan not in (None, scan.sent.id) and abs(passing.at - scan.at) < DOUBLED
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
        leaves = local_day(newest.at) == local_day(scan.at) or ago <= _USUAL_STAYS * self.stay
        direction = Direction.OUT if leaves else Direction.IN
        return direction, newest.at if ago > self.stay else None

    def _add(self, same: UUID, passing: Passing) -> None:
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
        same = {scan.visitor: scan.same for scan in asking}
        shown = sorted({scan.visitor for scan in asking if scan.visitor and not scan.said_hash})
        for who, came, left in self._rows(_STAYS, asking, attrgetter("visitor"), shown=shown):
            for at, direction in ((came, Direction.IN), (left, Direction.OUT)):
                if at and (word := same.get(who)):
                    self._add(word, Passing(at, direction))

    def _rows(
        self,
        statement: str,
        scans: list[Recognised],
        same: Callable[[Recognised], UUID | None],
        **more: list[UUID],
    ) -> list[Any]:
        if not scans:
            return []
        moments = [scan.at for scan in scans]
        return rows_prepared(
            statement,
            venue=self.station.venue_id,
            same=sorted({word for scan in scans if (word := same(scan))}),
            first=min(moments) - _WIDE,
            last=max(moments) + _WIDE,
            **_WORDS,
            **more,
        )


def _is_stopped(scan: Recognised, health: Health) -> bool:
    """Whether somebody does not go in, if they came in."""
    return health.outcome == Outcome.STOP and not scan.sent.is_let_in
