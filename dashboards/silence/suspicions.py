"""What takes long to see: venues that stopped suddenly, that one phone uses, that nobody leaves.

Housekeeping looks at every visit of two weeks, which takes too long for a page. What is noted
here, a page checks again for what came since.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dashboards.models import Reason, Suspicion
from database.statements import lock_table
from declarations.identities import phone_hash
from districts.days import LOCAL_ZONE, day_start, local_day
from venues.models import Venue

from .silent import (
    HABIT_DAYS,
    LEAST_HABIT_DAYS,
    LONG_QUIET_DAYS,
    NO_EXIT_ARRIVALS,
    ONE_PHONE_VISITS,
    PHONE_DAYS,
    QUIET_DAYS,
    STOPPED_AFTER_DAYS,
)

_LOCAL_DAY = f"AT TIME ZONE '{LOCAL_ZONE.key}')::date"
# A day early, as days pass at midnight and housekeeping comes later.
_STOPPED = f"""
WITH daily AS (
    SELECT venue_id, (at {_LOCAL_DAY} AS day, sum(arrived) AS arrived FROM live_venue_hour
    WHERE at >= %(since)s GROUP BY venue_id, day HAVING sum(arrived) > 0
), last AS (
    SELECT venue_id, max(day) AS day FROM daily GROUP BY venue_id
    HAVING max(day) BETWEEN %(long_quiet_on)s AND %(nearly_stopped_on)s
), habit AS (
    SELECT venue.id, last.day, least(%(days)s, last.day - (registered_at {_LOCAL_DAY} + 1) AS days
    FROM last JOIN venues_venue venue ON venue.id = last.venue_id AND venue.closed_at IS NULL
)
SELECT habit.id, sum(daily.arrived), greatest(habit.days, 1) FROM habit JOIN daily
    ON daily.venue_id = habit.id AND daily.day > habit.day - habit.days
GROUP BY habit.id, habit.days HAVING count(*) >= %(least)s AND count(*) * 2 > habit.days
"""  # noqa: S608 - our own texts only
_NO_EXITS = """
SELECT venue_id, sum(arrived), %(days)s FROM live_venue_hour WHERE at >= %(since)s
GROUP BY venue_id HAVING sum(arrived) >= %(least)s AND sum(left_scanned) <= 0
"""
_FEW_PHONES = """
SELECT visit.venue_id, count(*), array_agg(DISTINCT visitor.phone_hash)
FROM declarations_visit visit
JOIN declarations_visitor visitor ON visitor.key = visit.visitor_id
JOIN venues_venue venue ON venue.id = visit.venue_id AND venue.closed_at IS NULL
WHERE visit.entered_at >= %(since)s AND visit.entered_at <= %(now)s
GROUP BY visit.venue_id HAVING count(DISTINCT visitor.phone_hash) <= 2
"""


def note_suspicions(now: datetime) -> int:
    """Note anew which venues are suspected, and return how many; the last reason found stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_table("dashboards_suspicion")
        noted = {
            suspicion.venue_id: suspicion
            for suspects in (_without_exits, _stopped, _of_few)
            for suspicion in suspects(cursor, now)
        }
        Suspicion.objects.all().delete()
        Suspicion.objects.bulk_create(noted.values(), batch_size=1000)
    return len(noted)


def _without_exits(cursor: CursorWrapper, now: datetime) -> Iterator[Suspicion]:
    since = _days_ago(now, QUIET_DAYS - 1)
    cursor.execute(_NO_EXITS, {"since": since, "least": NO_EXIT_ARRIVALS, "days": QUIET_DAYS})
    for pk, arrived, days in cursor.fetchall():
        yield _noted(Reason.NO_EXITS, now, venue_id=pk, arrived=arrived, days=days)


def _stopped(cursor: CursorWrapper, now: datetime) -> Iterator[Suspicion]:
    today = local_day(now)
    parameters: dict[str, Any] = {
        "since": _days_ago(now, LONG_QUIET_DAYS + HABIT_DAYS),
        "long_quiet_on": today - timedelta(days=LONG_QUIET_DAYS),
        "nearly_stopped_on": today - timedelta(days=STOPPED_AFTER_DAYS - 1),
        "days": HABIT_DAYS,
        "least": LEAST_HABIT_DAYS,
    }
    cursor.execute(_STOPPED, parameters)
    for pk, arrived, days in cursor.fetchall():
        yield _noted(Reason.STOPPED, now, venue_id=pk, arrived=arrived, days=days)


def _of_few(cursor: CursorWrapper, now: datetime) -> Iterator[Suspicion]:
    """Yield venues that only their own people use, and those with one phone and enough visits."""
    cursor.execute(_FEW_PHONES, {"since": _days_ago(now, PHONE_DAYS - 1), "now": now})
    few = cursor.fetchall()
    own = _own_phones([pk for pk, _visits, _phones in few])
    for pk, visits, phones in few:
        details = {"venue_id": pk, "arrived": visits, "days": 0}
        if set(phones) <= own[pk]:
            yield _noted(Reason.OWNER, now, phones=list(own[pk]), **details)
        elif len(phones) == 1 and visits >= ONE_PHONE_VISITS:
            yield _noted(Reason.ONE_PHONE, now, phones=phones, **details)


def _noted(reason: Reason, now: datetime, **details: Any) -> Suspicion:
    return Suspicion(**{"reason": reason, "noted_at": now, "phones": []} | details)


def _days_ago(now: datetime, days: int) -> datetime:
    return day_start(local_day(now) - timedelta(days=days))


def _own_phones(venue_ids: list[int]) -> dict[int, set[UUID]]:
    """Return the keyed hashes of the owner's and the responsible person's phones."""
    hashes: dict[int, set[UUID]] = defaultdict(set)
    hash_of = cache(phone_hash)
    venues = Venue.objects.filter(pk__in=venue_ids)
    for pk, *phones in venues.values_list("pk", "owner__phone", "responsible_phone"):
        for phone in filter(None, phones):
            hashes[pk].add(hash_of(phone))
    return hashes
