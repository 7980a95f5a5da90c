"""Taking a batch: recognise, find the way, write, answer; in one transaction, once however often."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from database.prepared import rows_prepared
from declarations import partitions
from declarations.door import Arrival, Told, arrive, declare, let_in, make_days
from declarations.models import Evidence
from declarations.outcomes import Outcome
from declarations.settling import News, settle
from districts.days import local_day
from stations.models import Direction, Scan, Station
from stations.readers import CardKind
from venues.kinds import usual_stay

from .answering import answered
from .asking import ask, turn_of
from .claims import Claim, claimed
from .counting import count
from .items import Item, items_of
from .pairing import answered_here, pair
from .people import Recognised, recognise, same_by
from .refusals import NotTaken
from .sent import Answer, Batch, Result, Taken, Wanted, Way
from .ways import departures, supposed

_WENT_IN = _("Noted: went in all the same.")
# A scan is taken within a week of its time, wherever its phone's clock stood.
_DAYS_MADE = 8
# Whoever shows a receipt of this venue so soon after it was given out comes, and does not go.
_JUST_ARRIVED = timedelta(minutes=15)

_SCAN = """
INSERT INTO stations_scan AS scan
    (venue_id, station_id, recorded_at, at, id, visitor_id, said_hash, clock_error, direction, evidence,
     outcome, is_doubled, is_implausible, refusal, undone_at)
SELECT %(venue)s, %(station)s, %(now)s, sent.* FROM unnest(
    %(at)s::timestamptz[], %(id)s::uuid[], %(visitor)s::uuid[], %(said_hash)s::uuid[], %(clock_error)s::int[],
    %(direction)s::smallint[], %(evidence)s::smallint[], %(outcome)s::smallint[],
    %(is_doubled)s::boolean[], %(is_implausible)s::boolean[], %(refusal)s::text[],
    %(undone_at)s::timestamptz[]) AS sent
ON CONFLICT (venue_id, id, at) DO UPDATE SET
    visitor_id = excluded.visitor_id, said_hash = excluded.said_hash, refusal = excluded.refusal,
    outcome = coalesce(excluded.outcome, scan.outcome),
    direction = excluded.direction, is_doubled = excluded.is_doubled, evidence = excluded.evidence,
    undone_at = coalesce(scan.undone_at, excluded.undone_at)
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
    turn = turn_of(station, now)
    station = copy(station)
    station.revoked_at, station.newest_at = turn.revoked_at, turn.newest_at
    items = items_of(station, batch, now)
    _recognise(station, items, now)
    _find_outcomes(station, items, local_day(now))
    pair(station, items)
    _take_receipts(items)
    asked = ask(turn, items)
    _tell(items)
    _write(station, items, now)
    _declare(station, items, now)
    _settle(station, items, now)
    answers = {item.sent.id: _answer(item) for item in items}
    here, venue = count(station, items, turn, asked, now)
    is_revoked = station.revoked_at is not None
    return Taken([answers[sent.id] for sent in batch.scans], here, venue, is_revoked)


def _recognise(station: Station, items: list[Item], now: datetime) -> None:
    claims: list[tuple[Item, Claim]] = []
    for item in items:
        if item.why or item.is_undone:
            item.visitor = item.known.visitor if item.known else None
            continue
        claim = _claimed(item, station)
        if isinstance(claim, Claim):
            item.claim = claim
            claims.append((item, claim))
        else:
            item.why = claim
    found = recognise(station, [claim for _, claim in claims], now)
    for (item, claim), one in zip(claims, found, strict=True):
        if isinstance(one, Recognised):
            _know(item, claim, one)
        else:
            item.why = one


