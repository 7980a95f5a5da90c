"""How one venue is used: its arrivals by day and by hour, and how its visits are known."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count

from declarations.models import Evidence, Visit
from districts.days import LOCAL_ZONE, day_start, local_day
from venues.models import Venue

_DAYS_SHOWN = 28
_WEEK = timedelta(days=7)
_ARRIVALS = """
SELECT at, sum(arrived) FROM live_venue_hour WHERE venue_id = %(venue)s AND at >= %(since)s
GROUP BY at
"""


@dataclass(frozen=True)
class Usage:
    """Arrivals at a venue: of the days still kept, of today's hours and those a week ago.

    `evidence` are the visits of today and the six days before, by how they are known.
    """

    days: dict[date, int]
    hours: list[int]
    hours_before: list[int]
    evidence: list[tuple[Evidence, int]]


def usage(venue: Venue, now: datetime) -> Usage:
    """Count how a venue is used."""
    today = local_day(now)
    shown = min(_DAYS_SHOWN, settings.RETENTION_DAYS + 1)
    arrived = dict.fromkeys((today - timedelta(days=back) for back in reversed(range(shown))), 0)
    hours = {day: [0] * 24 for day in (today, today - _WEEK)}
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVALS, {"venue": venue.pk, "since": day_start(min(arrived))})
        cells = cursor.fetchall()
    for at, number in cells:
        local = at.astimezone(LOCAL_ZONE)
        if local.date() in arrived:
            arrived[local.date()] += number
        if local.date() in hours:
            hours[local.date()][local.hour] += number
    return Usage(arrived, hours[today], hours[today - _WEEK], _evidence(venue, now))


def _evidence(venue: Venue, now: datetime) -> list[tuple[Evidence, int]]:
    since = day_start(local_day(now) - timedelta(days=6))
    week = Visit.objects.at(venue).entered_during(since, now + timedelta(seconds=1))
    counted = dict(week.values_list("evidence").annotate(n=Count("id")))
    return [(evidence, counted.get(evidence, 0)) for evidence in Evidence]
