"""A crowd of random visits, and who met whom by another reckoning of intervals than ours."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import portion
from django.db import connection

from declarations import identities
from declarations.models import Evidence, LeftReason, Visitor
from declarations.nonces import Nonce
from tests import make
from tracing.trace import PAPER_TOLERANCE
from venues.kinds import usual_stay
from venues.models import Venue

SECOND = timedelta(seconds=1)
NOBODY = portion.empty()


@dataclass(frozen=True)
class Seen:
    """One visit as it is stored."""

    venue: Venue
    visitor: UUID
    form: Nonce
    left_at: datetime | None
    left_reason: LeftReason | None
    evidence: Evidence

    @property
    def entered_at(self) -> datetime:
        return self.form.moment

    @property
    def visit(self) -> UUID:
        return self.form.id_for(self.visitor)

    @property
    def certain(self) -> portion.Interval:
        is_observed = self.evidence in (Evidence.SCANNED, Evidence.POSTER)
        if self.left_reason != LeftReason.SCANNED or not is_observed:
            return NOBODY
        return portion.closedopen(self.entered_at, self.left_at)

    def possible(self, now: datetime) -> portion.Interval:
        open_until = max(self.entered_at, min(now, self.entered_at + usual_stay(self.venue.kind)))
        slack = PAPER_TOLERANCE if self.evidence == Evidence.PAPER else timedelta()
        return portion.closedopen(self.entered_at - slack, (self.left_at or open_until) + slack)


def stored(visits: list[Seen]) -> None:
    """Store visits as they are, by COPY."""
    columns = "venue_id, entered_at, recorded_at, left_at, left_reason, evidence, outcome, id"
    statement = f"COPY declarations_visit ({columns}, visitor_id) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for seen in visits:
            reason = int(seen.left_reason) if seen.left_reason else None
            moments = (seen.entered_at, seen.entered_at, seen.left_at)
            copy.write_row(
                (seen.venue.pk, *moments, reason, int(seen.evidence), 0, seen.visit, seen.visitor)
            )


def people(number: int) -> list[UUID]:
    """Make so many visitors, each with a phone of their own."""
    home, key = make.tree().ward_here, make.sealing_key()
    made = [
        Visitor(
            key=UUID(int=n + 1), phone_hash=identities.phone_hash(str(n)), residence=home,
            sealing_key=key, seen_on="2026-01-01", mask=f"K.N.{n}", sealed=b"box",
        )
        for n in range(number)
    ]  # fmt: skip
    return [visitor.key for visitor in Visitor.objects.bulk_create(made, batch_size=5000)]


def random_visits(
    rng: Random, venues: list[Venue], visitors: list[UUID], cases: list[Seen], number: int
) -> Iterator[Seen]:
    """Yield visits about those of a case: anywhere, and just before, at and after their edges."""
    start, end = make.moment("00:00", days_ago=4), make.moment("12:00")
    edges = defaultdict(list)
    for seen in cases:
        edges[seen.venue.pk] += [seen.entered_at, seen.left_at or seen.entered_at]
    for _number in range(number):
        venue = rng.choice(venues)
        near = edges[venue.pk] if edges[venue.pk] and rng.random() < 0.5 else None
        begin = rng.choice(near) if near else start + (end - start) * rng.random()
        begin += rng.choice((timedelta(), timedelta(), SECOND, -SECOND, timedelta(minutes=-30)))
        last = rng.choice(near) if near and rng.random() < 0.5 else begin + _stay(rng)
        yield _seen(rng, venue, rng.choice(visitors), begin, last)


def _stay(rng: Random) -> timedelta:
    some = (timedelta(), SECOND, timedelta(minutes=15), timedelta(hours=24))
    return rng.choice((*some, timedelta(milliseconds=rng.randrange(40_000_000))))


def _seen(rng: Random, venue: Venue, visitor: UUID, begin: datetime, last: datetime) -> Seen:
    form = Nonce.new(begin)
    left_at = min(max(last, form.moment), form.moment + timedelta(hours=24))
    reason = rng.choice((LeftReason.SCANNED, LeftReason.SCANNED, *LeftReason, None))
    evidence = rng.choice((Evidence.POSTER, Evidence.POSTER, *Evidence))
    return Seen(venue, visitor, form, left_at if reason else None, reason, evidence)


@dataclass
class Met:
    """When a person was with a case, certainly and possibly."""

    certain: portion.Interval = NOBODY
    possible: portion.Interval = NOBODY

    @property
    def told(self) -> tuple[int, int, datetime, datetime]:
        """What tracing keeps: seconds certain and possible, first and last moment."""
        whole = self.possible.enclosure
        return seconds(self.certain), seconds(self.possible), whole.lower, whole.upper


def who_met(
    cases: list[Seen], crowd: list[Seen], infectious: portion.Interval, linger: timedelta,
    now: datetime,
) -> dict[UUID, Met]:  # fmt: skip
    """Return everybody who may have met a case, by the intervals of another library."""
    at = defaultdict(list)
    for seen in cases:
        unsafe = seen.possible(now) & infectious
        if not unsafe.empty:
            unsafe |= portion.closedopen(unsafe.upper, unsafe.upper + linger)
            at[seen.venue.pk].append((seen.certain & infectious, unsafe))
    found: dict[UUID, Met] = defaultdict(Met)
    for seen in crowd:
        for certain, unsafe in at[seen.venue.pk]:
            together = seen.possible(now) & unsafe
            if not together.empty:
                met = found[seen.visitor]
                met.possible |= together
                met.certain |= seen.certain & certain
    return found


def seconds(interval: portion.Interval) -> int:
    """Return how many whole seconds the parts of an interval last together."""
    lasting = sum((part.upper - part.lower for part in interval if not part.empty), timedelta())
    return lasting // SECOND
