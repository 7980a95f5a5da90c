"""What of a case could be published, how many people were there then, publishing, withdrawing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Account
from declarations.models import COMMON_STAY, LONGEST_STAY, LeftReason, Notice
from declarations.notices import Published, forget_published, merged
from districts.days import day_start, local_day
from tracing.models import Case, CaseEvent, Stay
from venues.kinds import Kind, usual_stay
from venues.models import Venue

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

    wording: Published
    people: int
    notices: list[Notice]

    @property
    def key(self) -> int:
        """Names it on the page: one of its stays."""
        return min(self.wording.ids)

    @property
    def is_published(self) -> bool:
        """Whether what is published covers all of it."""
        start, end = self.wording.start, self.wording.end
        return any(n.period.lower <= start and end <= n.period.upper for n in self.notices)

    @property
    def points_at_somebody(self) -> bool:
        return self.people < FEW

    @property
    def is_lived_in(self) -> bool:
        return self.wording.kind in LIVED_IN


def proposals_of(case: Case, now: datetime) -> list[Proposal]:
    """Return what of a case could be published, of the days that visits are kept, newest first."""
    since = day_start(local_day(now) - timedelta(days=settings.RETENTION_DAYS))
    exposures = case.stays.of_the_case().exposures().with_venues()
    kept = exposures.filter(unsafe_period__endswith__gt=since)
    wordings = merged(_wording(stay, now) for stay in kept)
    wordings.sort(key=lambda wording: (wording.start, wording.name), reverse=True)
    people = _people(wordings)
    notices = Notice.objects.published().filter(venue__in={each.venue_id for each in wordings})
    notices = notices.select_related("venue__owner", "venue__commune__parent", "published_by")
    return [
        Proposal(wording, people.get(number, 0), [n for n in notices if _overlap(n, wording)])
        for number, wording in enumerate(wordings)
    ]


def published_of(proposals: Iterable[Proposal]) -> list[Notice]:
    notices = {notice.pk: notice for proposal in proposals for notice in proposal.notices}
    return sorted(notices.values(), key=lambda n: n.period.lower, reverse=True)


def preview(chosen: list[Proposal]) -> list[Published]:
    """Return chosen proposals as the public will read them, with what is published there."""
    wordings = [proposal.wording for proposal in chosen]
    wordings += [
        replace(
            proposal.wording,
            start=notice.period.lower,
            end=notice.period.upper,
            published_at=notice.published_at,
        )
        for proposal in chosen
        for notice in proposal.notices
    ]
    return sorted(merged(wordings), key=lambda shown: (shown.start, shown.name), reverse=True)


def publish_chosen(case: Case, chosen: Iterable[Proposal], by: Account, now: datetime) -> int:
    """Publish what is not published yet; return how many places and periods are new."""
    wordings = [proposal.wording for proposal in chosen if not proposal.is_published]
    venues = Venue.objects.in_bulk({wording.venue_id for wording in wordings})
    new = [
        Notice(
            venue=venues[wording.venue_id],
            period=DateTimeTZRange(wording.start, wording.end),
            published_at=now,
            published_by=by,
        )
        for wording in wordings
    ]
    with transaction.atomic():
        # Another tracer may be publishing the same at this moment.
        Notice.objects.bulk_create(new, ignore_conflicts=True)
        CaseEvent.objects.bulk_create(event(case, "published", one, by, now) for one in new)
    forget_published()
    return len(new)


def withdraw_notices(case: Case, notices: Iterable[Notice], by: Account, now: datetime) -> int:
    """Take notices back; return how many were still published."""
    gone = 0
    with transaction.atomic():
        for notice in notices:
            if Notice.objects.published().filter(pk=notice.pk).update(withdrawn_at=now):
                event(case, "withdrawn", notice, by, now).save(force_insert=True)
                gone += 1
    forget_published()
    return gone


def event(case: Case, what: str, notice: Notice, by: Account, now: datetime) -> CaseEvent:
    """Return a line of the case's history about a notice, not kept yet."""
    details: dict[str, Any] = {
        "venue": notice.venue.name,
        "stay_period": [notice.period.lower.isoformat(), notice.period.upper.isoformat()],
        "notice": notice.pk,
    }
    return CaseEvent(case=case, at=now, by=by, what=what, details=details)


def _wording(stay: Stay, now: datetime) -> Published:
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


def _stepped(moment: datetime) -> datetime:
    return moment - (moment - day_start(local_day(moment))) % _STEP


def _overlap(notice: Notice, wording: Published) -> bool:
    is_there = notice.venue_id == wording.venue_id
    return is_there and notice.period.lower < wording.end and wording.start < notice.period.upper


def _people(wordings: list[Published]) -> dict[int, int]:
    """Count the visitors of each place and period, by its number, in one statement."""
    if not wordings:
        return {}
    parameters: dict[str, Any] = {
        "numbers": list(range(len(wordings))),
        "venues": [wording.venue_id for wording in wordings],
        "starts": [wording.start for wording in wordings],
        "ends": [wording.end for wording in wordings],
        "stays": [usual_stay(wording.kind) for wording in wordings],
        "common": COMMON_STAY,
        "turned_away": int(LeftReason.TURNED_AWAY),
        "since": min(wording.start for wording in wordings) - LONGEST_STAY,
        "until": max(wording.end for wording in wordings) + COMMON_STAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, parameters)
        return dict(cursor.fetchall())
