"""Notices as the public and a visitor's own phone are told of them; a phone may put them away."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Self

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from database.remembering import remembered
from districts.days import LOCAL_ZONE, day_start, local_day
from forms.pages import own_address
from forms.search import has_words, search_words, typed_search
from venues.kinds import usual_stay

from .memory import Memory, private
from .models import Notice
from .nonces import Receipt


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

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Return a single notice so."""
        venue, period = notice.venue, notice.period
        return cls(
            frozenset([notice.pk]),
            venue.pk,
            venue.name,
            venue.kind,
            venue.address,
            venue.place,
            period.lower,
            period.upper,
            notice.published_at,
        )

    @property
    def day(self) -> date:
        """The local day on which the period begins."""
        return local_day(self.start)

    @property
    def last_day(self) -> date:
        """The local day on which it ends; midnight belongs to the day before."""
        return local_day(self.end - timedelta(microseconds=1))

    def touches(self, day: str) -> bool:
        """Whether some of it lies in a local day, as 2021-11-24."""
        return self.day.isoformat() <= day <= self.last_day.isoformat()

    @property
    def hours(self) -> str:
        """07:00–08:00, with the day on which it ends if that is another one."""
        start, end = self.start.astimezone(LOCAL_ZONE), self.end.astimezone(LOCAL_ZONE)
        another_day = f" ({end:%d/%m/%Y})" if start.date() != end.date() else ""
        return f"{start:%H:%M}–{end:%H:%M}{another_day}"


@dataclass(frozen=True)
class Met:
    """A visit that a phone remembers, at a place while a case was there."""

    notice: Published
    arrived_at: datetime
    is_dismissed: bool


def published(now: datetime) -> list[Published]:
    """Return what is published now of the days that visits are kept, newest periods first."""
    since = day_start(local_day(now) - timedelta(days=settings.RETENTION_DAYS))
    stored = Notice.objects.published().filter(period__endswith__gt=since)
    shown = merged(map(Published.of, stored.select_related("venue__commune__parent__parent")))
    return sorted(shown, key=lambda one: (one.start, one.end, one.name), reverse=True)


def merged(every: Iterable[Published]) -> list[Published]:
    """Return notices, those of a venue whose periods overlap as one."""
    apart: list[Published] = []
    for notice in sorted(every, key=lambda each: (each.venue_id, each.start)):
        last = apart[-1] if apart else None
        if last and last.venue_id == notice.venue_id and notice.start < last.end:
            apart[-1] = replace(
                last,
                ids=last.ids | notice.ids,
                end=max(last.end, notice.end),
                published_at=max(last.published_at, notice.published_at),
            )
        else:
            apart.append(notice)
    return apart


@private
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show the places and periods that the health authority published."""
    now = timezone.now()
    text, day = typed_search(request.GET), request.GET.get("day", "")
    every, words = published(now), search_words(text)
    chosen = [
        notice
        for notice in every
        if has_words(f"{notice.name} {notice.address} {notice.place}", words)
        and (not day or notice.touches(day))
    ]
    context = {
        "page": Paginator(chosen, per_page=50).get_page(request.GET.get("page")),
        "typed": text,
        "day": day,
        "days": sorted({notice.day for notice in every}, reverse=True),
        "every_row": len(every),
        "now": now,
        "met": to_tell(Memory.of(request), now),
    }
    return render(request, "declarations/notices.html", context)


@csrf_exempt
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Put notices away on this phone, and go back to where they were read."""
    memory = Memory.of(request)
    back = own_address(request, request.POST.get("next", ""), reverse("declarations:me"))
    response = HttpResponseRedirect(back, status=HTTPStatus.SEE_OTHER)
    sent = set(request.POST.getlist("notice"))
    ids = {n for one in met(memory, timezone.now()) for n in one.notice.ids if str(n) in sent}
    if ids:
        memory.dismiss(ids)
        memory.save(response)
    return response


def met(memory: Memory, now: datetime) -> list[Met]:
    """Return which visits of a phone overlap what is published; the database learns nothing.

    Asked of a list that is the same for everybody. A visit ends when its phone checked out, else
    after the usual stay.
    """
    there = _by_venue(local_day(now)) if memory.visits else {}
    meetings: dict[frozenset[int], Met] = {}
    for visit in memory.visits if there else []:
        receipt = Receipt.opened(visit.token)
        for notice in there.get(receipt.venue_id, []) if receipt else []:
            arrived_at = receipt.nonce.moment if receipt else now
            stay = usual_stay(notice.kind)
            if visit.minutes is not None:
                stay = timedelta(minutes=visit.minutes)
            if arrived_at < notice.end and notice.start < arrived_at + stay:
                meetings[notice.ids] = Met(notice, arrived_at, notice.ids <= memory.dismissed)
    return sorted(meetings.values(), key=lambda one: one.arrived_at, reverse=True)


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
