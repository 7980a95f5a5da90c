"""An area's tables for a spreadsheet program as they stand now: units, venues, kinds, the register.

The register is read in pieces by key, so that a piece is all that waits in memory; each piece is
one statement, whose numbers agree with each other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dashboards.figures import WEEK_DAYS, PlaceFigures, area_figures, kind_figures
from dashboards.rows import AreaTable, UnitRow, VenueRow
from database.statements import statement_of
from districts.days import day_start, local_day
from districts.models import Level, Unit, communes_counted
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet
from forms.phones import displayed
from venues import codes
from venues.kinds import Kind

_AT_ONCE = 1000
_VENUES = statement_of(__file__, "register")


def area_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return the units below an area, or a commune's venues, as on its page with all figures."""
    rows: list[Any] = AreaTable.of(area, area_figures(area, now), asked).chosen
    cells: Callable[[Any], list[Cell]]
    if area.level == Level.COMMUNE:
        called = "dia-diem-xa", _("Venues")
        fields, cells = _venue_fields(), _venue_cells
    else:
        called = "don-vi", _("Units in this area")
        fields, cells = _unit_fields(), _unit_cells
    return Spreadsheet.of_area(area, now, called, fields + _figure_fields(), map(cells, rows))


def kinds_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    fields = [Field(_("Kind"), Holds.LONG_TEXT), *_figure_fields()]
    cells = (
        [str(kind.label), *_figures_of(tally)] for kind, tally in kind_figures(area, now).items()
    )
    return Spreadsheet.of_area(area, now, ("loai-hinh", _("By kind of venue")), fields, cells)


def _unit_fields() -> list[Field]:
    return [
        Field(_("Unit"), Holds.LONG_TEXT),
        Field(_("Unit code"), Holds.TEXT),
        Field(_("Inhabitants")),
        Field(_("People in per 1,000 inhabitants, 7 days"), Holds.DECIMAL),
    ]


def _venue_fields() -> list[Field]:
    return [
        Field(_("Venue"), Holds.LONG_TEXT),
        Field(_("Kind"), Holds.TEXT),
        Field(_("Address"), Holds.LONG_TEXT),
        Field(_("Registered"), Holds.DAY),
        Field(_("Poster"), Holds.TEXT),
        Field(_("Last visit"), Holds.MOMENT),
    ]


def _figure_fields() -> list[Field]:
    counted = [
        _("People in"),
        _("People out"),
        _("Checked out"),
        _("Declarations"),
        _("“Ask the person on duty”"),
        _("“Do not enter”"),
        _("With symptoms"),
        _("With contact"),
    ]
    periods = _("%(what)s, today"), _("%(what)s, 7 days"), _("%(what)s, 7 days before those")
    return [
        Field(_("Venues")),
        Field(_("Used today")),
        Field(_("Used in 7 days")),
        Field(_("Not used in 7 days")),
        Field(_("Share used in 7 days (%)"), Holds.DECIMAL),
        Field(_("Inside now")),
        *(Field(period % {"what": what}) for period in periods for what in counted),
    ]


def _unit_cells(row: UnitRow) -> list[Cell]:
    unit = row.unit
    return [row.name, unit.code, unit.inhabitants, row.per_thousand, *_figures_of(row.tally)]


def _venue_cells(row: VenueRow) -> list[Cell]:
    return [
        row.name,
        str(row.venue.kind_name),
        row.venue.address,
        local_day(row.venue.registered_at),
        row.poster.displayed_code if row.poster else "",
        row.tally.newest_at,
        *_figures_of(row.tally),
    ]


def _figures_of(tally: PlaceFigures) -> list[Cell]:
    cells: list[Cell] = [
        tally.venues,
        tally.today.used,
        tally.week.used,
        tally.unused,
        tally.share_used,
        tally.inside,
    ]
    for period in (tally.today, tally.week, tally.week_before):
        cells += [period.arrived, period.departed, period.checked_out, period.declared]
        cells += [period.ask, period.stop, period.symptomatic, period.contact]
    return cells


def register_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return every venue of an area, commune by commune."""
    fields = [
        Field(_("Venue"), Holds.LONG_TEXT),
        Field(_("Kind"), Holds.TEXT),
        Field(_("Commune"), Holds.TEXT),
        Field(_("District"), Holds.TEXT),
        Field(_("Address"), Holds.LONG_TEXT),
        Field(_("Responsible person"), Holds.TEXT),
        Field(_("Phone number"), Holds.TEXT),
        Field(_("Registered"), Holds.DAY),
        Field(_("Poster"), Holds.TEXT),
        Field(_("Last visit"), Holds.MOMENT),
        Field(_("In today")),
        Field(_("In 7 days")),
        Field(_("Status"), Holds.TEXT),
        Field(_("Closed on"), Holds.DAY),
    ]
    cells = (
        _register_cells(commune, venue, now)
        for commune in communes_of(area, local_day(now))
        for venue in _venues(commune, now)
    )
    return Spreadsheet.of_area(area, now, ("dia-diem", _("Register of venues")), fields, cells)


def _register_cells(commune: Unit, venue: Sequence[Any], now: datetime) -> list[Cell]:
    name, kind, address, person, phone, registered_at, closed_at, code, *use = venue
    is_open = closed_at is None or closed_at > now
    return [
        name,
        str(Kind(kind).label),
        commune.name,
        district_of(commune),
        address,
        person,
        displayed(phone),
        local_day(registered_at),
        codes.displayed(code) if code else "",
        *use,
        _("open") if is_open else _("closed"),
        None if is_open else local_day(closed_at),
    ]


def _venues(commune: Unit, now: datetime) -> Iterator[list[Any]]:
    today = local_day(now)
    parameters: dict[str, Any] = {
        "commune": commune.pk,
        "now": now,
        "at_once": _AT_ONCE,
        "today_began": day_start(today),
        "week_began": day_start(today - timedelta(days=WEEK_DAYS - 1)),
        "until": day_start(today + timedelta(days=1)),
    }
    after, piece = 0, list[tuple[Any, ...]]()
    while after == 0 or len(piece) == _AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute(_VENUES, parameters | {"after": after})
            piece = cursor.fetchall()
        yield from (venue for _id, *venue in piece)
        after = piece[-1][0] if piece else -1


def communes_of(area: Unit, day: date) -> list[Unit]:
    """Return the communes that count to an area, in the order of the districts."""
    counted = communes_counted(area, max(day, area.valid_from))
    communes = Unit.objects.filter(pk__in=counted).with_parents()
    return sorted(communes, key=lambda unit: (district_of(unit), unit.name_order, unit.pk))


def district_of(commune: Unit) -> str:
    """Return the name of a commune's district, if it has one."""
    parent = commune.parent
    return parent.name if parent and parent.level == Level.DISTRICT else ""


def place_fields() -> list[Field]:
    """Return the columns that say which commune."""
    return [
        Field(_("District"), Holds.TEXT),
        Field(_("Commune code"), Holds.TEXT),
        Field(_("Commune"), Holds.TEXT),
    ]


def place_cells(commune: Unit) -> list[Cell]:
    return [district_of(commune), commune.code, commune.name]
