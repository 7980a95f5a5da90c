"""Taking a batch in stages: sent, timed, recognised, directed, answered; then it is written.

Each stage is a frozen value that says more of a scan than the one before. All is done in one
transaction, and a batch that comes again changes nothing.
"""

from collections import Counter
from copy import copy
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.utils import IntegrityError
from psycopg.errors import CheckViolation

from database.prepared import rows_prepared
from declarations.door import Arrival, DoorAnswers, arrive, declare, let_in
from declarations.models import Evidence
from declarations.outcomes import Outcome
from declarations.partitions import DailyTable, make_days
from declarations.settling import Departure, News, settle
from districts.days import local_day
from stations.models import Direction, Scan, Station
from stations.refusals import Refusal
from venues.kinds import usual_stay

from .answered import Answered, answered_scans
from .directed import directed_scans
from .recognised import recognised_scans
from .sent import Batch, Taken
from .timed import timed_scans
from .turns import Turn, count

_STORE = """
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
        if not _lacks_part(error) or connection.in_atomic_block:
            raise
        _make_days(batch, now)
    return _taken(station, batch, now)


def _lacks_part(error: IntegrityError) -> bool:
    """Whether the day of a row has no part; a constraint that refuses a row says its name (23514)."""
    cause = error.__cause__
    return isinstance(cause, CheckViolation) and cause.diag.constraint_name is None


@transaction.atomic
def _taken(station: Station, batch: Batch, now: datetime) -> Taken:
    # The batches of a station come one after another: so "sent before" is certain.
    turn = Turn.of(station, now)
    station = copy(station)
    station.revoked_at, station.newest_at = turn.revoked_at, turn.newest_at
    timed = timed_scans(station, batch, now)
    recognised = recognised_scans(station, timed, now)
    directed = directed_scans(station, recognised, local_day(now))
    scans = answered_scans(directed, turn.left)
    _store(station, scans, now)
    _write_visits(station, scans, now)
    _settle(station, scans, now)
    here, venue = count(station, scans, turn, now)
    answers = {scan.sent.id: scan.answer for scan in scans}
    is_revoked = station.revoked_at is not None
    return Taken([answers[sent.id] for sent in batch.scans], here, venue, is_revoked)


def _store(station: Station, scans: list[Answered], now: datetime) -> None:
    kept = [scan for scan in scans if not _is_settled(scan)]
    # One that was undone before it came has no visitor, and is refused for that.
    refusals = [str(scan.refusal or ("" if scan.visitor else "undone")) for scan in kept]
    rows_prepared(
        _STORE,
        venue=station.venue_id,
        station=station.pk,
        now=now,
        at=[scan.at for scan in kept],
        id=[scan.sent.id for scan in kept],
        visitor=[None if scan.refusal else scan.visitor for scan in kept],
        said_hash=[scan.said_hash for scan in kept],
        clock_error=[scan.clock_error for scan in kept],
        direction=[int(scan.direction) for scan in kept],
        evidence=[int(scan.evidence) for scan in kept],
        outcome=[None if scan.answered is None else int(scan.answered) for scan in kept],
        is_doubled=[scan.is_doubled for scan in kept],
        is_implausible=[scan.is_implausible for scan in kept],
        refusal=refusals,
        undone_at=[now if scan.is_undone else None for scan in kept],
    )


def _is_settled(scan: Answered) -> bool:
    """Whether a scan is not written: it was undone, or comes too late to be kept or changed."""
    if scan.refusal is Refusal.TOO_OLD:
        return True
    stored = scan.stored
    return stored is not None and bool(stored.undone_at or (scan.refusal and stored.visitor))


def _write_visits(station: Station, scans: list[Answered], now: datetime) -> None:
    """Store the visits that begin, and what was answered with them."""
    arrivals, went_in, told = [], [], []
    for scan in scans:
        if scan.visitor is None or not scan.counts:
            continue
        if scan.sent.is_let_in:
            went_in.append((scan.at, scan.nonce.id_for(scan.visitor)))
        if scan.direction == Direction.IN:
            outcome = Outcome.ASK if scan.outcome is None else scan.outcome
            arrivals.append(Arrival(scan.visitor, scan.nonce, scan.evidence, outcome))
            if scan.sent.said and (answers := scan.sent.said.answers):
                decides = scan.evidence == Evidence.SCANNED
                told.append(DoorAnswers(scan.visitor, scan.nonce, answers, decides))
    arrive(station.venue_id, arrivals, now)
    let_in(station.venue_id, went_in)
    declare(station.venue_id, told, now)


def _settle(station: Station, scans: list[Answered], now: datetime) -> None:
    """End visits, where somebody has a past, was scanned more than once or long ago, or may not go in."""
    taken = [scan for scan in scans if not scan.refusal]
    times = Counter(scan.visitor for scan in taken)
    over = now - usual_stay(station.venue.kind)
    visitors: set[UUID | None] = {
        scan.visitor
        for scan in scans
        if scan.visitor
        and (times[scan.visitor] > 1 or scan.outcome == Outcome.STOP or scan.at < over)
    }
    # Whoever is typed is looked for in the same way, new or not: so the time that an answer takes
    # does not tell them apart either.
    visitors |= {s.visitor for s in taken if not s.is_new or s.evidence == Evidence.TYPED}
    visitors |= {scan.stored.visitor for scan in taken if scan.stored}
    left = [departure for scan in scans for departure in _departures(scan)]
    visitors |= {departure.visitor for departure in left}
    undone = [visit for scan in scans for visit in _taken_back(scan)]
    people = [visitor for visitor in visitors if visitor]
    if people and taken:
        news = News(station.venue_id, station.venue.kind, left, undone)
        settle(people, [scan.at for scan in taken], now, news)


def _departures(scan: Answered) -> list[Departure]:
    """Return who left by a scan, and who did not although it said so before."""
    stored, before, after = scan.stored, None, None
    if stored and stored.direction == Direction.OUT:
        before = None if stored.is_doubled or stored.undone_at else stored.visitor
    if scan.counts and scan.direction == Direction.OUT:
        after = scan.visitor
    if before == after:
        return []
    left, evidence = [], int(scan.evidence)
    if after:
        left.append(Departure(after, scan.at, evidence, is_undone=False))
    if before and not scan.refusal:
        left.append(Departure(before, scan.at, evidence, is_undone=True))
    return left


def _taken_back(scan: Answered) -> list[tuple[datetime, UUID]]:
    """The visit a scan made before and does not make any more: undone, or of somebody else."""
    stored = scan.stored
    if stored is None or stored.visitor is None or stored.direction != Direction.IN:
        return []
    is_other = scan.visitor != stored.visitor or scan.direction != Direction.IN
    if not (scan.is_undone or (is_other and not scan.refusal)):
        return []
    return [(stored.at, scan.nonce.id_for(stored.visitor))]


def _make_days(batch: Batch, now: datetime) -> None:
    moments = [now, *(sent.at + (now - batch.sent_at) for sent in batch.scans)]
    # A scan is taken within a week of its time, wherever its phone's clock stood.
    moments = [moment for moment in moments if abs(moment - now).days <= 8]
    make_days(moments)
    days = [local_day(moment) for moment in moments]
    DailyTable(Scan._meta.db_table).make(min(days), max(days))
