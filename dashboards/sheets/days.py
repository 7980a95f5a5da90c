"""What was counted on each day or in each hour of a span; one statement for each day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from declarations.models import COUNTED
from districts.days import day_period
from districts.models import Unit
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet
from venues.kinds import Kind

from .tables import communes_of, place_cells, place_fields

_SUMS = ", ".join(f"sum({column})" for column in COUNTED)
_ANYTHING = " OR ".join(f"sum({column}) <> 0" for column in COUNTED)

_DAY = f"""
SELECT %(day)s::date, commune_id, kind, {_SUMS} FROM live_day_kind
WHERE day = %(day)s AND commune_id = ANY (%(communes)s)
GROUP BY commune_id, kind HAVING {_ANYTHING}
"""  # noqa: S608 - our own texts only
_HOURS = f"""
SELECT hour, commune_id, {_SUMS} FROM live_hour
WHERE hour >= %(start)s AND hour < %(end)s AND commune_id = ANY (%(communes)s)
GROUP BY hour, commune_id HAVING {_ANYTHING}
"""  # noqa: S608 - our own texts only


@dataclass(frozen=True)
class Days:
    """A span of local days, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def __str__(self) -> str:
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}"

    @property
    def name(self) -> str:
        """Stands in the names of files."""
        return f"{self.first:%Y-%m-%d}-{self.last:%Y-%m-%d}"


def days_sheet(area: Unit, days: Days) -> Spreadsheet:
    """Return what happened on each day, by commune and kind; days without anything are left out."""
    fields = [Field(_("Day"), Holds.DAY), *place_fields(), Field(_("Kind"), Holds.TEXT)]
    rows = _day_rows(communes_of(area, days.last), days)
    name = f"theo-ngay-{area.code}-{days.name}"
    return Spreadsheet(
        name, f"{_('By day')} · {area.place} · {days}", fields + _counted_fields(), rows
    )


def hours_sheet(area: Unit, days: Days) -> Spreadsheet:
    """Return what happened in each hour, by commune; hours without anything are left out."""
    fields = [Field(_("Hour"), Holds.MOMENT), *place_fields(), *_counted_fields()]
    rows = _hour_rows(communes_of(area, days.last), days)
    name = f"theo-gio-{area.code}-{days.name}"
    return Spreadsheet(name, f"{_('By hour')} · {area.place} · {days}", fields, rows)


def _day_rows(communes: list[Unit], days: Days) -> Iterator[list[Cell]]:
    kinds = {kind.value: (place, str(kind.label)) for place, kind in enumerate(Kind)}
    order = {commune.pk: place for place, commune in enumerate(communes)}
    for rows in _each_day(_DAY, order, days):
        for day, pk, kind, *numbers in sorted(rows, key=lambda row: (order[row[1]], kinds[row[2]])):
            place = place_cells(communes[order[pk]])
            yield [day, *place, kinds[kind][1], *_counted_cells(numbers)]


def _hour_rows(communes: list[Unit], days: Days) -> Iterator[list[Cell]]:
    order = {commune.pk: place for place, commune in enumerate(communes)}
    for rows in _each_day(_HOURS, order, days):
        for hour, pk, *numbers in sorted(rows, key=lambda row: (row[0], order[row[1]])):
            yield [hour, *place_cells(communes[order[pk]]), *_counted_cells(numbers)]


def _each_day(
    statement: str, communes: Iterable[int], days: Days
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what a statement says of each day."""
    for day in days:
        start, end = day_period(day)
        parameters: dict[str, Any] = {"day": day, "start": start, "end": end}
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters | {"communes": list(communes)})
            rows = cursor.fetchall()
        yield rows


def _counted_fields() -> list[Field]:
    """Return the columns of sums of people and declarations."""
    headings = (
        _("People in"),
        _("People out"),
        _("of which checked out"),
        _("Declarations made"),
        _("of which “ask the person on duty”"),
        _("of which “do not enter”"),
        _("of which with symptoms"),
        _("of which with contact"),
    )
    return [Field(heading) for heading in headings]


def _counted_cells(numbers: Sequence[Any]) -> list[Cell]:
    """Return sums in the order of COUNTED as the cells of _counted_fields."""
    by_name = dict(zip(COUNTED, map(int, numbers), strict=True))
    departed = sum(number for name, number in by_name.items() if name.startswith("left_"))
    shown = ("left_scanned", "declared", "ask", "stop", "symptomatic", "contact")
    return [by_name["arrived"], departed, *(by_name[name] for name in shown)]
