"""The worklist as it is read: filtered, sorted, counted, and with the venues' names."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dashboards.models import Compliance, Reason, Status
from districts.days import day_period
from districts.models import Unit
from districts.names import folded, sort_key
from forms.phones import displayed
from venues import codes
from venues.kinds import Kind
from venues.models import Poster, Venue

from .silence import Silence, State
from .silent import silent_venues

SORTS = {
    "first": _("what to do first"),
    "longest": _("longest without a visit"),
    "name": _("name"),
}
_LONGEST_SEARCH = 100
_AT_ONCE = 500
UNDECIDED = "none"


@dataclass(frozen=True)
class Filters:
    """What of the worklist is asked for, by an address; what makes no sense is not asked."""

    commune: str = ""
    kind: str = ""
    reason: str = ""
    state: str = ""
    compliance: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Filters":
        """Read them from an address."""
        known: dict[str, Iterable[str]] = {
            "kind": Kind.values,
            "reason": Reason.values,
            "state": State.values,
            "compliance": [*Status.values, UNDECIDED],
            "sort": SORTS,
        }
        chosen = {name: asked.get(name, "") for name in known}
        typed = "".join(filter(str.isprintable, asked.get("q", "")))[:_LONGEST_SEARCH].strip()
        commune = asked.get("commune", "")
        return cls(
            commune=commune if commune.isascii() and commune.isalnum() else "",
            q=typed,
            **{name: one for name, one in chosen.items() if one in known[name]},
        )

    @property
    def query(self) -> dict[str, str]:
        """What stands in an address for them."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}

    @property
    def is_narrow(self) -> bool:
        """True if anything is left out."""
        return bool(self.query.keys() - {"sort"})


@dataclass(frozen=True)
class SilentRow:
    """A line of the worklist."""

    number: int
    silence: Silence
    venue: Venue
    poster: Poster | None

    @property
    def code(self) -> str:
        """The code under which the venue's page is found."""
        return self.poster.code if self.poster else ""

    @property
    def phone(self) -> str:
        """Whom officials call: the responsible person."""
        return self.venue.responsible_phone

    @property
    def displayed_phone(self) -> str:
        return displayed(self.phone)


def silent_rows(area: Unit, now: datetime, filters: Filters) -> Iterator[SilentRow]:
    """Yield the whole filtered and sorted worklist of an area, for lists on paper and files."""
    return with_venues(filtered(silent_venues(area, now), area, filters))


def filtered(silences: list[Silence], area: Unit, filters: Filters) -> list[Silence]:
    """Return what is asked for, in the order that is asked for."""
    return chosen(narrowed(silences, area, filters), filters)


def narrowed(silences: list[Silence], area: Unit, filters: Filters) -> list[Silence]:
    """Return those of a commune and with typed words, whatever their reason and state."""
    found = silences
    if filters.commune:
        communes = Unit.objects.within(area).communes().filter(code=filters.commune)
        wanted = set(communes.values_list("pk", flat=True))
        found = [silence for silence in found if silence.commune_id in wanted]
    return _searched(found, filters.q) if filters.q else found


def chosen(silences: list[Silence], filters: Filters) -> list[Silence]:
    """Return those of the kind, reason, state and decision that is asked for, sorted."""
    found = silences
    if filters.is_narrow:
        found = [silence for silence in silences if _matches(silence, filters)]
    return _sorted(found, filters.sort)


def counts(silences: list[Silence], filters: Filters) -> dict[str, Counter[str]]:
    """Count by reason and by state, as choosing another one would show them."""
    of_reasons = chosen(silences, replace(filters, reason="", sort=""))
    of_states = chosen(silences, replace(filters, state="", sort=""))
    return {
        "reason": Counter(reason for silence in of_reasons for reason in silence.reasons),
        "state": Counter(silence.state for silence in of_states),
    }


def with_venues(silences: Iterable[Silence], first: int = 1) -> Iterator[SilentRow]:
    """Yield lines with their venues and posters, numbered from `first`."""
    number, waiting = first, iter(silences)
    while some := list(islice(waiting, _AT_ONCE)):
        venues = Venue.objects.select_related("commune__parent").in_bulk(
            [silence.venue_id for silence in some]
        )
        posters = {
            p.venue_id: p for p in Poster.objects.filter(venue__in=venues).order_by("number")
        }
        for silence in some:
            venue = venues[silence.venue_id]
            yield SilentRow(number, silence, venue, posters.get(venue.pk))
            number += 1


def _matches(silence: Silence, filters: Filters) -> bool:
    decided = silence.compliance or UNDECIDED
    return (
        filters.kind in ("", silence.kind)
        and (not filters.reason or filters.reason in silence.reasons)
        and filters.state in ("", silence.state)
        and filters.compliance in ("", decided)
    )


def _searched(silences: list[Silence], typed: str) -> list[Silence]:
    """Return those whose name or address contains every typed word, or whose code was typed."""
    venues = _venues(silences)
    if code := codes.normalise(typed):
        found = set(venues.filter(posters__code=code).values_list("pk", flat=True))
    else:
        words = folded(typed).split()
        texts = venues.values_list("pk", "name", "address")
        found = {
            pk
            for pk, name, where in texts
            if all(word in folded(f"{name} {where}") for word in words)
        }
    return [silence for silence in silences if silence.venue_id in found]


def _venues(silences: list[Silence]) -> QuerySet[Venue]:
    """Return the venues of many silences; their ids go as one value, not as thousands."""
    ids = [silence.venue_id for silence in silences]
    return Venue.objects.filter(pk__in=RawSQL("SELECT unnest(%s::int[])", (ids,)))


def _sorted(silences: list[Silence], sort: str) -> list[Silence]:
    if sort == "longest":
        return sorted(silences, key=lambda silence: -silence.idle_days)
    if sort == "name":
        keys = {pk: sort_key(name) for pk, name in _venues(silences).values_list("pk", "name")}
        return sorted(silences, key=lambda silence: keys[silence.venue_id])
    return silences


def decisions(area: Unit, on: date) -> list[tuple[Unit, list[int], int]]:
    """Return each commune with its open venues by status on a day, and those undecided."""
    open_venues = Venue.objects.within(area).open_at(day_period(on)[1])
    decided = Compliance.objects.in_force(on).filter(venue__in=open_venues)
    by_commune: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, status in decided.values_list("venue__commune", "status"):
        by_commune[pk][status] += 1
    venues = dict(
        open_venues.order_by().values("commune").annotate(n=Count("pk")).values_list("commune", "n")
    )
    units = Unit.objects.filter(pk__in=venues).select_related("parent")
    return [
        (
            unit,
            [by_commune[unit.pk][status] for status in Status],
            venues[unit.pk] - by_commune[unit.pk].total(),
        )
        for unit in units
    ]
