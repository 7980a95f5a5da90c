"""The batches of a station one after another: what its row says before, and counts after each.

How many people went in and out today stands beside the station, by gate; it is not counted each
time.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from database.prepared import rows_prepared
from districts.days import day_period, local_day
from stations.models import Direction, Station

from .answered import Answered
from .sent import DoorCounts

# One person every four seconds for a whole hour, without a pause; three such doors at one venue.
# Whoever is asked the three questions at a door takes longer.
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
_OF_VENUE = """
SELECT coalesce(sum(came_in), 0)::int, coalesce(sum(went_out), 0)::int FROM stations_station
WHERE venue_id = %(venue)s AND counted_on = %(day)s
"""


class Turn(NamedTuple):
    """A station as it is while its batch is taken, and whom it and its venue asked about."""

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
        """About how many people more it may ask about; what is beyond is noted and told nothing."""
        of_venue = MOST_OF_A_VENUE - self.asked - self.asked_elsewhere
        return max(0, min(MOST_OF_A_STATION - self.asked, of_venue))


def count(
    station: Station, scans: list[Answered], turn: Turn, now: datetime
) -> tuple[DoorCounts, DoorCounts]:
    """Count what a batch changes of today and of the hour; return today's of gate and venue."""
    day = local_day(now)
    of_today = [scan for scan in scans if local_day(scan.at) == day]
    came_in, went_out = (sum(_change(scan, way) for scan in of_today) for way in Direction)
    asked = len({scan.visitor for scan in scans if scan.asks})
    counts = rows_prepared(
        _COUNT, station=station.pk, venue=station.venue_id, now=now, day=day, came_in=came_in,
        went_out=went_out, newest=max((scan.at for scan in scans), default=None),
        asked=turn.asked + asked, since=turn.asking_since or now, is_crowded=asked > turn.left,
    )[0]  # fmt: skip
    return DoorCounts(*counts[:2]), DoorCounts(*counts[2:])


def counts_of_venue(station: Station, day: date) -> DoorCounts:
    """Return how many went in and out at all gates of a station's venue on a day that is today."""
    return DoorCounts(*rows_prepared(_OF_VENUE, venue=station.venue_id, day=day)[0])


def counted_anew(station: Station, day: date) -> DoorCounts:
    """Return what the kept counts should say."""
    start, end = day_period(day)
    scans = station.scan_set.filter(at__gte=start, at__lt=end, refusal="", undone_at=None)
    passed = scans.filter(is_doubled=False)
    return DoorCounts(*(passed.filter(direction=way).count() for way in Direction))


def _change(scan: Answered, way: Direction) -> int:
    """What a scan adds to the count of a way: one, nothing, or one less.

    One that counted before counts still where what came of it now is refused.
    """
    stored = scan.stored
    has_counted = stored is not None and not (
        stored.undone_at or stored.is_doubled or stored.refusal or stored.direction != way
    )
    counts = scan.counts and scan.direction == way
    return int(counts) - int(has_counted and scan.refusal is None)
