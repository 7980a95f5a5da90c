"""What a station sends, and the first stage of a scan: when it was, and what is stored of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.conf import settings

from database.statements import rows_prepared
from declarations.nonces import Nonce
from declarations.outcomes import Answers
from stations.models import Direction, Station
from stations.refusals import Refusal

# A clock that is nearer than this is right; what remains is the way of the message.
CLOCK_TOLERANCE = timedelta(seconds=2)
# What a phone held for longer than this is not taken any more.
LONGEST_WAIT = timedelta(days=7)

_STORED = """
SELECT DISTINCT ON (id) id, at, visitor_id, said_hash, direction, evidence, outcome, is_doubled, undone_at,
    refusal, clock_error, is_implausible
FROM stations_scan
WHERE venue_id = %(venue)s AND id = ANY (%(ids)s::uuid[]) AND at >= %(first)s AND at <= %(last)s
ORDER BY id, at
"""


class Way(StrEnum):
    """What the station's switch says; `auto` goes by what is known of the person."""

    IN = "in"
    OUT = "out"
    AUTO = "auto"


class Said(NamedTuple):
    """What a code said, what the person told besides, and what they answered.

    `is_typed`: the text came from the keys, not from a reader or camera; what is told always does.
    """

    text: str
    told: tuple[str, ...] = ()
    no_phone: bool = False
    answers: Answers | None = None
    is_typed: bool = False

    def with_more(self, later: "Said") -> "Said":
        return Said(
            later.text or self.text,
            later.told or self.told,
            later.no_phone or self.no_phone,
            later.answers or self.answers,
            later.is_typed if later.text else self.is_typed,
        )


class Sent(NamedTuple):
    """A scan as it came; the same id again is the same scan with more said of it, or the other way.

    `said` is None where a sealed scan could not be opened.
    """

    id: UUID
    at: datetime
    way: Way
    said: Said | None = None
    is_undo: bool = False
    is_let_in: bool = False  # although the answer was stop

    def with_more(self, later: "Sent") -> "Sent":
        """The same scan twice in a batch: the later one says more, and what is undone stays so."""
        return Sent(
            self.id,
            self.at,
            later.way if self.way is Way.AUTO else self.way,
            self.said.with_more(later.said)
            if self.said and later.said
            else later.said or self.said,
            self.is_undo or later.is_undo,
            self.is_let_in or later.is_let_in,
        )


@dataclass(frozen=True)
class Batch:
    """Scans sent together, and when by the clock of the phone that sent them."""

    sent_at: datetime
    scans: list[Sent]

    def each_once(self) -> list[Sent]:
        merged: dict[UUID, Sent] = {}
        for sent in self.scans:
            before = merged.get(sent.id)
            merged[sent.id] = before.with_more(sent) if before else sent
        return list(merged.values())


class StoredScan(NamedTuple):
    """A scan as it was stored when it came before."""

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

    @classmethod
    def by_id(
        cls, station: Station, scans: list[Sent], moments: list[datetime]
    ) -> dict[UUID, "StoredScan"]:
        if not scans:
            return {}
        # It may have been corrected otherwise then, by as much as a clock was set meanwhile.
        day = timedelta(days=1)
        ids, first, last = [sent.id for sent in scans], min(moments) - day, max(moments) + day
        rows = rows_prepared(_STORED, venue=station.venue_id, ids=ids, first=first, last=last)
        return {row[0]: cls(*row) for row in rows}


@dataclass(frozen=True)
class Timed:
    """A scan with its moment by our clock, and what is stored of it.

    `refusal` says why nothing is taken of it; here, because of its time.
    """

    sent: Sent
    at: datetime
    clock_error: int  # seconds by which the phone's clock was fast
    is_implausible: bool
    stored: StoredScan | None
    refusal: Refusal | None

    @classmethod
    def after(cls, before: "Timed", **known: Any) -> Self:
        """Return the stage that follows: what the one before says, and what is known now.

        It is made without its constructor, which takes three times as long for a frozen value of
        twenty fields: a batch has two hundred scans, of three stages each.
        """
        scan = object.__new__(cls)
        vars(scan).update(vars(before), **known)
        return scan

    @property
    def nonce(self) -> Nonce:
        """What the visit's id follows from: the moment, and the scan."""
        return Nonce.of_seed(self.sent.id.bytes, self.at)

    @property
    def is_undone(self) -> bool:
        return self.sent.is_undo or bool(self.stored and self.stored.undone_at)

    @property
    def stored_direction(self) -> Direction:
        return Direction(self.stored.direction) if self.stored else Direction.IN

    @property
    def stored_as_doubled(self) -> bool:
        return bool(self.stored and self.stored.is_doubled)


def timed_scans(station: Station, batch: Batch, now: datetime) -> list[Timed]:
    """Return each scan of a batch once, oldest first."""
    error = batch.sent_at - now
    if abs(error) <= CLOCK_TOLERANCE:
        error = timedelta()
    seconds = max(min(int(error.total_seconds()), 2**31 - 1), -(2**31))  # as the column holds
    scans = batch.each_once()
    moments = [_whole(min((sent.at - error).astimezone(UTC), now)) for sent in scans]
    stored = StoredScan.by_id(station, scans, moments)
    oldest = now - min(LONGEST_WAIT, timedelta(days=settings.RETENTION_DAYS))
    timed = []
    for sent, at in zip(scans, moments, strict=True):
        if before := stored.get(sent.id):
            time = before.at, before.clock_error, before.is_implausible
        else:
            is_ahead = _whole((sent.at - error).astimezone(UTC)) > now + CLOCK_TOLERANCE
            time = at, seconds, is_ahead or station.is_out_of_order(at)
        timed.append(Timed(sent, *time, before, _refusal(time[0], station, oldest)))
    return sorted(timed, key=lambda scan: (scan.at, scan.sent.id))


def _refusal(at: datetime, station: Station, oldest: datetime) -> Refusal | None:
    if station.revoked_at and at > station.revoked_at:
        return Refusal.REVOKED
    if station.venue.closed_at and at > station.venue.closed_at:
        return Refusal.CLOSED
    return Refusal.TOO_OLD if at < oldest else None


def _whole(moment: datetime) -> datetime:
    """Return a moment in whole milliseconds, as visits have them."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
