"""The table under the figures: one row for each unit below, or for each venue of a commune."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from districts.days import local_day
from districts.models import Level, Unit
from districts.names import sort_key
from districts.numbers import change, decimal, grouped, percentage, short_day, short_moment
from forms.search import has_words, search_words, typed_search
from venues.kinds import Kind
from venues.models import Poster, Venue

from .figures import AreaFigures, PlaceFigures


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

    @classmethod
    def of(cls, unit: Unit, tally: PlaceFigures) -> "UnitRow":
        return cls(unit.name, unit.name_order, tally, unit)

    @classmethod
    def below(cls, area: Unit, figures: AreaFigures) -> list[Row]:
        """Return the units below an area: those in force, and older ones that still hold venues."""
        day = area.last_day(local_day(figures.as_of))
        in_force = Unit.objects.filter(parent=area).on(day)
        units = Unit.objects.filter(Q(pk__in=in_force.values("pk")) | Q(pk__in=figures.parts))
        return [cls.of(unit, figures.parts.get(unit.pk, PlaceFigures())) for unit in units]

    @property
    def per_thousand(self) -> float | None:
        return self.tally.per_thousand(self.unit.inhabitants)


@dataclass(frozen=True)
class VenueRow(Row):
    """A venue and its poster in force, if it has one."""

    venue: Venue
    poster: Poster | None

    @classmethod
    def of_commune(cls, figures: AreaFigures) -> list[Row]:
        """Return a commune's open venues, and closed ones that were used during the week."""
        shown = {
            pk: tally
            for pk, tally in figures.parts.items()
            if tally.venues or tally.week.arrived or tally.today.departed
        }
        in_force = Poster.objects.filter(revoked_at=None, venue__commune__in=figures.communes)
        posters = {poster.venue_id: poster for poster in in_force.only("venue", "code")}
        return [
            cls(venue.name, sort_key(venue.name), shown[venue.pk], venue, posters.get(venue.pk))
            for venue in Venue.objects.filter(commune__in=figures.communes)
            if venue.pk in shown
        ]

    @property
    def searched(self) -> str:
        code = f"{self.poster.code} {self.poster.displayed_code}" if self.poster else ""
        return f"{self.name} {self.venue.address} {code}"


@dataclass(frozen=True)
class Column:
    """A column one can sort by; numbers begin with the highest.

    What is not known has no value: it is shown as a dash, and sorted below everything.
    """

    key: str
    label: Any
    value: Callable[[Any], Any]
    shown: Callable[[Any], str] = grouped
    is_number: bool = True

    def cell(self, row: Row) -> str:
        value = self.value(row)
        return "–" if value is None else self.shown(value)

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


_PEOPLE = [
    Column("in", _("In today"), lambda row: row.tally.today.arrived),
    Column("out", _("Out today"), lambda row: row.tally.today.departed),
    Column("inside", _("Inside now"), lambda row: row.tally.inside),
    Column("week", _("In, 7 days"), lambda row: row.tally.week.arrived),
    Column("change", _("Against the week before"), lambda row: row.tally.change, change),
]
_WORRY = Column("worry", _("Worrying today"), lambda row: row.tally.today.worrying)
UNIT_COLUMNS = [
    Column("name", _("Unit"), lambda row: row.name_order, str, is_number=False),
    Column("venues", _("Venues"), lambda row: row.tally.venues),
    Column("used", _("Used today"), lambda row: row.tally.today.used),
    Column("used_week", _("Used in 7 days"), lambda row: row.tally.week.used),
    Column("share", _("Share used"), lambda row: row.tally.share_used, percentage),
    Column("unused", _("Silent for 7 days"), lambda row: row.tally.unused),
    *_PEOPLE,
    Column("rate", _("Per 1,000 inhabitants"), lambda row: row.per_thousand, decimal),
    _WORRY,
    Column("worry_share", _("Share worrying"), lambda row: row.tally.today.share, percentage),
    Column("symptoms", _("With symptoms today"), lambda row: row.tally.today.symptomatic),
    Column("contact", _("With a contact today"), lambda row: row.tally.today.contact),
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
    Column("last", _("Last visit"), lambda row: row.tally.newest_at, short_moment, is_number=False),
    *_PEOPLE,
    _WORRY,
]


@dataclass(frozen=True)
class AreaTable:
    """Rows under their columns, the first of which is the name, as they are searched and sorted.

    `sort` is a column's key, with a dash before it to sort downwards.
    """

    rows: list[Row]
    columns: list[Column]
    typed: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, area: Unit, figures: AreaFigures, asked: Mapping[str, Any]) -> "AreaTable":
        """Return the units below an area, or a commune's venues, as an address asks for them."""
        if area.level == Level.COMMUNE:
            rows, columns = VenueRow.of_commune(figures), VENUE_COLUMNS
        else:
            rows, columns = UnitRow.below(area, figures), UNIT_COLUMNS
        sort = asked.get("sort", "")
        is_known = sort.removeprefix("-") in {column.key for column in columns}
        return cls(rows, columns, typed_search(asked), sort if is_known else "name")

    @classmethod
    def of_ended(cls, area: Unit, figures: AreaFigures) -> "AreaTable":
        """Return the units below one that has ended: its last day is shown for today.

        Their venues stand elsewhere since.
        """
        rows = [] if area.level == Level.COMMUNE else UnitRow.below(area, figures)
        labels = {
            "in": _("In on the last day"),
            "out": _("Out on the last day"),
            "worry": _("Worrying on the last day"),
        }
        shown = {"name", "week", "change", *labels}
        columns = [
            replace(column, label=labels.get(column.key, column.label))
            for column in UNIT_COLUMNS
            if column.key in shown
        ]
        return cls(rows, columns)

    @property
    def chosen(self) -> list[Row]:
        """The rows that contain every typed word, with or without diacritics; like ones by name."""
        words = search_words(self.typed)
        rows = [row for row in self.rows if not words or has_words(row.searched, words)]
        rows.sort(key=lambda row: row.name_order)
        key = self.sort.removeprefix("-")
        value = next(column for column in self.columns if column.key == key).value
        return sorted(
            rows,
            key=lambda row: (value(row) is not None, value(row)),
            reverse=self.sort.startswith("-"),
        )

    def lines(self, rows: Iterable[Row]) -> list[ShownRow]:
        return [
            ShownRow(row, [(column, column.cell(row)) for column in self.columns[1:]])
            for row in rows
        ]


@dataclass(frozen=True)
class KindRow:
    """A kind of venue, with its share of the arrivals of the kind that has most."""

    kind: Kind
    tally: PlaceFigures
    width: str

    @classmethod
    def each(cls, tallies: dict[Kind, PlaceFigures]) -> list["KindRow"]:
        """Return the kinds, the one with most arrivals of the week first."""
        most = max((tally.week.arrived for tally in tallies.values()), default=0) or 1
        ordered = sorted(tallies.items(), key=lambda item: -item[1].week.arrived)
        return [
            cls(kind, tally, f"{100 * tally.week.arrived / most:.1f}%") for kind, tally in ordered
        ]
