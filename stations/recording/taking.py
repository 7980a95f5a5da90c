"""Taking a batch in stages: sent, timed, recognised, directed, answered; then it is written.

Each stage is a frozen value that says more of a scan than the one before. All is done in one
transaction, and a batch that comes again changes nothing.
"""

from collections import Counter
from copy import copy
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Sum
from django.db.utils import IntegrityError
from psycopg.errors import CheckViolation

from database.statements import rows_prepared
from declarations.door import Arrival, DoorAnswers, arrive, declare, let_in
from declarations.models import Evidence
from declarations.outcomes import Outcome
from declarations.partitions import DailyTable, make_days
from declarations.settling import News, settle
from districts.days import local_day
from stations.models import Direction, Scan, Station
from venues.kinds import usual_stay

from .answered import Answered, DoorCounts, Taken, answered_scans
from .directed import directed_scans
from .recognised import recognised_scans
from .sent import Batch, timed_scans

# About how many people a station, and a venue, may ask in an hour: one every four seconds without a
# pause, at three doors. An honest door is slower, as people answer three questions.
MOST_OF_A_STATION, MOST_OF_A_VENUE = 900, 2700

# Until the end of the transaction no other batch of this station goes on.
_TURN = """
SELECT revoked_at, newest_at, CASE WHEN asking_since > %(since)s THEN asking_since END,
    CASE WHEN asking_since > %(since)s THEN asked ELSE 0 END,
    (SELECT coalesce(sum(other.asked), 0)::int FROM stations_station other
     WHERE other.venue_id = station.venue_id AND other.id <> station.id
       AND other.asking_since > %(since)s)
FROM stations_station station WHERE id = %(station)s FOR UPDATE
"""
# Who holds the station's row is the only one to count at it.
_COUNT = """
WITH here AS (
    UPDATE stations_station SET seen_at = %(now)s, counted_on = %(day)s,
        came_in = CASE WHEN counted_on = %(day)s THEN came_in ELSE 0 END + %(came_in)s,
        went_out = CASE WHEN counted_on = %(day)s THEN went_out ELSE 0 END + %(went_out)s,
        newest_at = greatest(newest_at, %(newest)s), asked = %(asked)s, asking_since = %(since)s,
        crowded_at = CASE WHEN %(is_crowded)s THEN %(now)s ELSE crowded_at END
    WHERE id = %(station)s
    RETURNING came_in, went_out
)
SELECT here.came_in, here.went_out, here.came_in + coalesce(sum(other.came_in), 0)::int,
    here.went_out + coalesce(sum(other.went_out), 0)::int
FROM here LEFT JOIN stations_station other
    ON other.venue_id = %(venue)s AND other.counted_on = %(day)s AND other.id <> %(station)s
GROUP BY here.came_in, here.went_out
"""
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


class Turn(NamedTuple):
    """A station while its batch is taken, and about how many people its venue asked in this hour."""

    revoked_at: datetime | None
    newest_at: datetime | None
    asking_since: datetime | None
    asked: int
    asked_elsewhere: int

    @classmethod
    def of(cls, station: Station, now: datetime) -> "Turn":
        """Wait for the station's turn, and return how it stands."""
        since = now - timedelta(hours=1)
        return cls(*rows_prepared(_TURN, station=station.pk, since=since)[0])

    @property
    def left(self) -> int:
        """How many more people it may ask about; scans beyond are stored, and told nothing."""
        of_venue = MOST_OF_A_VENUE - self.asked - self.asked_elsewhere
        return max(0, min(MOST_OF_A_STATION - self.asked, of_venue))

    def counted(
        self, station: Station, scans: list[Answered], now: datetime
    ) -> tuple[DoorCounts, DoorCounts]:
        """Count what a batch changes of today and of the hour; return today's of gate and venue."""
        day = local_day(now)
        of_today = [scan for scan in scans if local_day(scan.at) == day]
        came_in, went_out = (sum(scan.change_of(way) for scan in of_today) for way in Direction)
        asked = len({scan.visitor for scan in scans if scan.asks})
        counts = rows_prepared(
            _COUNT, station=station.pk, venue=station.venue_id, now=now, day=day, came_in=came_in,
            went_out=went_out, newest=max((scan.at for scan in scans), default=None),
            asked=self.asked + asked, since=self.asking_since or now, is_crowded=asked > self.left,
        )[0]  # fmt: skip
        return DoorCounts(*counts[:2]), DoorCounts(*counts[2:])


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
        # The day of a row has no part; a constraint that refuses a row says its name (23514).
        cause = error.__cause__
        lacks_part = isinstance(cause, CheckViolation) and cause.diag.constraint_name is None
        if not lacks_part or connection.in_atomic_block:
            raise
        _make_days(batch, now)
    return _taken(station, batch, now)


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
    here, venue = turn.counted(station, scans, now)
    answers = {scan.sent.id: scan.answer for scan in scans}
    is_revoked = station.revoked_at is not None
    wants_key = station.key_until is not None
    return Taken([answers[sent.id] for sent in batch.scans], here, venue, is_revoked, wants_key)


def _store(station: Station, scans: list[Answered], now: datetime) -> None:
    kept = [scan for scan in scans if not scan.is_settled]
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


def _write_visits(station: Station, scans: list[Answered], now: datetime) -> None:
    """Store the visits that begin, and what was answered with them."""
    arrivals, went_in, declared = [], [], []
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
                declared.append(DoorAnswers(scan.visitor, scan.nonce, answers, decides))
    arrive(station.venue_id, arrivals, now)
    let_in(station.venue_id, went_in)
    declare(station.venue_id, declared, now)


def _settle(station: Station, scans: list[Answered], now: datetime) -> None:
    """Settle those for whom it may matter: known before, scanned twice or long ago, or told to stop."""
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
    left = [departure for scan in scans for departure in scan.departures]
    visitors |= {departure.visitor for departure in left}
    undone = [visit for scan in scans for visit in scan.taken_back]
    people = [visitor for visitor in visitors if visitor]
    if people and taken:
        news = News(station.venue_id, station.venue.kind, left, undone)
        settle(people, [scan.at for scan in taken], now, news)


def _make_days(batch: Batch, now: datetime) -> None:
    moments = [now, *(sent.at + (now - batch.sent_at) for sent in batch.scans)]
    # A scan is taken within a week of its time, wherever its phone's clock stood.
    moments = [moment for moment in moments if abs(moment - now).days <= 8]
    make_days(moments)
    days = [local_day(moment) for moment in moments]
    DailyTable(Scan._meta.db_table).make(min(days), max(days))


def counts_of_venue(station: Station, day: date) -> DoorCounts:
    """Return how many went in and out at all gates of a station's venue on a day that is today."""
    gates = Station.objects.filter(venue=station.venue_id, counted_on=day)
    counts = gates.aggregate(Sum("came_in", default=0), Sum("went_out", default=0))
    return DoorCounts(*counts.values())
