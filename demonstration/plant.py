"""Storing a demonstration: venues first, then visits, declarations and visitors by COPY."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, TypeVar

from django.db import connection, transaction

from authority.keys import current_key
from authority.models import SealingKey
from authority.sealing import seal
from declarations import identities, tallies
from declarations.models import Declaration, Evidence, Visit, Visitor
from declarations.partitions import KEPT_BY_DAY
from districts.days import day_start
from districts.models import Unit
from venues.models import Venue

from .days import Outing, PartyVisit, Weeks
from .people import InventedVisitor, Province, communes_and_others
from .places import make_places

Item = TypeVar("Item")
_OUTINGS_AT_ONCE = 2000
_VISITORS_AT_ONCE = 20_000
# An invented person can be there already, from an earlier demonstration.
_INCOMING = "CREATE TEMPORARY TABLE incoming (LIKE {table} INCLUDING DEFAULTS)"
_TAKE_IN = """
INSERT INTO {table} SELECT * FROM incoming
ON CONFLICT (key) DO UPDATE SET seen_on = greatest({table}.seen_on, excluded.seen_on)
"""


class NoCommuneError(Exception):
    """There is no commune to put a venue in: units were not loaded."""


@dataclass(frozen=True)
class Extent:
    """What a demonstration should have; the same numbers give the same data."""

    venues: int
    visits: int
    days: int
    seed: int
    until: date

    @property
    def all_days(self) -> list[date]:
        return [self.until - timedelta(days=back) for back in reversed(range(self.days))]


@dataclass
class StoredCounts:
    venues: int = 0
    visits: int = 0
    declarations: int = 0
    visitors: int = 0


@dataclass(frozen=True)
class CopyTable:
    name: str
    columns: tuple[str, ...]


VISITS = CopyTable(
    Visit._meta.db_table,
    (
        *("venue_id", "entered_at", "recorded_at", "left_at", "left_reason"),
        *("evidence", "outcome", "id", "visitor_id"),
    ),
)
DECLARATIONS = CopyTable(
    Declaration._meta.db_table,
    (
        *("venue_id", "declared_at", "recorded_at", "residence_id", "sealing_key_id"),
        *("symptoms", "outcome", "travelled", "case_contact", "area_contact"),
        *("symptomatic_contact", "on_behalf", "id", "visitor_id", "sealed"),
    ),
)
VISITORS = CopyTable(
    Visitor._meta.db_table,
    (
        *("key", "phone_hash", "fold", "spelling", "born"),
        *("document_hash", "residence_id", "sealing_key_id"),
        *("seen_on", "mask", "sealed"),
    ),
)


@transaction.atomic
def plant(extent: Extent, now: datetime, report: Callable[[int], None]) -> StoredCounts:
    """Store a demonstration beside what is there; report the number of visits stored so far.

    Raise NoCommuneError or NoSealingKeyError where units or keys are missing.
    """
    key, days = current_key(), extent.all_days
    communes, others = communes_and_others(list(Unit.objects.on(days[-1]).with_parents()))
    if not communes:
        raise NoCommuneError
    seed = f"{extent.seed}:{Venue.objects.count()}"
    rng, period = Random(seed), (days[0], days[-1])  # noqa: S311  (invented venues, no secret)
    places = make_places(rng, communes, extent.venues, period)
    for table in KEPT_BY_DAY:
        table.make(*period)
    alone = [place.owners_phone for place in places if place.one_phone]
    weeks = Weeks(seed, Province(seed, communes, others, alone), places, days, extent.visits)
    stored = StoredCounts(venues=len(places))
    for outings in _batches(weeks.outings(now), _OUTINGS_AT_ONCE):
        stored.visits += _copy(VISITS, _visit_rows(outings, now))
        stored.declarations += _copy(DECLARATIONS, _declaration_rows(outings, key, now))
        report(stored.visits)
    stored.visitors = _store_visitors(weeks, key)
    tallies.count_new([place.venue_id for place in places], day_start(days[0]))
    return stored


def _visit_rows(outings: list[Outing], now: datetime) -> Iterator[tuple[Any, ...]]:
    for outing in outings:
        for stop in outing.stops:
            if stop.entered_at <= now:
                for visitor in outing.party:
                    yield visit_row(stop, visitor, outing, now)


def _declaration_rows(
    outings: list[Outing], key: SealingKey, now: datetime
) -> Iterator[tuple[Any, ...]]:
    for outing in outings:
        for visitor in outing.party:
            yield declaration_row(outing, visitor, key, now)


def _store_visitors(weeks: Weeks, key: SealingKey) -> int:
    incoming, stored = CopyTable("incoming", VISITORS.columns), 0
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING.format(table=VISITORS.name))
        for seen in _batches(weeks.visitors(), _VISITORS_AT_ONCE):
            stored += _copy(incoming, (visitor_row(who, day, key) for who, day in seen))
            cursor.execute(_TAKE_IN.format(table=VISITORS.name))
            cursor.execute("TRUNCATE incoming")
        cursor.execute("DROP TABLE incoming")
    return stored


def _copy(table: CopyTable, rows: Iterable[tuple[Any, ...]]) -> int:
    columns, written = ", ".join(table.columns), 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(items, size)):
        yield batch


def visit_row(
    stop: PartyVisit, visitor: InventedVisitor, outing: Outing, now: datetime
) -> tuple[Any, ...]:
    """Return a visit as it is known now: paper not yet typed in counts as the poster's."""
    evidence, recorded_at = stop.evidence, stop.recorded_at
    if recorded_at > now:
        evidence, recorded_at = Evidence.POSTER, min(stop.entered_at, now)
    has_left = stop.left_at <= now
    return (
        stop.place.venue_id,
        stop.entered_at,
        recorded_at,
        stop.left_at if has_left else None,
        int(stop.left_reason) if has_left else None,
        int(evidence),
        int(outing.outcome),
        stop.form.id_for(visitor.key),
        visitor.key,
    )


def declaration_row(
    outing: Outing, visitor: InventedVisitor, key: SealingKey, now: datetime
) -> tuple[Any, ...]:
    """Return what a visitor declared at the first stop of the day."""
    stop, said = outing.stops[0], outing.answers
    row = stop.form.id_for(visitor.key, said, outing.travel_places)
    places = {"travel_places": outing.travel_places}
    return (
        stop.place.venue_id,
        stop.entered_at,
        stop.recorded_at if stop.recorded_at <= now else stop.entered_at,
        visitor.residence_id,
        key.pk,
        said.symptoms,
        int(outing.outcome),
        said.travelled,
        said.case_contact,
        said.area_contact,
        said.symptomatic_contact,
        visitor is not outing.party[0],
        row,
        visitor.key,
        seal(bytes(key.public_key), row, places) if outing.travel_places else None,
    )


def visitor_row(visitor: InventedVisitor, seen_on: date, key: SealingKey) -> tuple[Any, ...]:
    person = visitor.person
    known = person.hashes()
    return (
        visitor.key,
        identities.phone_hash(person.phone),
        known.fold,
        known.spelling,
        person.born_hash,
        identities.document_hash(person.id_number) if person.id_number else None,
        visitor.residence_id,
        key.pk,
        seen_on,
        identities.mask(person.full_name, person.phone),
        seal(bytes(key.public_key), visitor.key, vars(person)),
    )
