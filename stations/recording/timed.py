"""The first stage of a scan: when it really was, and what is stored of it already."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from database.prepared import rows_prepared
from declarations.nonces import Nonce
from stations.models import Direction, Station
from stations.refusals import Refusal

from .sent import Batch, Sent

# A clock that is nearer than this is right; what remains is the way of the message.
CLOCK_TOLERANCE = timedelta(seconds=2)
# What a phone held for longer than this is not taken any more.
LONGEST_WAIT = timedelta(days=7)
# A queue sends the oldest first: what comes so much later than a newer scan waited in none.
_OUT_OF_ORDER = timedelta(minutes=10)
# A scan sent again may have been corrected otherwise, by as much as a clock was set meanwhile.
_SENT_AGAIN = timedelta(days=1)

_STORED = """
SELECT DISTINCT ON (id) id, at, visitor_id, said_hash, direction, evidence, outcome, is_doubled, undone_at,
    refusal, clock_error, is_implausible
FROM stations_scan
WHERE venue_id = %(venue)s AND id = ANY (%(ids)s::uuid[]) AND at >= %(first)s AND at <= %(last)s
ORDER BY id, at
"""


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
    stored = _stored(station, scans, moments)
    timed = []
    for sent, at in zip(scans, moments, strict=True):
        if before := stored.get(sent.id):
            time = before.at, before.clock_error, before.is_implausible
        else:
            is_ahead = _whole((sent.at - error).astimezone(UTC)) > now + CLOCK_TOLERANCE
            time = at, seconds, is_ahead or _is_out_of_order(at, station)
        timed.append(Timed(sent, *time, before, _refusal(time[0], station, now)))
    return sorted(timed, key=lambda scan: (scan.at, scan.sent.id))


def _refusal(at: datetime, station: Station, now: datetime) -> Refusal | None:
    if station.revoked_at and at > station.revoked_at:
        return Refusal.REVOKED
    if station.venue.closed_at and at > station.venue.closed_at:
        return Refusal.CLOSED
    kept = min(LONGEST_WAIT, timedelta(days=settings.RETENTION_DAYS))
    return Refusal.TOO_OLD if now - at > kept else None


def _is_out_of_order(at: datetime, station: Station) -> bool:
    """Whether no queue explains that a scan comes only now; it is noted, and tracers are told.

    A newer one came before it, or no phone was the station yet.
    """
    firsts = [moment for moment in (station.newest_at, station.paired_at) if moment]
    return bool(firsts) and at < max(firsts) - _OUT_OF_ORDER


def _stored(station: Station, scans: list[Sent], moments: list[datetime]) -> dict[UUID, StoredScan]:
    if not scans:
        return {}
    rows = rows_prepared(
        _STORED,
        venue=station.venue_id,
        ids=[sent.id for sent in scans],
        first=min(moments) - _SENT_AGAIN,
        last=max(moments) + _SENT_AGAIN,
    )
    return {row[0]: StoredScan(*row) for row in rows}


def _whole(moment: datetime) -> datetime:
    """Return a moment in whole milliseconds, as visits have them."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
