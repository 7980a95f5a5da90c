"""The worklist as it is read: filtered, sorted, counted, with the venues' names; page and file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards.access import area_context, area_in_force_required
from dashboards.models import ApproachWay, ComplianceStatus, Finding, Reason
from database.remembering import remembered
from districts.days import local_day
from districts.models import Unit
from districts.names import sort_key
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet
from forms.phones import displayed
from forms.search import has_words, search_words, typed_search
from venues import codes
from venues.kinds import Kind
from venues.models import Poster, Venue

from . import silent as how
from .silent import Silence, SilenceState, silent_venues

ROWS_PER_PAGE = 50
MOST_ON_PAPER = 150  # more than a team visits; a code takes as long as all words of its row
_AT_ONCE = 500
_SORTS = {
    "first": _("what to do first"),
    "longest": _("longest without a visit"),
    "name": _("name"),
}
_UNDECIDED = "none"


@dataclass(frozen=True)
class WorklistFilters:
    """What of the worklist is asked for, by an address; what makes no sense is not asked."""

    commune: str = ""
    kind: str = ""
    reason: str = ""
    state: str = ""
    compliance: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "WorklistFilters":
        """Read them from an address."""
        allowed: dict[str, Iterable[str]] = {
            "kind": Kind.values,
            "reason": Reason.values,
            "state": SilenceState.values,
            "compliance": [*ComplianceStatus.values, _UNDECIDED],
            "sort": _SORTS,
        }
        chosen = {name: asked.get(name, "") for name in allowed}
        commune = asked.get("commune", "")
        return cls(
            commune=commune if commune.isascii() and commune.isalnum() else "",
            q=typed_search(asked),
            **{name: value for name, value in chosen.items() if value in allowed[name]},
        )

    @property
    def query(self) -> dict[str, str]:
        """What stands in an address for them."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def is_narrow(self) -> bool:
        """True if anything is left out."""
        return bool(self.query.keys() - {"sort"})

    def narrowed(self, silences: list[Silence], area: Unit) -> list[Silence]:
        """Return those of a commune and with typed words, whatever their reason and state."""
        if self.commune:
            communes = Unit.objects.within(area).communes().filter(code=self.commune)
            pks = set(communes.values_list("pk", flat=True))
            silences = [silence for silence in silences if silence.commune_id in pks]
        return self._searched(silences) if self.q else silences

    def chosen(self, silences: list[Silence]) -> list[Silence]:
        """Return those of the kind, reason, state and decision that is asked for, sorted."""
        if self.is_narrow:
            silences = [silence for silence in silences if self._has(silence)]
        if self.sort == "longest":
            return sorted(silences, key=lambda silence: -silence.idle_days)
        if self.sort == "name":
            keys = {pk: sort_key(name) for pk, name in _venues(silences).values_list("pk", "name")}
            return sorted(silences, key=lambda silence: keys[silence.venue_id])
        return silences

    def counts(self, silences: list[Silence]) -> dict[str, Counter[str]]:
        """Count by reason and by state, as choosing another one would show them."""
        of_reasons = replace(self, reason="", sort="").chosen(silences)
        of_states = replace(self, state="", sort="").chosen(silences)
        return {
            "reason": Counter(reason for silence in of_reasons for reason in silence.reasons),
            "state": Counter(silence.state for silence in of_states),
        }

    def _has(self, silence: Silence) -> bool:
        return (
            self.kind in ("", silence.kind)
            and (not self.reason or self.reason in silence.reasons)
            and self.state in ("", silence.state)
            and self.compliance in ("", silence.compliance or _UNDECIDED)
        )

    def _searched(self, silences: list[Silence]) -> list[Silence]:
        """Return those whose name or address contains every typed word, or whose code was typed."""
        venues = _venues(silences)
        if code := codes.normalise(self.q):
            pks = set(venues.filter(posters__code=code).values_list("pk", flat=True))
        else:
            words = search_words(self.q)
            texts = venues.values_list("pk", "name", "address")
            pks = {pk for pk, name, address in texts if has_words(f"{name} {address}", words)}
        return [silence for silence in silences if silence.venue_id in pks]


def _venues(silences: list[Silence]) -> QuerySet[Venue]:
    """Return the venues of many silences; their ids go as one value, not as thousands."""
    ids = [silence.venue_id for silence in silences]
    return Venue.objects.filter(pk__in=RawSQL("SELECT unnest(%s::int[])", (ids,)))


