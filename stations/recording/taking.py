"""Taking a batch: recognise, find the way, write, answer; in one transaction, once however often."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from declarations import partitions
from declarations.door import Arrival, Told, arrive, declare, let_in, make_days
from declarations.outcomes import Outcome
from declarations.prepared import rows_prepared
from declarations.settling import News, settle
from districts.days import day_period, local_day
from stations.models import Direction, Scan, Station
from venues.kinds import usual_stay

from .answering import answered
from .counting import count
from .items import Item, items_of
from .people import Claim, Recognised, claimed, recognise
from .refusals import NotTaken
from .sent import Answer, Batch, Result, Taken
from .ways import Seen, departures, find_ways, seen_of, supposed

_WENT_IN = _("Noted: went in all the same.")
# A scan is taken within a week of its time, wherever its phone's clock stood.
_DAYS_MADE = 8

_SCAN = """
INSERT INTO stations_scan AS scan
    (venue_id, station_id, recorded_at, at, id, visitor_id, clock_error, direction, evidence,
     outcome, is_doubled, is_implausible, refusal, undone_at)
SELECT %(venue)s, %(station)s, %(now)s, sent.* FROM unnest(
    %(at)s::timestamptz[], %(id)s::uuid[], %(visitor)s::uuid[], %(clock_error)s::int[],
    %(direction)s::smallint[], %(evidence)s::smallint[], %(outcome)s::smallint[],
    %(is_doubled)s::boolean[], %(is_implausible)s::boolean[], %(refusal)s::text[],
    %(undone_at)s::timestamptz[]) AS sent
ON CONFLICT (venue_id, id, at) DO UPDATE SET
    visitor_id = excluded.visitor_id, refusal = excluded.refusal, outcome = excluded.outcome,
    direction = excluded.direction, is_doubled = excluded.is_doubled,
    undone_at = coalesce(scan.undone_at, excluded.undone_at)
"""
# Until the end of the transaction no other batch of this station goes on.
_TURN = "SELECT revoked_at FROM stations_station WHERE id = %(station)s FOR UPDATE"
_DECLARED = """
SELECT DISTINCT ON (visitor_id) visitor_id, outcome FROM declarations_declaration
WHERE visitor_id = ANY (%(visitors)s::uuid[])
  AND declared_at >= %(start)s AND declared_at < %(end)s
