"""How visits end. Stored visits become what all that was seen of people says, in any order of hearing.

The visits hold every sighting: each arrival, and each observed departure as the end of a visit or,
where nobody saw the arrival, as a visit of its own. So what is stored is read back into sightings,
what is new is put in or taken out, and declarations.sightings says what follows.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from database.statements import rows_prepared
from venues.kinds import Kind, usual_stay

from .models import COMMON_STAY, LONGEST_STAY, Evidence, LeftReason, TallyMark, Visit
from .nonces import Receipt
from .outcomes import Outcome
from .sightings import Coming, Ending, Leaving, Sightings, Stays

# A check-in may have ended a visit meanwhile: that one is not changed, but looked at again.
_CHANGE = """
UPDATE declarations_visit visit SET left_at = ended.left_at, left_reason = ended.reason,
    left_evidence = ended.evidence, is_interrupted = ended.is_interrupted,
    is_long = ended.is_long, possible_since = ended.since
FROM unnest(%(venues)s::int[], %(moments)s::timestamptz[], %(ids)s::uuid[],
    %(before)s::timestamptz[], %(left)s::timestamptz[], %(reasons)s::smallint[],
    %(evidence)s::smallint[], %(interrupted)s::boolean[], %(long)s::boolean[],
    %(since)s::timestamptz[])
    AS ended (venue, entered_at, id, before, left_at, reason, evidence, is_interrupted, is_long,
        since)
WHERE visit.venue_id = ended.venue AND visit.entered_at = ended.entered_at AND visit.id = ended.id
  AND visit.left_at IS NOT DISTINCT FROM ended.before
  AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
RETURNING visit.venue_id, visit.entered_at, visit.id
"""
_REMOVE = """
DELETE FROM declarations_visit visit
USING unnest(%(venues)s::int[], %(moments)s::timestamptz[], %(ids)s::uuid[],
    %(before)s::timestamptz[]) AS gone (venue, entered_at, id, before)
WHERE visit.venue_id = gone.venue AND visit.entered_at = gone.entered_at AND visit.id = gone.id
  AND visit.left_at IS NOT DISTINCT FROM gone.before
  AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
RETURNING visit.venue_id, visit.entered_at, visit.id
"""
_ADD = """
INSERT INTO declarations_visit (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id,
    left_at, left_reason, possible_since)
SELECT %(venue)s, left_at, %(now)s, evidence, %(outcome)s, id, visitor, left_at, %(reason)s, since
FROM unnest(%(moments)s::timestamptz[], %(evidence)s::smallint[], %(ids)s::uuid[],
    %(visitors)s::uuid[], %(since)s::timestamptz[]) AS alone (left_at, evidence, id, visitor, since)
ON CONFLICT (venue_id, entered_at, id) DO NOTHING
RETURNING venue_id, entered_at, id
"""
# Whatever else ends a visit is settled when it becomes known.
_CLOSE = """
WITH ended AS (
    UPDATE declarations_visit visit SET
        left_at = CASE WHEN outcome = %(stop)s AND NOT is_let_in THEN entered_at
            ELSE entered_at + venue.stay END,
        left_reason = CASE WHEN outcome = %(stop)s AND NOT is_let_in THEN %(turned_away)s
            ELSE %(usual_stay)s END
    FROM (
        SELECT id, make_interval(mins => (%(usual_minutes)s::jsonb ->> kind)::int) AS stay
        FROM venues_venue
    ) venue
    WHERE venue.id = visit.venue_id AND left_at IS NULL AND entered_at >= %(since)s
      AND entered_at + venue.stay < %(now)s AND entered_at <= %(now)s
    RETURNING visit.venue_id, left_at, left_reason
)
INSERT INTO declarations_tallymark (venue_id, at, left_usual_stay, left_turned_away)
SELECT venue_id, left_at, count(*) FILTER (WHERE left_reason = %(usual_stay)s),
    count(*) FILTER (WHERE left_reason = %(turned_away)s)
