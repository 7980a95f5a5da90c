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
from declarations import tallies
from declarations.partitions import make_days
from demonstration.days import Outing
from demonstration.people import Province, communes_and_others
from demonstration.places import make_places
from demonstration.rows import (
    DECLARATIONS,
    VISITORS,
    VISITS,
    Table,
    declaration_row,
    visit_row,
    visitor_row,
)
from demonstration.weeks import Weeks
from districts.days import day_start
from districts.models import Unit
from venues.models import Venue

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
class Wish:
    """What a demonstration should have; the same wish gives the same data."""

    venues: int
    visits: int
    days: int
    seed: int
    until: date

    @property
    def all_days(self) -> list[date]:
        return [self.until - timedelta(days=back) for back in reversed(range(self.days))]


@dataclass
class Planted:
    """How much was stored."""

    venues: int = 0
    visits: int = 0
    declarations: int = 0
    visitors: int = 0


@transaction.atomic
def plant(wish: Wish, now: datetime, report: Callable[[int], None]) -> Planted:
    """Store a demonstration beside what is there; report the number of visits stored so far.

    Raise NoCommuneError or NoSealingKeyError where units or keys are missing.
    """
    key = current_key()
    days = wish.all_days
    communes, others = communes_and_others(list(Unit.objects.on(days[-1]).with_parents()))
    if not communes:
        raise NoCommuneError
    seed = f"{wish.seed}:{Venue.objects.count()}"
    rng = Random(seed)  # noqa: S311  (invented venues, no secret)
    places = make_places(rng, communes, wish.venues, (days[0], days[-1]))
    for table in (VISITS, DECLARATIONS):
        make_days(table.name, days[0], days[-1])
    alone = [place.owners_phone for place in places if place.one_phone]
    province = Province(seed, communes, others, alone)
    weeks = Weeks(seed, province, places, days, wish.visits)
    planted = Planted(venues=len(places))
    for outings in _batches(weeks.outings(now), _OUTINGS_AT_ONCE):
        planted.visits += _copy(VISITS, _visit_rows(outings, now))
        planted.declarations += _copy(DECLARATIONS, _declaration_rows(outings, key, now))
        report(planted.visits)
    planted.visitors = _store_visitors(weeks, key)
    tallies.count_new([place.venue_id for place in places], day_start(days[0]))
    return planted


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
    incoming, stored = Table("incoming", VISITORS.columns), 0
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING.format(table=VISITORS.name))
        for seen in _batches(weeks.visitors(), _VISITORS_AT_ONCE):
            stored += _copy(incoming, (visitor_row(who, day, key) for who, day in seen))
            cursor.execute(_TAKE_IN.format(table=VISITORS.name))
            cursor.execute("TRUNCATE incoming")
        cursor.execute("DROP TABLE incoming")
    return stored


def _copy(table: Table, rows: Iterable[tuple[Any, ...]]) -> int:
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
