"""The scans of a batch as they are worked on: when they really were, and what is known of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from database.prepared import rows_prepared
from declarations.models import Evidence
from declarations.nonces import Nonce
from declarations.outcomes import Outcome
from stations.models import Direction, Station
from stations.readers import Refusal

from .claims import Claim
from .refusals import NotTaken
from .sent import Batch, Said, Sent, Wanted, Way
from .shown import ShownReceipt

# A clock that is nearer than this is right; what remains is the way of the message.
CLOCK_TOLERANCE = timedelta(seconds=2)
# What a phone held for longer than this is not taken any more.
LONGEST_WAIT = timedelta(days=7)
# A queue sends the oldest first: what comes so much later than a newer scan waited in none.
_OUT_OF_ORDER = timedelta(minutes=10)
# A scan sent again may have been corrected otherwise, by as much as a clock was set meanwhile.
_SENT_AGAIN = timedelta(days=1)

_KNOWN = """
SELECT DISTINCT ON (id) id, at, visitor_id, said_hash, direction, evidence, outcome, is_doubled, undone_at,
    refusal, clock_error, is_implausible
FROM stations_scan
WHERE venue_id = %(venue)s AND id = ANY (%(ids)s::uuid[]) AND at >= %(first)s AND at <= %(last)s
ORDER BY id, at
"""


class Known(NamedTuple):
    """A scan that came before."""

    id: UUID
    at: datetime
    visitor: UUID | None
    said_hash: UUID | None
    direction: int
    evidence: int
    outcome: int | None
    is_doubled: bool
    undone_at: datetime | None
    refusal: str
    clock_error: int
    is_implausible: bool


@dataclass
class Item:
    """A scan on its way through: what was sent, and what has been found out."""

    sent: Sent
    at: datetime
    clock_error: int = 0
    is_implausible: bool = False
    known: Known | None = None
    why: Refusal | NotTaken | None = None
    claim: Claim | None = None
    visitor: UUID | None = None
    is_new: bool = False
    evidence: Evidence = Evidence.SCANNED
    wanted: Wanted = Wanted.NOTHING
    said_hash: UUID | None = None  # of a card, or of what was typed
    declared: tuple[date, int] | None = None
    receipt: ShownReceipt | None = None
    direction: Direction = Direction.IN
    is_doubled: bool = False
    is_beyond: bool = False
    # What was answered at this scan, and what the door is told.
    answered: Outcome | None = None
    outcome: Outcome | None = None
    is_told_elsewhere: bool = False
    supposed_since: datetime | None = None  # the arrival by which "by itself" went, long ago

    @property
    def nonce(self) -> Nonce:
        """What the visit's id follows from: the moment, and the scan."""
        return Nonce.of_seed(self.sent.id.bytes, self.at)

    @property
    def is_told_phone(self) -> bool:
        return bool(self.claim and self.claim.card.phone)

    @property
    def same(self) -> UUID | None:
        """By what this venue takes two scans to be of one person."""
        return self.said_hash or self.visitor

    @property
    def is_undone(self) -> bool:
        return self.sent.is_undo or bool(self.known and self.known.undone_at)

    @property
    def counts(self) -> bool:
        """Whether somebody went in or out by this scan."""
        return not (self.why or self.is_undone or self.is_doubled) and self.visitor is not None


def items_of(station: Station, batch: Batch, now: datetime) -> list[Item]:
    """Return each scan once, oldest first, with its time by our clock and what is known of it."""
    error = batch.sent_at - now
    if abs(error) <= CLOCK_TOLERANCE:
        error = timedelta()
    merged: dict[UUID, Sent] = {}
    for sent in batch.scans:
        merged[sent.id] = _merged(merged.get(sent.id), sent)
    items = [_timed(sent, error, now) for sent in merged.values()]
    known = _known(station, items)
    for item in items:
        if _is_out_of_order(item, station):
            item.is_implausible = True
        if before := known.get(item.sent.id):
            item.known, item.at = before, before.at
            item.clock_error, item.is_implausible = before.clock_error, before.is_implausible
            item.direction, item.is_doubled = Direction(before.direction), before.is_doubled
            item.evidence, item.said_hash = Evidence(before.evidence), before.said_hash
        item.why = _untimely(item, station, now)
    return sorted(items, key=lambda item: (item.at, item.sent.id))


def _merged(before: Sent | None, sent: Sent) -> Sent:
    """The same scan twice in a batch: the later one says more, and what is undone stays so."""
    if before is None:
        return sent
    is_undo = before.is_undo or sent.is_undo
    said = _more_said(before.said, sent.said)
    is_let_in = before.is_let_in or sent.is_let_in
    way = sent.way if before.way is Way.AUTO else before.way
    return Sent(sent.id, before.at, way, said, is_undo, is_let_in)


def _more_said(before: Said | None, later: Said | None) -> Said | None:
    if before is None or later is None:
        return later or before
    return Said(
        later.text or before.text,
        later.told or before.told,
        later.no_phone or before.no_phone,
        later.answers or before.answers,
        later.is_typed if later.text else before.is_typed,
    )


def _timed(sent: Sent, error: timedelta, now: datetime) -> Item:
    at = sent.at - error
    at = at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    is_ahead = at > now + CLOCK_TOLERANCE
    seconds = max(min(int(error.total_seconds()), 2**31 - 1), -(2**31))
    return Item(sent, min(at, _whole(now)), seconds, is_implausible=is_ahead)


def _untimely(item: Item, station: Station, now: datetime) -> NotTaken | None:
    """Return why a scan of this time is not taken."""
    if station.revoked_at and item.at > station.revoked_at:
        return NotTaken.REVOKED
    if station.venue.closed_at and item.at > station.venue.closed_at:
        return NotTaken.CLOSED
    kept = min(LONGEST_WAIT, timedelta(days=settings.RETENTION_DAYS))
    return NotTaken.TOO_OLD if now - item.at > kept else None


def _is_out_of_order(item: Item, station: Station) -> bool:
    """Whether no queue explains that a scan comes only now; it is noted, and tracers are told.

    A newer one came before it, or no phone was the station yet.
    """
    firsts = [moment for moment in (station.newest_at, station.paired_at) if moment]
    return bool(firsts) and item.at < max(firsts) - _OUT_OF_ORDER


def _known(station: Station, items: list[Item]) -> dict[UUID, Known]:
    if not items:
        return {}
    rows = rows_prepared(
        _KNOWN,
        venue=station.venue_id,
        ids=[item.sent.id for item in items],
        first=min(item.at for item in items) - _SENT_AGAIN,
        last=max(item.at for item in items) + _SENT_AGAIN,
    )
    return {row[0]: Known(*row) for row in rows}


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
