"""The table under the figures: one row for each unit below, or for each venue of a commune."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from districts.days import local_day
from districts.models import Unit
from districts.names import sort_key
from districts.numbers import change, decimal, grouped, percentage, short_day, short_moment
from forms.search import has_words, search_words
from venues.kinds import Kind
from venues.models import Poster, Venue

from .figures import AreaFigures, PlaceFigures

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A line of the table with its numbers."""

    name: str
    name_order: str
    tally: PlaceFigures

    @property
    def searched(self) -> str:
        """What typed words are looked for in."""
        return self.name


@dataclass(frozen=True)
class UnitRow(Row):
    """A district or commune."""

    unit: Unit

    @property
    def per_thousand(self) -> float | None:
        return self.tally.per_thousand(self.unit.inhabitants)


@dataclass(frozen=True)
class VenueRow(Row):
    """A venue and its poster in force, if it has one."""

    venue: Venue
    poster: Poster | None

    @property
    def searched(self) -> str:
        code = f"{self.poster.code} {self.poster.displayed_code}" if self.poster else ""
        return f"{self.name} {self.venue.address} {code}"


@dataclass(frozen=True)
class Column:
    """A column one can sort by; numbers begin with the highest."""

    key: str
    label: Any
    value: Callable[[Any], Any]
    shown: Callable[[Any], str] = grouped
    is_number: bool = True

    def cell(self, row: Row) -> str:
        """Return what stands in a row's cell."""
        return self.shown(self.value(row))

    @property
    def last_sort(self) -> str:
        """Sorts downwards."""
        return f"-{self.key}"

    @property
    def first_sort(self) -> str:
        """What choosing the heading does."""
        return self.last_sort if self.is_number else self.key

    @property
    def second_sort(self) -> str:
        """What choosing it again does."""
        return self.key if self.is_number else self.last_sort


@dataclass(frozen=True)
class ShownRow:
    """A row as it is shown: its cells after the name, each with its column."""

    row: Row
    cells: list[tuple[Column, str]]

    @property
    def words(self) -> list[str]:
        """The cells that are no numbers; they stand first."""
        return [cell for column, cell in self.cells if not column.is_number]

    @property
    def numbers(self) -> SafeString:
        """The cells that are numbers, as the table has them."""
        numbers = (cell for column, cell in self.cells if column.is_number)
        cells = (f'<td class="number">{escape(number)}</td>' for number in numbers)
        return mark_safe("".join(cells))  # noqa: S308 - escaped above


def _moment(moment: datetime) -> str:
    return "–" if moment == _NEVER else short_moment(moment)


def _rate(rate: float) -> str:
    return decimal(rate) if rate >= 0 else "–"


def _or_less(number: float | None) -> float:
    """Sort what is not known below everything."""
    return -math.inf if number is None else number


_IN = Column("in", _("In today"), lambda row: row.tally.today.arrived)
_OUT = Column("out", _("Out today"), lambda row: row.tally.today.departed)
_INSIDE = Column("inside", _("Inside now"), lambda row: row.tally.inside)
_IN_WEEK = Column("week", _("In, 7 days"), lambda row: row.tally.week.arrived)
_CHANGE = Column(
    "change",
    _("Against the week before"),
    lambda row: _or_less(row.tally.change),
    lambda number: change(None if number == -math.inf else int(number)),
)
_WORRY = Column("worry", _("Worrying today"), lambda row: row.tally.today.worrying)