@dataclass(frozen=True)
class SilentRow:
    number: int
    silence: Silence
    venue: Venue
    poster: Poster | None

    @property
    def code(self) -> str:
        """The code under which the venue's page is found."""
        return self.poster.code if self.poster else ""

    @property
    def displayed_phone(self) -> str:
        """Whom officials call: the responsible person."""
        return displayed(self.venue.responsible_phone)


def silent_rows(area: Unit, now: datetime, filters: WorklistFilters) -> Iterator[SilentRow]:
    """Yield the whole filtered and sorted worklist of an area, for lists on paper and files."""
    return with_venues(filters.chosen(filters.narrowed(silent_venues(area, now), area)))


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


@never_cache
@require_safe
@area_in_force_required
def silent(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show the venues of an area that need somebody, what matters most first."""
    now, filters = timezone.now(), WorklistFilters.of(request.GET.dict())
    everything = silent_venues(area, now)
    near = filters.narrowed(everything, area)
    page = Paginator(filters.chosen(near), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **area_context(request, area),
        "now": now,
        "filters": filters,
        "every_row": len(everything),
        "page": page,
        "rows": list(with_venues(page.object_list, page.start_index())),
        "chips": _chips(near, filters),
        "communes": _communes(area, local_day(now)),
        "kinds": Kind.choices,
        "compliances": [*ComplianceStatus.choices, (_UNDECIDED, gettext("nothing decided"))],
        "sorts": list(_SORTS.items()),
        "how": how,
        "sheet_query": urlencode(filters.query),
        "most_on_sheet": MOST_ON_PAPER,
    }
    return render(request, "dashboards/silence/silent.html", context)


def _chips(near: list[Silence], filters: WorklistFilters) -> dict[str, Any]:
    """Return for each reason and state: its key, words, number, and whether it is chosen."""
    counted = filters.counts(near)
    return {
        name: [
            (choice.value, choice.label, counted[name][choice], choice.value == chosen)
            for choice in choices
            if counted[name][choice] or choice.value == chosen
        ]
        for name, choices, chosen in (
            ("reason", Reason, filters.reason),
            ("state", SilenceState, filters.state),
        )
    }


@remembered(seconds=60)
def _communes(area: Unit, day: date) -> list[tuple[str, str]]:
    communes = Unit.objects.within(area).communes().on(day).select_related("parent")
    return [(commune.code, commune.place) for commune in communes if commune != area]


def worklist_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    columns = [
        Field(gettext("Place in the list")),
        Field(gettext("Venue"), Holds.LONG_TEXT),
        Field(gettext("Kind"), Holds.TEXT),
        Field(gettext("Commune"), Holds.TEXT),
        Field(gettext("Address"), Holds.LONG_TEXT),
        Field(gettext("Responsible person"), Holds.TEXT),
        Field(gettext("Phone number"), Holds.TEXT),
        Field(gettext("Poster"), Holds.TEXT),
        Field(gettext("Registered"), Holds.DAY),
        Field(gettext("Last visit"), Holds.MOMENT),
        Field(gettext("Days without a visit")),
        Field(gettext("Why it is on the list"), Holds.LONG_TEXT),
        Field(gettext("State"), Holds.TEXT),
        Field(gettext("Last done on"), Holds.MOMENT),
        Field(gettext("How"), Holds.TEXT),
        Field(gettext("What came of it"), Holds.TEXT),
        Field(gettext("Next date"), Holds.DAY),
        Field(gettext("Reopening condition"), Holds.TEXT),
    ]
    rows = silent_rows(area, now, WorklistFilters.of(asked))
    called = "chua-su-dung", gettext("Silent venues")
    return Spreadsheet.of_area(area, now, called, columns, map(_cells, rows))


def _cells(row: SilentRow) -> list[Cell]:
    venue, silence, act = row.venue, row.silence, row.silence.last_approach
    return [
        row.number,
        venue.name,
        str(venue.kind_name),
        venue.place,
        venue.address,
        venue.responsible_name,
        row.displayed_phone,
        row.poster.displayed_code if row.poster else "",
        local_day(venue.registered_at),
        silence.newest_at,
        silence.idle_days,
        ", ".join(str(reason.label) for reason in silence.reasons),
        str(silence.state.label),
        act.at if act else None,
        str(ApproachWay(act.way).label) if act else "",
        str(Finding(act.finding).label) if act and act.finding else "",
        act.next_on if act else None,
        str(ComplianceStatus(silence.compliance).label) if silence.compliance else "",
    ]
