"""Cases that are linked: one fell ill after meeting the other, or they were at one place at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from districts.days import LOCAL_ZONE
from tracing.models import Case, Contact, Status

MOST_CASES = 60

# Of two cases the first time at which both may have been at one venue; touching is not meeting.
_MET = """
SELECT DISTINCT ON (mine.case_id, theirs.case_id) mine.case_id, theirs.case_id,
    venue.name, lower(mine.possible_period * theirs.possible_period),
    upper(mine.possible_period * theirs.possible_period)
FROM tracing_stay mine
JOIN tracing_stay theirs ON theirs.venue_id = mine.venue_id
    AND theirs.possible_period && mine.possible_period
JOIN venues_venue venue ON venue.id = mine.venue_id
WHERE mine.source_id IS NULL AND theirs.source_id IS NULL
    AND mine.case_id = ANY (%(cases)s) AND theirs.case_id = ANY (%(visible)s)
    AND mine.case_id <> theirs.case_id
ORDER BY mine.case_id, theirs.case_id, lower(mine.possible_period * theirs.possible_period)
"""


@dataclass(frozen=True)
class Link:
    """From an earlier case to a later one: known as a contact who fell ill, or only possible."""

    earlier: Case
    later: Case
    is_known: bool
    venue: str = ""
    start: datetime | None = None
    end: datetime | None = None

    @property
    def when(self) -> str:
        """The period as short as it can be said: 12/11 08:10–08:40."""
        if self.start is None or self.end is None:
            return ""
        first, last = self.start.astimezone(LOCAL_ZONE), self.end.astimezone(LOCAL_ZONE)
        return f"{first.day}/{first.month} {first:%H:%M}–{last:%H:%M}"

    @property
    def words(self) -> str:
        """Who to whom, where and when, and how sure one is."""
        sure = (
            _("a contact who fell ill") if self.is_known else _("possible: same place, same time")
        )
        place = f"{self.venue}, {self.when}" if self.venue else ""
        return " · ".join(filter(None, [f"{self.earlier} → {self.later}", place, sure]))


@dataclass
class Chain:
    """The cases that hang together, by their first day, and what links them."""

    cases: list[Case] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    close: dict[int, int] = field(default_factory=dict)
    is_cut: bool = False


def chain_of(case: Case, visible: QuerySet[Case]) -> Chain:
    """Return all visible cases that a case is linked with, over however many others."""
    others = visible.exclude(status=Status.EXCLUDED) | visible.filter(pk=case.pk)
    known = {other.pk: other for other in others.select_related("rule", "area")}
    reached, frontier = {case.pk}, {case.pk}
    pairs: dict[tuple[int, int], Link] = {}
    while frontier and len(reached) < MOST_CASES:
        links = [*_became(frontier, known), *_met(frontier, known)]
        for link in links:
            key = (link.earlier.pk, link.later.pk)
            if key not in pairs or link.is_known:
                pairs[key] = link
        ends = {end.pk for link in links for end in (link.earlier, link.later)}
        frontier = set(sorted(ends - reached)[: MOST_CASES - len(reached)])
        reached |= frontier
    cases = sorted((known[pk] for pk in reached), key=_place)
    inside = [link for (a, b), link in pairs.items() if a in reached and b in reached]
    return Chain(cases, _ordered(inside), _close(reached), len(reached) >= MOST_CASES)


def _place(case: Case) -> tuple[date, str]:
    return case.first_day, case.number


def _ordered(links: list[Link]) -> list[Link]:
    """Sort links by day, and drop a possible link where the same two are linked for certain."""
    certain = {frozenset((link.earlier.pk, link.later.pk)) for link in links if link.is_known}
    kept = [
        link
        for link in links
        if link.is_known or frozenset((link.earlier.pk, link.later.pk)) not in certain
    ]
    return sorted(kept, key=lambda link: (*_place(link.later), link.earlier.number))


def _became(frontier: set[int], known: dict[int, Case]) -> Iterable[Link]:
    """Links to contacts who became cases, and back to whom they met."""
    ill = Contact.objects.filter(became__isnull=False).filter(
        Q(case__in=frontier) | Q(became__in=frontier)
    )
    places = ("meetings__stay__venue", "joined__meetings__stay__venue")
    for contact in ill.each_once().prefetch_related(*places):
        if contact.case_id in known and contact.became_id in known:
            everybody = [contact, *contact.joined.all()]
            meetings = [meeting for record in everybody for meeting in record.meetings.all()]
            place: dict[str, Any] = {}
            if meetings:
                longest = max(meetings, key=attrgetter("length"))
                period = longest.possible_period
                place = {"start": period.lower, "end": period.upper}
                place["venue"] = longest.stay.venue.name
            yield Link(known[contact.case_id], known[contact.became_id], is_known=True, **place)


def _met(frontier: set[int], known: dict[int, Case]) -> Iterable[Link]:
    """Links between cases that may have been at one place at once; the earlier one comes first."""
    parameters: dict[str, Any] = {"cases": list(frontier), "visible": list(known)}
    with connection.cursor() as cursor:
        cursor.execute(_MET, parameters)
        rows = cursor.fetchall()
    for mine, theirs, venue, start, end in rows:
        earlier, later = sorted((known[mine], known[theirs]), key=_place)
        yield Link(earlier, later, is_known=False, venue=venue, start=start, end=end)


def _close(cases: set[int]) -> dict[int, int]:
    close = Contact.objects.counted().close().filter(case__in=cases)
    return dict(close.order_by().values_list("case").annotate(Count("pk")))
