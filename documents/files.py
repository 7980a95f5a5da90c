"""Sheets as files: CSV as it is read from the database, XLSX written to the disk first.

CSV is separated by commas and has points in its decimals, as every program but some countries'
spreadsheets expects; a byte order mark tells those that it is UTF-8. Whoever's program separates
by semicolons imports the file, or takes the XLSX.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from districts.days import LOCAL_ZONE

from .inert import inert, one_line
from .sheet import Cell, Holds, Sheet

_BYTE_ORDER_MARK = "\ufeff"
_ROWS_AT_ONCE = 500
# Texts stay texts, whatever they look like; nothing waits in memory for the end.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = {
    Holds.TEXT: 18,
    Holds.LONG_TEXT: 40,
    Holds.NUMBER: 12,
    Holds.DECIMAL: 12,
    Holds.DAY: 12,
    Holds.MOMENT: 17,
}
_NUMBER_FORMATS = {
    Holds.NUMBER: "#,##0",
    Holds.DECIMAL: "#,##0.0",
    Holds.DAY: "dd/mm/yyyy",
    Holds.MOMENT: "dd/mm/yyyy hh:mm",
}
_HEADING_ROW = 1  # below the title


def csv_file(sheet: Sheet) -> HttpResponseBase:
    """Answer with the rows as they come; nothing is kept."""
    lines = StreamingHttpResponse(_lines(sheet), content_type="text/csv; charset=utf-8")
    return _named(lines, f"{sheet.name}.csv")


def xlsx_file(sheet: Sheet) -> HttpResponseBase:
    """Answer with a workbook that was written to a file of its own, gone when it is sent."""
    file = tempfile.TemporaryFile(prefix="sheet-")  # noqa: SIM115 - closed with the response
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"title": one_line(sheet.title)})
        _write(workbook, workbook.add_worksheet(), sheet)
    file.seek(0)
    return xlsx_answer(file, sheet.name)


def xlsx_answer(file: IO[bytes], name: str) -> HttpResponseBase:
    """Answer with a written workbook, under a name without ending."""
    return _named(FileResponse(file, content_type=_XLSX), f"{name}.xlsx")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {"csv": csv_file, "xlsx": xlsx_file}


def file_of(sheet: Callable[[], Sheet], file_type: str) -> HttpResponseBase:
    """Answer with a sheet as a file of a type; others are 404, before anything is counted."""
    if file_type not in _FILES:
        raise Http404
    return _FILES[file_type](sheet())


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(sheet: Sheet) -> Iterator[str]:
    """Yield the file in pieces of some hundred lines."""
    rows = iter(sheet.rows)
    yield _BYTE_ORDER_MARK + _written([[inert(field.heading) for field in sheet.fields]])
    holds = [field.holds for field in sheet.fields]
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield _written([list(map(_plain, row, holds)) for row in some])


def _written(rows: list[list[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def _plain(cell: Cell, holds: Holds) -> str:
    """Return a cell as text that every country's spreadsheet program reads alike."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if holds is Holds.DECIMAL:
        return f"{cell:.1f}"
    return inert(cell) if isinstance(cell, str) else str(cell)


def _write(workbook: Any, worksheet: Worksheet, sheet: Sheet) -> None:
    bold = workbook.add_format({"bold": True})
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    styles = [_style(workbook, field.holds) for field in sheet.fields]
    for column, field in enumerate(sheet.fields):
        worksheet.set_column(column, column, _WIDTHS[field.holds])
    worksheet.write_string(0, 0, one_line(sheet.title), bold)
    for column, field in enumerate(sheet.fields):
        worksheet.write_string(_HEADING_ROW, column, one_line(field.heading), heading)
    number = _HEADING_ROW
    for number, row in enumerate(sheet.rows, start=_HEADING_ROW + 1):
        _write_row(worksheet, number, row, styles)
    worksheet.freeze_panes(_HEADING_ROW + 1, 1)
    worksheet.autofilter(_HEADING_ROW, 0, max(number, _HEADING_ROW + 1), len(styles) - 1)
    worksheet.repeat_rows(_HEADING_ROW)
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)


def _style(workbook: Any, holds: Holds) -> Format | None:
    wanted = _NUMBER_FORMATS.get(holds)
    return workbook.add_format({"num_format": wanted}) if wanted else None


def _write_row(
    worksheet: Worksheet, number: int, row: Sequence[Cell], styles: list[Format | None]
) -> None:
    for column, (cell, style) in enumerate(zip(row, styles, strict=True)):
        if isinstance(cell, datetime):
            local = cell.astimezone(LOCAL_ZONE).replace(tzinfo=None)
            worksheet.write_datetime(number, column, local, style)
        elif isinstance(cell, date):
            worksheet.write_datetime(number, column, cell, style)
        elif isinstance(cell, str):
            worksheet.write_string(number, column, one_line(cell), style)
        elif cell is not None:
            worksheet.write_number(number, column, cell, style)
