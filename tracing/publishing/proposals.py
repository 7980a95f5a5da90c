"""What of a case could be published: places and periods, and how many people were there then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from declarations.models import COMMON_STAY, LONGEST_STAY, LeftReason, Notice
from declarations.notices import Published, merged
from districts.days import day_start, local_day
from tracing.models import Case, Stay
from venues.kinds import Kind, usual_stay

# Among fewer, those who were there would know of whom the notice speaks.
FEW = 10
# Where people sleep or seek shelter.
LIVED_IN = {Kind.HOTEL, Kind.WORSHIP, Kind.OTHER}
# A moment to the second is that of somebody's own scan.
_STEP = timedelta(minutes=5)

_PEOPLE = """
SELECT wanted.number, count(DISTINCT visit.visitor_id)
FROM unnest(%(numbers)s::int[], %(venues)s::int[], %(starts)s::timestamptz[],
    %(ends)s::timestamptz[], %(stays)s::interval[]) AS wanted (number, venue, start, "end", stay)
JOIN declarations_visit visit ON visit.venue_id = wanted.venue
  AND coalesce(visit.possible_since, visit.entered_at) < wanted.end
  AND (visit.entered_at >= wanted.start - %(common)s OR visit.is_long)
  AND coalesce(visit.left_at, visit.entered_at + wanted.stay) > wanted.start
  AND visit.left_reason IS DISTINCT FROM %(turned_away)s
WHERE visit.entered_at >= %(since)s AND visit.entered_at < %(until)s
GROUP BY wanted.number
"""


@dataclass(frozen=True)
class Proposal:
    """A place that a case made unsafe in a period, with what is published of it already."""

    told: Published
    people: int
    notices: list[Notice]

    @property
    def key(self) -> int:
        """Names it on the page: one of its stays."""
        return min(self.told.ids)

    @property
    def is_published(self) -> bool:
        """Whether what is published covers all of it."""
        start, end = self.told.start, self.told.end
        return any(n.period.lower <= start and end <= n.period.upper for n in self.notices)

    @property
    def points_at_somebody(self) -> bool:
        return self.people < FEW

    @property
    def is_lived_in(self) -> bool:
        return self.told.kind in LIVED_IN


def proposals_of(case: Case, now: datetime) -> list[Proposal]:
    """Return what of a case could be published, of the days that visits are kept, newest first."""
    since = day_start(local_day(now) - timedelta(days=settings.RETENTION_DAYS))
    stays = Stay.objects.filter(case=case, unsafe_period__endswith__gt=since)
    exposures = stays.of_the_case().exposures().with_venues()
    told = merged(_told(stay, now) for stay in exposures)
    told.sort(key=lambda one: (one.start, one.name), reverse=True)
    people, there = _people(told), _published(told)
    return [
        Proposal(one, people.get(number, 0), [n for n in there if _overlap(n, one)])
        for number, one in enumerate(told)
    ]


def published_of(proposals: Iterable[Proposal]) -> list[Notice]:
    """Return what is published of a case's places and periods, each notice once."""
    found = {notice.pk: notice for one in proposals for notice in one.notices}
    return sorted(found.values(), key=lambda n: n.period.lower, reverse=True)


def preview(chosen: Iterable[Proposal]) -> list[Published]:
    """Return chosen proposals as the public will read them, with what is published there."""
    wanted = list(chosen)
    there = [_shown(notice, one.told) for one in wanted for notice in one.notices]
    shown = merged([*(one.told for one in wanted), *there])
    return sorted(shown, key=lambda one: (one.start, one.name), reverse=True)


def _told(stay: Stay, now: datetime) -> Published:
    """Return a stay as a notice would say it, in steps of five minutes around it."""
    venue, period = stay.venue, stay.unsafe_period
    return Published(
        frozenset([stay.pk]),
        venue.pk,
        venue.name,
        venue.kind,
        venue.address,
        venue.place,
        _stepped(period.lower),
        _stepped(period.upper + _STEP - timedelta(microseconds=1)),
        now,
    )


def _shown(notice: Notice, told: Published) -> Published:
    """Return what is published at the same place."""
    start, end = notice.period.lower, notice.period.upper
    return replace(told, start=start, end=end, published_at=notice.published_at)


def _stepped(moment: datetime) -> datetime:
    """Return the step at or before a moment."""
    return moment - (moment - day_start(local_day(moment))) % _STEP


def _published(told: list[Published]) -> list[Notice]:
    venues = {one.venue_id for one in told}
    notices = Notice.objects.published().filter(venue__in=venues)
    return list(notices.select_related("venue__owner", "venue__commune__parent", "published_by"))


def _overlap(notice: Notice, one: Published) -> bool:
    is_there = notice.venue_id == one.venue_id
    return is_there and notice.period.lower < one.end and one.start < notice.period.upper


def _people(told: list[Published]) -> dict[int, int]:
    """Count the visitors of each place and period in one statement."""
    if not told:
        return {}
    given: dict[str, Any] = {
        "numbers": list(range(len(told))),
        "venues": [one.venue_id for one in told],
        "starts": [one.start for one in told],
        "ends": [one.end for one in told],
        "stays": [usual_stay(one.kind) for one in told],
        "common": COMMON_STAY,
        "turned_away": int(LeftReason.TURNED_AWAY),
        "since": min(one.start for one in told) - LONGEST_STAY,
        "until": max(one.end for one in told) + COMMON_STAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, given)
        return dict(cursor.fetchall())