UNIT_COLUMNS = [
    Column("name", _("Unit"), lambda row: row.name_order, str, is_number=False),
    Column("venues", _("Venues"), lambda row: row.tally.venues),
    Column("used", _("Used today"), lambda row: row.tally.today.used),
    Column("used_week", _("Used in 7 days"), lambda row: row.tally.week.used),
    Column("share", _("Share used"), lambda row: row.tally.share_used, percentage),
    Column("unused", _("Silent for 7 days"), lambda row: row.tally.unused),
    _IN,
    _OUT,
    _INSIDE,
    _IN_WEEK,
    _CHANGE,
    Column("rate", _("Per 1,000 inhabitants"), lambda row: _or_less(row.per_thousand), _rate),
    _WORRY,
    Column("worry_share", _("Share worrying"), lambda row: row.tally.today.share, percentage),
    Column("symptoms", _("With symptoms today"), lambda row: row.tally.today.symptomatic),
    Column("contact", _("With a contact today"), lambda row: row.tally.today.contact),
]
# Of a unit that has ended, its last day is shown for today; venues stand elsewhere since.
ENDED_COLUMNS = [
    UNIT_COLUMNS[0],
    replace(_IN, label=_("In on the last day")),
    replace(_OUT, label=_("Out on the last day")),
    _IN_WEEK,
    _CHANGE,
    replace(_WORRY, label=_("Worrying on the last day")),
]
VENUE_COLUMNS = [
    Column("name", _("Venue"), lambda row: row.name_order, str, is_number=False),
    Column("kind", _("Kind"), lambda row: row.venue.kind_name, str, is_number=False),
    Column(
        "registered",
        _("Registered"),
        lambda row: row.venue.registered_at,
        short_day,
        is_number=False,
    ),
    Column(
        "last", _("Last visit"), lambda row: row.tally.newest_at or _NEVER, _moment, is_number=False
    ),
    _IN,
    _OUT,
    _INSIDE,
    _IN_WEEK,
    _CHANGE,
    _WORRY,
]


def lines(rows: Iterable[Row], columns: list[Column]) -> list[ShownRow]:
    """Return rows as they are shown."""
    return [ShownRow(row, [(column, column.cell(row)) for column in columns[1:]]) for row in rows]


def total_line(area: Unit, figures: AreaFigures) -> ShownRow:
    """Return the sum under the units of an area."""
    return lines([UnitRow(area.name, area.name_order, figures.total, area)], UNIT_COLUMNS)[0]


def unit_rows(area: Unit, figures: AreaFigures) -> list[Row]:
    """Return the units below an area: those in force, and older ones that still hold venues."""
    day = area.last_day(local_day(figures.as_of))
    in_force = Unit.objects.filter(parent=area).on(day)
    units = Unit.objects.filter(Q(pk__in=in_force.values("pk")) | Q(pk__in=figures.parts))
    return [
        UnitRow(unit.name, unit.name_order, figures.parts.get(unit.pk, PlaceFigures()), unit)
        for unit in units
    ]


def venue_rows(figures: AreaFigures) -> list[Row]:
    """Return a commune's open venues, and closed ones that were used during the week."""
    shown = {
        pk: tally
        for pk, tally in figures.parts.items()
        if tally.venues or tally.week.arrived or tally.today.departed
    }
    in_force = Poster.objects.filter(revoked_at=None, venue__commune__in=figures.communes)
    posters = {poster.venue_id: poster for poster in in_force.only("venue", "code")}
    return [
        VenueRow(venue.name, sort_key(venue.name), shown[venue.pk], venue, posters.get(venue.pk))
        for venue in Venue.objects.filter(commune__in=figures.communes)
        if venue.pk in shown
    ]


@dataclass(frozen=True)
class KindRow:
    """A kind of venue, with its share of the arrivals of the kind that has most."""

    kind: Kind
    tally: PlaceFigures
    width: str


def kind_rows(tallies: dict[Kind, PlaceFigures]) -> list[KindRow]:
    """Return the kinds, the one with most arrivals of the week first."""
    most = max((tally.week.arrived for tally in tallies.values()), default=0) or 1
    ordered = sorted(tallies.items(), key=lambda item: -item[1].week.arrived)
    return [
        KindRow(kind, tally, f"{100 * tally.week.arrived / most:.1f}%") for kind, tally in ordered
    ]


def sort_of(columns: list[Column], asked: str) -> str:
    """Return the sort that was asked for if there is such a column, else by name."""
    keys = {column.key for column in columns}
    return asked if asked.removeprefix("-") in keys else "name"


def ordered(rows: Iterable[Row], columns: list[Column], sort: str) -> list[Row]:
    """Sort by a column, downwards with a dash before its key, equal rows by name."""
    column = next(column for column in columns if column.key == sort.removeprefix("-"))
    by_name = sorted(rows, key=lambda row: row.name_order)
    return sorted(by_name, key=column.value, reverse=sort.startswith("-"))


def matching(rows: Iterable[Row], typed: str) -> list[Row]:
    """Return the rows that contain every typed word, with or without diacritics."""
    words = search_words(typed)
    return [row for row in rows if has_words(row.searched, words)] if words else list(rows)
