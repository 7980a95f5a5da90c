"""The tables of an area's pages for a spreadsheet program: sorted and searched as on the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dashboards import rows
from dashboards.figures import Period, PlaceFigures, area_figures, kind_figures
from dashboards.rows import Row, UnitRow, VenueRow
from districts.days import local_day
from districts.models import Level, Unit
from documents.sheet import Cell, Field, Holds, Sheet, file_name, title

_LONGEST_SEARCH = 100


def area_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Sheet:
    """Return the units below an area, or a commune's venues, with all their figures."""
    figures = area_figures(area, now)
    if area.level == Level.COMMUNE:
        found = _chosen(rows.venue_rows(figures), rows.VENUE_COLUMNS, asked)
        name, about = file_name("dia-diem-xa", area, local_day(now)), _("Venues")
        fields, cells = _venue_fields(), map(_venue_cells, found)
    else:
        found = _chosen(rows.unit_rows(area, figures), rows.UNIT_COLUMNS, asked)
        name, about = file_name("don-vi", area, local_day(now)), _("Units in this area")
        fields, cells = _unit_fields(), map(_unit_cells, found)
    return Sheet(name, title(about, area, now), fields + _figure_fields(), cells)


def kinds_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Sheet:
    """Return the figures of an area by kind of venue."""
    fields = [Field(_("Kind"), Holds.LONG_TEXT), *_figure_fields()]
    cells = (
        [str(kind.label), *_figures_of(tally)] for kind, tally in kind_figures(area, now).items()
    )
    name = file_name("loai-hinh", area, local_day(now))
    return Sheet(name, title(_("By kind of venue"), area, now), fields, cells)


def _chosen(
    every_row: list[Row], columns: list[rows.Column], asked: Mapping[str, Any]
) -> list[Any]:
    sort = rows.sort_of(columns, asked.get("sort", ""))
    typed = "".join(filter(str.isprintable, asked.get("q", "")))[:_LONGEST_SEARCH].strip()
    return rows.ordered(rows.matching(every_row, typed), columns, sort)


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
    periods = [
        _("%(what)s, today"),
        _("%(what)s, 7 days"),
        _("%(what)s, 7 days before those"),
    ]
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
    periods = (tally.today, tally.week, tally.week_before)
    return [
        tally.venues,
        tally.today.used,
        tally.week.used,
        tally.unused,
        tally.share_used,
        tally.inside,
        *(number for period in periods for number in _counted(period)),
    ]


def _counted(period: Period) -> list[int]:
    return [
        period.arrived,
        period.departed,
        period.checked_out,
        period.declared,
        period.ask,
        period.stop,
        period.symptomatic,
        period.contact,
    ]
