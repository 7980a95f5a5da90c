"""Notices as the public and a visitor's own phone are told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings

from database.remembering import remembered
from declarations.nonces import Receipt
from districts.days import day_start, local_day
from districts.names import folded
from venues.kinds import usual_stay

from .memory import Memory, Remembered
from .models import Notice


@dataclass(frozen=True)
class Published:
    """A place and a period as the public reads them: notices that overlap are one."""

    ids: frozenset[int]
    venue_id: int
    name: str
    kind: str
    address: str
    place: str
    start: datetime
    end: datetime
    published_at: datetime

    @property
    def day(self) -> date:
        """The local day on which the period begins."""
        return local_day(self.start)

    @property
    def last_day(self) -> date:
        """The local day on which it ends; midnight belongs to the day before."""
        return local_day(self.end - timedelta(microseconds=1))

    @property
    def ends_another_day(self) -> bool:
        return local_day(self.end) != self.day

    def touches(self, day: str) -> bool:
        """Whether some of it lies in a local day, as 2021-11-24."""
        return self.day.isoformat() <= day <= self.last_day.isoformat()

    def has(self, words: str) -> bool:
        """Whether every word is in its name, address or commune, in any spelling."""
        told = folded(f"{self.name} {self.address} {self.place}")
        return all(word in told for word in folded(words).split())


@dataclass(frozen=True)
class Met:
    """A visit that a phone remembers, at a place while a case was there."""

    notice: Published
    arrived_at: datetime
    is_dismissed: bool


def published(now: datetime) -> list[Published]:
    """Return what is published now of the days that visits are kept, newest periods first."""
    since = day_start(local_day(now) - timedelta(days=settings.RETENTION_DAYS))
    notices = Notice.objects.published().filter(period__endswith__gt=since)
    shown = merged(map(_told, notices.select_related("venue__commune__parent__parent")))
    return sorted(shown, key=lambda one: (one.start, one.end, one.name), reverse=True)


def chosen(notices: Iterable[Published], words: str, day: str) -> list[Published]:
    """Return those that have the words and touch a local day, as 2021-11-24; either may be empty."""
    return [one for one in notices if one.has(words) and (not day or one.touches(day))]


def merged(notices: Iterable[Published]) -> list[Published]:
    """Return notices, those of a venue whose periods overlap as one."""
    found: list[Published] = []
    for one in sorted(notices, key=lambda each: (each.venue_id, each.start)):
        if found and found[-1].venue_id == one.venue_id and one.start < found[-1].end:
            found[-1] = _joined(found[-1], one)
        else:
            found.append(one)
    return found


def met(memory: Memory, now: datetime) -> list[Met]:
    """Return which visits of a phone overlap what is published; the database learns nothing.

    Asked of a list that is the same for everybody. A visit ends when its phone checked out, else
    after the usual stay.
    """
    there = _by_venue(local_day(now)) if memory.visits else {}
    if not there:
        return []
    found: dict[frozenset[int], Met] = {}
    for visit in memory.visits:
        receipt = Receipt.opened(visit.token)
        for notice in there.get(receipt.venue_id, []) if receipt else []:
            arrived_at = receipt.nonce.moment if receipt else now
            if arrived_at < notice.end and notice.start < _end(visit, arrived_at, notice):
                found[notice.ids] = Met(notice, arrived_at, notice.ids <= memory.dismissed)
    return sorted(found.values(), key=lambda one: one.arrived_at, reverse=True)


def to_tell(memory: Memory, now: datetime) -> list[Met]:
    """Return those that the phone's owner has not put away yet."""
    return [one for one in met(memory, now) if not one.is_dismissed]


# Another process may tell phones of a notice for a minute after it was withdrawn.
@remembered(seconds=60)
def _by_venue(day: date) -> dict[int, list[Published]]:
    there: dict[int, list[Published]] = {}
    for notice in published(day_start(day)):
        there.setdefault(notice.venue_id, []).append(notice)
    return there


def forget_published() -> None:
    """Ask the database anew, after something was published or withdrawn."""
    _by_venue.cache_clear()


def _end(visit: Remembered, arrived_at: datetime, notice: Published) -> datetime:
    if visit.minutes is None:
        return arrived_at + usual_stay(notice.kind)
    return arrived_at + timedelta(minutes=visit.minutes)


def _told(notice: Notice) -> Published:
    venue = notice.venue
    return Published(
        frozenset([notice.pk]),
        venue.pk,
        venue.name,
        venue.kind,
        venue.address,
        venue.place,
        notice.period.lower,
        notice.period.upper,
        notice.published_at,
    )


def _joined(one: Published, other: Published) -> Published:
    end, newest = max(one.end, other.end), max(one.published_at, other.published_at)
    return replace(one, ids=one.ids | other.ids, end=end, published_at=newest)
