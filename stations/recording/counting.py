"""How many people went in and out today, by gate: kept beside the station, not counted each time."""

from datetime import date, datetime

from database.prepared import rows_prepared
from districts.days import day_period, local_day
from stations.models import Direction, Station
from stations.recording.sent import DoorCounts

from .asking import Turn
from .items import Item

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


def count(
    station: Station, items: list[Item], turn: Turn, asked: int, now: datetime
) -> tuple[DoorCounts, DoorCounts]:
    """Count what a batch changes of today and of the hour; return today's of gate and venue."""
    day = local_day(now)
    of_today = [item for item in items if local_day(item.at) == day]
    came_in, went_out = (sum(_change(item, way) for item in of_today) for way in Direction)
    counts = rows_prepared(
        _COUNT, station=station.pk, venue=station.venue_id, now=now, day=day, came_in=came_in,
        went_out=went_out, newest=max((item.at for item in items), default=None),
        asked=turn.asked + asked, since=turn.asking_since or now, is_crowded=asked > turn.left,
    )[0]  # fmt: skip
    return DoorCounts(*counts[:2]), DoorCounts(*counts[2:])


def passed_at_venue(station: Station, day: date) -> DoorCounts:
    """Return how many went in and out at all gates of a station's venue on a day that is today."""
    return DoorCounts(*rows_prepared(_OF_VENUE, venue=station.venue_id, day=day)[0])


def counted_anew(station: Station, day: date) -> DoorCounts:
    """Return what the kept counts should say."""
    start, end = day_period(day)
    scans = station.scan_set.filter(at__gte=start, at__lt=end, refusal="", undone_at=None)
    passed = scans.filter(is_doubled=False)
    return DoorCounts(*(passed.filter(direction=way).count() for way in Direction))


def _change(item: Item, way: Direction) -> int:
    """What an item adds to the count of a way: one, nothing, or one less."""
    known = item.known
    counted = known is not None and not (known.undone_at or known.is_doubled or known.refusal)
    before = counted and known is not None and known.direction == way
    return int(item.counts and item.direction == way) - int(before and not _is_kept(item))


def _is_kept(item: Item) -> bool:
    """Whether a scan that counted before counts still although this one of it was refused."""
    return item.why is not None