FROM ended GROUP BY venue_id, left_at
RETURNING left_usual_stay + left_turned_away
"""
# By kind of venue, as statements read it.
USUAL_MINUTES = json.dumps({kind.value: usual_stay(kind).seconds // 60 for kind in Kind})


@dataclass(frozen=True)
class Departure:
    """Somebody was seen leaving; an undone one was not."""

    visitor: UUID
    at: datetime
    evidence: int = Evidence.SCANNED
    is_undone: bool = False


@dataclass(frozen=True)
class News:
    """What became known at a venue since its people were settled; arrivals are stored already.

    `undone` are visits that should never have been: their arrivals and ids.
    """

    venue: int
    kind: str
    departures: list[Departure] = field(default_factory=list)
    undone: list[tuple[datetime, UUID]] = field(default_factory=list)

    @cached_property
    def departures_of(self) -> dict[UUID, list[Departure]]:
        departures: dict[UUID, list[Departure]] = defaultdict(list)
        for departure in self.departures:
            departures[departure.visitor].append(departure)
        return departures

    def leavings_of(self, visitor: UUID, known: list[Leaving]) -> set[Leaving]:
        """Return what is known of a person's departures, stored before or told now.

        The same moment at the same venue is one, by its best evidence.
        """
        departures = self.departures_of.get(visitor, [])
        taken_back = {(d.at, int(d.evidence)) for d in departures if d.is_undone}
        valid = [Leaving(d.at, self.venue, int(d.evidence)) for d in departures if not d.is_undone]
        taken_back -= {(leaving.at, leaving.evidence) for leaving in valid}
        kept = [o for o in known if o.venue != self.venue or (o.at, o.evidence) not in taken_back]
        best: dict[tuple[int, datetime], Leaving] = {}
        for leaving in sorted((*kept, *valid), key=lambda one: -one.evidence):
            best[leaving.venue, leaving.at] = leaving
        return set(best.values())


class _StoredVisit(NamedTuple):
    visitor: UUID
    venue: int
    entered_at: datetime
    id: UUID
    evidence: int
    is_turned_away: bool
    left_at: datetime | None
    reason: int | None
    left_evidence: int | None
    is_interrupted: bool
    since: datetime | None
    kind: str

    @classmethod
    def of(cls, visitors: list[UUID], first: datetime, last: datetime) -> list[Self]:
        """Return the visits of people that began in a period, both ends included."""
        statement = """
        SELECT visitor_id, venue_id, entered_at, visit.id, evidence,
            outcome = %(stop)s AND NOT is_let_in, left_at, left_reason, left_evidence,
            is_interrupted, possible_since, venue.kind
        FROM declarations_visit visit JOIN venues_venue venue ON venue.id = venue_id
        WHERE visitor_id = ANY (%(visitors)s::uuid[])
          AND entered_at >= %(first)s AND entered_at <= %(last)s
        """
        stop = int(Outcome.STOP)
        rows = rows_prepared(statement, visitors=visitors, stop=stop, first=first, last=last)
        return [cls(*row) for row in rows]

    @property
    def key(self) -> tuple[int, datetime, UUID]:
        return self.venue, self.entered_at, self.id

    @property
    def coming(self) -> Coming | None:
        """The arrival, if it was seen."""
        if self.since and self.since < self.entered_at:
            return None
        return Coming(self.entered_at, self.venue, self.evidence, self.id, self.is_turned_away)

    @property
    def leaving(self) -> Leaving | None:
        """The departure, if it was observed."""
        if self.left_at is None or self.reason != LeftReason.SCANNED:
            return None
        return Leaving(self.left_at, self.venue, self.left_evidence or self.evidence)

    @property
    def ending(self) -> tuple[Ending, datetime | None]:
        """The end as it is stored; an older one does not say how it was observed."""
        leaving, reason = self.leaving, LeftReason(self.reason) if self.reason else None
        evidence = leaving.evidence if leaving else None
        return Ending(self.left_at, reason, evidence, self.is_interrupted), self.since


@dataclass
class _Changes:
    """What is to be stored otherwise."""

    changed: list[tuple[_StoredVisit, Ending, datetime | None]] = field(default_factory=list)
    removed: list[_StoredVisit] = field(default_factory=list)
    added: list[tuple[UUID, Leaving, datetime]] = field(default_factory=list)

    @classmethod
    def of(cls, visits: list[_StoredVisit], news: News, now: datetime) -> Self:
        """Return what is to be stored otherwise so that people's visits say what was seen."""
        usual = {visit.venue: usual_stay(visit.kind) for visit in visits}
        usual[news.venue] = usual_stay(news.kind)
        of_visitor: dict[UUID, list[_StoredVisit]] = defaultdict(list)
        for visit in visits:
            of_visitor[visit.visitor].append(visit)
        undone = {(news.venue, at, visit) for at, visit in news.undone}
        changes = cls()
        for visitor in {*of_visitor, *news.departures_of}:
            own = of_visitor[visitor]
            comings = [visit.coming for visit in own if visit.coming and visit.key not in undone]
            known = [visit.leaving for visit in own if visit.leaving]
            leavings = news.leavings_of(visitor, known)
            changes.compare(visitor, own, Sightings(comings, leavings).stays(usual, now))
        return changes

    def compare(self, visitor: UUID, own: list[_StoredVisit], stays: Stays) -> None:
        """Add what is to be done so that a person's stored visits are their stays."""
        alone = {(leaving.venue, leaving.at): leaving for leaving in stays.possible_since}
        for visit in own:
            coming, leaving = visit.coming, None
            if coming and coming in stays.endings:
                wanted = stays.endings[coming], visit.since
            elif not coming and (leaving := alone.pop((visit.venue, visit.entered_at), None)):
                ending = Ending(visit.entered_at, LeftReason.SCANNED, leaving.evidence)
                wanted = ending, stays.possible_since[leaving]
            else:
                self.removed.append(visit)
                continue
            if wanted != visit.ending:
                self.changed.append((visit, *wanted))
        self.added += [(visitor, one, stays.possible_since[one]) for one in alone.values()]

    def are_stored(self, now: datetime) -> bool:
        """Store the changes with their marks; tell whether all were still to be made as planned."""
        done = {*self._remove(), *self._change(), *self._add(now)}
        marks: dict[tuple[int, datetime], Counter[str]] = defaultdict(Counter)
        for venue, at, column, by in self._marks(done):
            marks[venue, at][column] += by
        TallyMark.objects.bulk_create(
            TallyMark(venue_id=venue, at=at, **counts)
            for (venue, at), counts in marks.items()
            if any(counts.values())
        )
        return len(done) == len(self.changed) + len(self.removed) + len(self.added)

    def _marks(
        self, done: set[tuple[int, datetime, UUID]]
    ) -> Iterator[tuple[int, datetime, str, int]]:
        """Yield what the figures gain or lose: the venue, the moment, the column, and by how many."""
        for visit in self.removed:
            if visit.key in done:
                yield visit.venue, visit.entered_at, "arrived", -1
                yield from visit.ending[0].marks(visit.venue, -1)
        for visit, ending, _since in self.changed:
            if visit.key in done and visit.ending[0][:2] != ending[:2]:
                yield from visit.ending[0].marks(visit.venue, -1)
                yield from ending.marks(visit.venue, 1)
        for visitor, leaving, _since in self.added:
            if (leaving.venue, leaving.at, leaving.visit_of(visitor)) in done:
                yield leaving.venue, leaving.at, "arrived", 1
                yield leaving.venue, leaving.at, "left_scanned", 1

    @staticmethod
    def _named(visits: Sequence[_StoredVisit]) -> dict[str, Any]:
        moments = [visit.entered_at for visit in visits]
        return {
            "venues": [visit.venue for visit in visits],
            "moments": moments,
            "ids": [visit.id for visit in visits],
            "before": [visit.left_at for visit in visits],
            "first": min(moments),
            "last": max(moments),
        }

    def _remove(self) -> list[tuple[int, datetime, UUID]]:
        return rows_prepared(_REMOVE, **self._named(self.removed)) if self.removed else []

    def _change(self) -> list[tuple[int, datetime, UUID]]:
        if not self.changed:
            return []
        visits, endings, since = zip(*self.changed, strict=True)
        ends = [(visit.entered_at, ending.left_at) for visit, ending, _since in self.changed]
        return rows_prepared(
            _CHANGE,
            **self._named(visits),
            left=[ending.left_at for ending in endings],
            reasons=[ending.reason and int(ending.reason) for ending in endings],
            evidence=[ending.evidence for ending in endings],
            interrupted=[ending.is_interrupted for ending in endings],
            long=[bool(left_at and left_at - came_at > COMMON_STAY) for came_at, left_at in ends],
            since=list(since),
        )

    def _add(self, now: datetime) -> Iterator[tuple[int, datetime, UUID]]:
        """Store departures whose arrivals nobody saw, of each venue at once."""
        for venue in {leaving.venue for _visitor, leaving, _since in self.added}:
            visitors, leavings, since = zip(
                *(addition for addition in self.added if addition[1].venue == venue), strict=True
            )
            yield from rows_prepared(
                _ADD,
                venue=venue,
                now=now,
                outcome=int(Outcome.GO),
                reason=int(LeftReason.SCANNED),
                moments=[leaving.at for leaving in leavings],
                evidence=[leaving.evidence for leaving in leavings],
                ids=[
                    addition.visit_of(who) for who, addition in zip(visitors, leavings, strict=True)
                ],
                visitors=list(visitors),
                since=list(since),
            )