def _know(item: Item, claim: Claim, one: Recognised) -> None:
    """Put into a scan who it was; a receipt must be of the day of the scan."""
    if one.receipt and one.receipt.day != local_day(item.at):
        item.why = NotTaken.OLD_RECEIPT
        return
    item.visitor, item.is_new, item.evidence = one.visitor, one.is_new, one.evidence
    item.said_hash = same_by(claim, one)
    item.wanted, item.declared, item.receipt = one.wanted, one.declared, one.receipt
    if one.receipt and one.receipt.is_here and item.sent.way is Way.AUTO:
        is_arriving = item.at - one.receipt.at < _JUST_ARRIVED
        item.sent = item.sent._replace(way=Way.IN if is_arriving else Way.OUT)


def _take_receipts(items: list[Item]) -> None:
    """A receipt of this venue shows a visit that is there already; it begins none."""
    for item in items:
        if item.receipt and item.receipt.is_here and item.direction == Direction.IN:
            item.is_doubled = True


def _claimed(item: Item, station: Station) -> Any:
    """Return the claim of a scan, why it has none, or None where only answers came for a known one."""
    said = item.sent.said
    if said is None:
        return NotTaken.NOT_OPENED
    if not said.text and item.known and item.known.visitor:
        item.visitor = item.known.visitor
        return None
    return claimed(said, local_day(item.at), station.pk)


def _find_outcomes(station: Station, items: list[Item], today: date) -> None:
    """Put into each arrival what is known of it: what was answered here, else what may be told."""
    for day in {local_day(item.at) for item in items if item.counts or item.receipt}:
        of_day = [item for item in items if item.visitor and local_day(item.at) == day]
        here = answered_here(station, of_day, day)
        for item in of_day:
            item.answered = _answered(item)
            if item.answered is not None and item.same:
                here[item.same] = item.outcome = item.answered
            elif item.same in here:
                item.outcome = here[item.same]
            elif item.receipt or day == today:  # a scan dated back asks about no other day
                item.outcome = _told_elsewhere(item, day)
                item.is_told_elsewhere = item.outcome is not None


def _tell(items: list[Item]) -> None:
    """Tell nothing that was not answered at the scan itself of whoever is beyond what may be asked."""
    for item in items:
        if item.is_beyond and item.answered is None:
            item.outcome = None
        elif item.is_told_elsewhere and item.direction == Direction.IN:
            item.wanted = Wanted.NOTHING


def _answered(item: Item) -> Outcome | None:
    """Return what the answers at this scan mean, now or when it came before."""
    if item.sent.said and item.sent.said.answers:
        return item.sent.said.answers.outcome
    before = item.known.outcome if item.known else None
    return None if before is None else Outcome(before)


def _told_elsewhere(item: Item, day: date) -> Outcome | None:
    """Return what a door may be told that was not answered there.

    That a person with a scanned card is well, and nothing else; all of what somebody shows who
    shows what nobody can guess.
    """
    if item.receipt:
        return item.receipt.outcome
    if item.declared is None or item.declared[0] != day:
        return None
    outcome = Outcome(item.declared[1])
    if item.claim is not None and item.claim.card.kind is CardKind.OWN:
        return outcome
    return outcome if item.evidence == Evidence.SCANNED and outcome == Outcome.GO else None


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
        return answer._replace(sentence=str(_WENT_IN))
    more = supposed(item)
    return answer._replace(sentence=f"{more} {answer.sentence}") if more else answer


def _declare(station: Station, items: list[Item], now: datetime) -> None:
    told = [
        Told(
            item.visitor, item.nonce, item.sent.said.answers,
            decides=item.evidence == Evidence.SCANNED,
        )
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
        "said_hash": [item.said_hash for item, _why in rows],
        "clock_error": [item.clock_error for item, _why in rows],
        "direction": [int(item.direction) for item, _why in rows],
        "evidence": [int(item.evidence) for item, _why in rows],
        "outcome": [None if item.answered is None else int(item.answered) for item, _why in rows],
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
    """Whoever is in the batch, or was in what it corrects, and was seen before.

    Whoever is typed is looked for in the same way, new or not: so the time that an answer takes
    does not tell them apart either.
    """
    of = [item for item in items if not item.why]
    everybody = {i.visitor for i in of if not i.is_new or i.evidence == Evidence.TYPED}
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
