"""What is reported of each commune, for a spreadsheet program."""

from django.utils.translation import gettext as _

from dashboards.sheets.places import place_cells, place_fields
from districts.models import Unit
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet, file_name

from .figures import Counts, Report


def report_sheet(report: Report) -> Spreadsheet:
    """Return the communes of a report with the numbers of its day and week."""
    about = f"{_('By commune')} · {report.area.place} · {report.day:%d/%m/%Y}"
    cells = (
        [*place_cells(commune), *_venues(report, counts), *_people(commune, counts)]
        for commune, counts in report.communes
    )
    return Spreadsheet(file_name("bao-cao", report.area, report.day), about, _fields(), cells)


def _fields() -> list[Field]:
    return [
        *place_fields(),
        Field(_("Venues")),
        Field(_("Newly registered")),
        Field(_("Newly closed")),
        Field(_("Used on the day")),
        Field(_("Used in 7 days")),
        Field(_("Share used in 7 days (%)"), Holds.DECIMAL),
        Field(_("People in")),
        Field(_("People out")),
        Field(_("Inhabitants")),
        Field(_("People in per 1,000 inhabitants"), Holds.DECIMAL),
        Field(_("Declarations")),
        Field(_("“Ask the person on duty”")),
        Field(_("“Do not enter”")),
        Field(_("Share of both (%)"), Holds.DECIMAL),
        Field(_("With symptoms")),
        Field(_("With contact")),
        Field(_("People in, 7 days")),
        Field(_("People in, 7 days before those")),
    ]


def _venues(report: Report, counts: Counts) -> list[Cell]:
    """Return the numbers of venues; what is no longer known is left empty."""
    week: list[Cell] = [counts.used_in_week, counts.share_used if counts.venues else None]
    return [
        counts.venues,
        counts.opened,
        counts.closed,
        counts.used if report.knows_day else None,
        *(week if report.knows_week else [None, None]),
    ]


def _people(commune: Unit, counts: Counts) -> list[Cell]:
    day, inhabitants = counts.day, commune.inhabitants
    return [
        day.arrived,
        day.departed,
        inhabitants,
        1000 * day.arrived / inhabitants if inhabitants else None,
        day.declared,
        day.ask,
        day.stop,
        day.share if day.declared else None,
        day.symptomatic,
        day.contact,
        counts.week.arrived,
        counts.week_before.arrived,
    ]