def settle(
    visitors: Iterable[UUID], moments: Iterable[datetime], now: datetime, news: News | None = None
) -> None:
    """Make the visits of people what all that was seen of them says; call it in a transaction.

    `moments` are those of what is new. Doing it again changes nothing.
    """
    people, news = sorted(set(visitors)), news or News(0, Kind.OTHER)  # of no venue: no news
    if not people:
        return
    # Whoever settles somebody is the only one to do so; a check-in goes on meanwhile.
    turn = """
    SELECT key FROM declarations_visitor WHERE key = ANY (%(visitors)s::uuid[])
    ORDER BY key FOR NO KEY UPDATE
    """
    rows_prepared(turn, visitors=people)
    times = [*moments, now]
    period = min(times) - LONGEST_STAY, max(times) + LONGEST_STAY
    for _try in range(5):
        visits = _StoredVisit.of(people, *period)
        if _Changes.of(visits, news, now).are_stored(now):
            return


@transaction.atomic
def check_out(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a receipt left; return for how many this was new.

    What was only supposed gives way to what the visitor says; of two taps the first one counts.
    """
    inside = Visit.objects.of(receipt).exclude(outcome=Outcome.STOP, is_let_in=False)
    visits = list(inside.select_related("venue"))
    if not visits:
        return 0
    entered_at = visits[0].entered_at
    at = min(max(now, entered_at), entered_at + LONGEST_STAY)
    news = News(receipt.venue_id, visits[0].venue.kind)
    new = [visit for visit in visits if visit.tapped_at is None or at < visit.tapped_at]
    for visit in new:
        who, before = visit.visitor_id, visit.tapped_at
        news.departures.append(Departure(who, at, Evidence.POSTER))
        if before:
            news.departures.append(Departure(who, before, Evidence.POSTER, is_undone=True))
    Visit.objects.of(receipt).filter(Q(tapped_at=None) | Q(tapped_at__gt=at)).update(tapped_at=at)
    settle([visit.visitor_id for visit in new], [entered_at, at], now, news)
    return sum(visit.tapped_at is None for visit in new)


@transaction.atomic
def let_in(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a red receipt went in all the same; return for how many it was new."""
    visits = Visit.objects.of(receipt).filter(outcome=Outcome.STOP, is_let_in=False)
    visitors = list(visits.values_list("visitor", flat=True))
    visits.update(is_let_in=True)
    settle(visitors, [receipt.nonce.moment], now)
    return len(visitors)


def close_visits(now: datetime) -> int:
    """End the open visits that outlasted the usual stay; return how many.

    Doing it again changes nothing, nor does it matter when it is done.
    """
    since = now - timedelta(days=2)  # where the figures do not tell of older open visits
    ended = _close(now, since)
    # Where more are inside than came lately, somebody came before and was not ended in time.
    statement = """
    SELECT (SELECT coalesce(sum(inside), 0) FROM live_presence)
        > (SELECT count(*) FROM declarations_visit WHERE left_at IS NULL AND entered_at >= %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [since])
        are_older = cursor.fetchone()[0]
    return ended + (_close(now, datetime.min.replace(tzinfo=now.tzinfo)) if are_older else 0)


def _close(now: datetime, since: datetime) -> int:
    parameters: dict[str, Any] = {
        "stop": int(Outcome.STOP),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "turned_away": int(LeftReason.TURNED_AWAY),
        "usual_minutes": USUAL_MINUTES,
        "since": since,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, parameters)
        return sum(number for (number,) in cursor.fetchall())