ORDER BY visitor_id, declared_at DESC, recorded_at DESC
"""


def take(station: Station, batch: Batch, now: datetime) -> Taken:
    """Take what a station sent; a batch that comes again changes nothing.

    A lost connection, two doors that wait for each other, and a missing day's part are mended by
    one more try, with the same ids.
    """
    try:
        return _taken(station, batch, now)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    except IntegrityError as error:
        if "no partition" not in str(error) or connection.in_atomic_block:
            raise
        _make_days(batch, now)
    return _taken(station, batch, now)


@transaction.atomic
def _taken(station: Station, batch: Batch, now: datetime) -> Taken:
    # The batches of a station come one after another: so "sent before" is certain.
    station = copy(station)
    station.revoked_at = rows_prepared(_TURN, station=station.pk)[0][0]
    items = items_of(station, batch, now)
    _recognise(items, now)
    seen = _seen(station, items)
    find_ways(station, items, seen)
    _find_outcomes(items)
    _write(station, items, now)
    _declare(station, items, now)
    _settle(station, items, now)
    answers = {item.sent.id: _answer(item) for item in items}
    here, venue = count(station, items, now)
    is_revoked = station.revoked_at is not None
    return Taken([answers[sent.id] for sent in batch.scans], here, venue, is_revoked)


def _recognise(items: list[Item], now: datetime) -> None:
    claims: list[tuple[Item, Claim]] = []
    for item in items:
        if item.why or item.is_undone:
            item.visitor = item.known.visitor if item.known else None
            continue
        claim = _claimed(item)
        if isinstance(claim, Claim):
            item.claim = claim
            claims.append((item, claim))
        else:
            item.why = claim
    found = recognise([claim for _, claim in claims], now)
    for (item, _claim), one in zip(claims, found, strict=True):
        if isinstance(one, Recognised):
            item.visitor, item.missing, item.is_new = one.visitor, one.missing, one.is_new
        else:
            item.why = one


def _claimed(item: Item) -> Any:
    """Return the claim of a scan, why it has none, or None where only answers came for a known one."""
    said = item.sent.said
    if said is None:
        return NotTaken.NOT_OPENED
    if not said.text and item.known and item.known.visitor:
        item.visitor = item.known.visitor
        return None
    return claimed(said, local_day(item.at))


def _find_outcomes(items: list[Item]) -> None:
    """Put into each arrival what the person declared on that local day, here or elsewhere."""
    for day in {local_day(item.at) for item in items if item.counts}:
        start, end = day_period(day)
        of_day = [item for item in items if item.counts and start <= item.at < end]
        declared = _declared([i.visitor for i in of_day if i.visitor and not i.is_new], start, end)
        for item in of_day:
            answers = item.sent.said.answers if item.sent.said else None
            if answers:
                item.outcome = answers.outcome
            elif item.visitor in declared:
                item.outcome = Outcome(declared[item.visitor])


def _declared(visitors: list[UUID], start: datetime, end: datetime) -> dict[UUID, int]:
    if not visitors:
        return {}
    return dict(rows_prepared(_DECLARED, visitors=visitors, start=start, end=end))


def _seen(station: Station, items: list[Item]) -> list[Seen]:
    """What stations saw of those in the batch who have a past."""
    visitors = _with_past(items)
    return seen_of(station, visitors, _period(items)) if visitors else []


def _write(station: Station, items: list[Item], now: datetime) -> None:
    """Store the scans and the visits that begin."""
    _store(station, items, now)
    arrivals = [
        Arrival(i.visitor, i.nonce, i.evidence, Outcome.ASK if i.outcome is None else i.outcome)
        for i in items
        if i.visitor and i.counts and i.direction == Direction.IN
    ]
    arrive(station.venue_id, arrivals, now)
    went_in = [i for i in items if i.visitor and i.counts and i.sent.is_let_in]
    let_in(station.venue_id, [(i.at, i.nonce.id_for(i.visitor)) for i in went_in])


def _settle(station: Station, items: list[Item], now: datetime) -> None:
    """End visits, where somebody has a past, was scanned more than once or long ago, or may not go in."""
    times = Counter(item.visitor for item in items if not item.why)
    visitors = {who for who, often in times.items() if who and often > 1} | set(_with_past(items))
    over = now - usual_stay(station.venue.kind)
    visitors |= {
        i.visitor for i in items if i.visitor and (i.outcome == Outcome.STOP or i.at < over)
    }
    left = departures(items)
    visitors |= {departure.visitor for departure in left}
    undone = [visit for item in items for visit in _taken_back(item)]
    if visitors:
        news = News(station.venue_id, station.venue.kind, left, undone)
        settle(visitors, _period(items), now, news)


def _answer(item: Item) -> Answer:
    answer = answered(item)
    if answer.result is Result.STOP and item.sent.is_let_in:
        return replace(answer, sentence=str(_WENT_IN))
    more = supposed(item)
    return replace(answer, sentence=f"{more} {answer.sentence}") if more else answer


def _declare(station: Station, items: list[Item], now: datetime) -> None:
    told = [
        Told(item.visitor, item.nonce, item.sent.said.answers)
        for item in items
        if item.visitor and item.counts and item.direction == Direction.IN
        and item.sent.said and item.sent.said.answers
    ]  # fmt: skip
    declare(station.venue_id, told, now)


def _store(station: Station, items: list[Item], now: datetime) -> None:
    rows = [(item, _why(item)) for item in items if not _is_settled(item)]
    given: dict[str, Any] = {
        "at": [item.at for item, _why in rows],
        "id": [item.sent.id for item, _why in rows],
        "visitor": [None if why else item.visitor for item, why in rows],
        "clock_error": [item.clock_error for item, _why in rows],
        "direction": [int(item.direction) for item, _why in rows],
        "evidence": [int(item.evidence) for item, _why in rows],
        "outcome": [None if item.outcome is None else int(item.outcome) for item, _why in rows],
        "is_doubled": [item.is_doubled for item, _why in rows],
        "is_implausible": [item.is_implausible for item, _why in rows],
        "refusal": [why for _, why in rows],
        "undone_at": [now if item.is_undone else None for item, _why in rows],
    }
    more = {"venue": station.venue_id, "station": station.pk, "now": now}
    rows_prepared(_SCAN, **given, **more)


def _is_settled(item: Item) -> bool:
    """Whether a scan is not written: it was undone, or comes too late to be kept or changed."""
    if item.why is NotTaken.TOO_OLD:
        return True
    known = item.known
    return known is not None and (bool(known.undone_at) or bool(item.why and known.visitor))


def _why(item: Item) -> str:
    """Return why a scan has no visitor; one undone before it came is refused for that."""
    if item.why:
        return str(item.why)
    return "" if item.visitor else "undone"


def _taken_back(item: Item) -> Iterable[tuple[datetime, UUID]]:
    """The visit a scan made before and does not make any more: undone, or of somebody else."""
    known = item.known
    if known is None or known.visitor is None or known.direction != Direction.IN:
        return []
    is_other = not item.why and (item.visitor != known.visitor or item.direction != Direction.IN)
    return [(known.at, item.nonce.id_for(known.visitor))] if item.is_undone or is_other else []


def _with_past(items: list[Item]) -> list[UUID]:
    """Whoever is in the batch, or was in what it corrects, and was seen before."""
    of = [item for item in items if not item.why]
    everybody = {item.visitor for item in of if not item.is_new}
    everybody |= {item.known.visitor for item in of if item.known}
    return sorted(visitor for visitor in everybody if visitor)


def _period(items: list[Item]) -> tuple[datetime, datetime]:
    moments = [item.at for item in items if not item.why]
    return min(moments), max(moments)


def _make_days(batch: Batch, now: datetime) -> None:
    moments = [now, *(sent.at + (now - batch.sent_at) for sent in batch.scans)]
    moments = [moment for moment in moments if abs(moment - now).days <= _DAYS_MADE]
    make_days(moments)
    days = [local_day(moment) for moment in moments]
    partitions.make_days(Scan._meta.db_table, min(days), max(days))
