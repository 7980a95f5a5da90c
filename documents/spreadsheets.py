"""Tables for a spreadsheet program: CSV in memory, XLSX by the disk.

CSV is separated by commas and has points in its decimals, as every program but some countries'
spreadsheets expects; a byte order mark tells those that it is UTF-8. Whoever's program separates
by semicolons imports the file, or takes the XLSX.

No program runs a text of ours or makes a number of it. A workbook says of each cell that it is a
text, and holds it as typed. A CSV says nothing: there a spreadsheet program takes a text that
begins with = + - or @ for a formula, also after spaces and characters one does not see, also in
full width; in some countries it also begins a new cell at a semicolon. Of 1/14 it makes a day, of
00123 a number. An apostrophe in front of such a text keeps it a text everywhere; our own import
takes it off again.
"""

import csv
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import StringIO
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from districts.days import LOCAL_ZONE, local_day

from .responses import file_response

if TYPE_CHECKING:
    from districts.models import Unit  # a program of its own reads lists without a database

Cell = str | int | float | date | datetime | None


class Holds(Enum):
    """What stands in a column."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    DECIMAL = "number with one place"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """A column: its heading and what it holds."""

    heading: str
    holds: Holds = Holds.NUMBER


@dataclass(frozen=True)
class Spreadsheet:
    """A table: the name of its file without ending, what it is, its fields and its rows."""

    name: str
    title: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Cell]]

    @classmethod
    def of_area(
        cls,
        area: "Unit",
        now: datetime,
        called: tuple[str, str],
        fields: Sequence[Field],
        rows: Iterable[Sequence[Cell]],
    ) -> "Spreadsheet":
        """Return what an area has now; it is `called` by the name of its file and in a title."""
        file, title = called
        as_of = _("as of %(time)s on %(day)s") % {
            "time": f"{now.astimezone(LOCAL_ZONE):%H:%M}",
            "day": f"{local_day(now):%d/%m/%Y}",
        }
        about = f"{title} · {area.place} · {as_of}"
        return cls(file_name(file, area, local_day(now)), about, fields, rows)


# Texts stay texts, whatever they look like; nothing waits in memory for the end.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"
_HEADING_ROW = 1  # below the title
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
_OPERATORS = "=+\\-@\u2212"
_UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_QUOTES = "'\"`´\u2018-\u201f«»\u2032\u2033{"
_LIVE = re.compile(f"[{_UNSEEN}{_QUOTES}]*[{_OPERATORS}]")
# Where another country's spreadsheet program would begin a new cell.
_SEMICOLON_BEFORE_LIVE = re.compile(f";(?=[{_UNSEEN}{_QUOTES}]*[{_OPERATORS}])")
# Not allowed in XML, or a new line or cell within a cell.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
# What a spreadsheet program makes a number or a day of.
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TIME = r"\d{1,4}:\d{1,2}(?::\d{1,2}(?:[.,]\d+)?)?(?:\s?[ap]m?)?"
_RECKONED = re.compile(
    rf"""
    0\d+ | \d{{12,}}                                          # 00123, an ID card's number
    | \d+ (?:[.,]\d+)* \s? [%$€£₫đ] | [$€£₫] \s? \d+ (?:[.,]\d+)* | \( \d+ (?:[.,]\d+)* \)
    | \d+ (?:[.,]\d+)+ | \d* [.,] \d+ | \d+ [.,]           # 1.234, 0912.345.678
    | \d+ (?:[.,]\d+)? e [+-]? \d+                          # 1E5
    | (?:\d+\ )? \d{{1,4}} [/-] \d{{1,2}} | \d{{1,2}} [/-] \d{{1,4}}    # 1/14, 3-4, 1 1/2
    | \d{{1,4}} [/.-] \d{{1,2}} [/.-] \d{{1,4}} (?: \s {_TIME} )? | {_TIME}
    | \d{{1,2}} \s [ap]m?
    | \d{{1,4}} [/\s-]* {_MONTH} (?: [/,\s-]* \d{{1,4}} )?    # 2-Mar
    | {_MONTH} [/,\s-]* \d{{1,4}} (?: [/,\s-]+ \d{{1,4}} )?   # May 10
    | true | false
    """,
    re.VERBOSE | re.IGNORECASE,
)


def file_name(what: str, area: "Unit", day: date) -> str:
    """Return a file's name without ending: what, unit code, day."""
    return f"{what}-{area.code}-{day:%Y-%m-%d}"


def one_line(text: str) -> str:
    """Return a text as one line of characters that a file may hold."""
    return _BREAKS.sub(" ", text).strip()


def is_reckoned(text: str) -> bool:
    """Whether a spreadsheet program makes a number or a day of a text, and loses how it was."""
    return _RECKONED.fullmatch(text.strip()) is not None


def inert(text: str) -> str:
    """Return a text as one line that no program takes for a formula, a number or a day."""
    line = one_line(text)
    # Every character in its plain form, so that ＝ is an equals sign; most texts are plain already.
    seen = line
    if not unicodedata.is_normalized("NFKC", line):
        seen = "".join(unicodedata.normalize("NFKC", character)[0] for character in line)
    starts = [0] if _LIVE.match(seen) or is_reckoned(seen) else []
    starts += [semicolon.end() for semicolon in _SEMICOLON_BEFORE_LIVE.finditer(seen)]
    for start in reversed(starts):
        line = f"{line[:start]}'{line[start:]}"
    return line


def file_of(sheet: Callable[[], Spreadsheet], file_type: str) -> HttpResponseBase:
    """Answer with a sheet as a file of a type; others are 404, before anything is counted."""
    if file_type not in _FILES:
        raise Http404
    return _FILES[file_type](sheet())


def csv_file(sheet: Spreadsheet) -> HttpResponseBase:
    holds = [field.holds for field in sheet.fields]
    file = StringIO()
    file.write(_BYTE_ORDER_MARK)
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow(inert(field.heading) for field in sheet.fields)
    lines.writerows(map(_plain, row, holds) for row in sheet.rows)
    return file_response(file.getvalue(), "text/csv; charset=utf-8", f"{sheet.name}.csv")


def xlsx_file(sheet: Spreadsheet) -> HttpResponseBase:
    """Answer with a workbook that was written to a file of its own, gone when it is sent."""
    file = tempfile.TemporaryFile(prefix="sheet-")  # noqa: SIM115 - closed with the response
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"title": one_line(sheet.title)})
        _write(workbook, workbook.add_worksheet(), sheet)
    file.seek(0)
    return xlsx_answer(file, sheet.name)


def xlsx_answer(file: IO[bytes], name: str) -> HttpResponseBase:
    """Answer with a written workbook, under a name without ending."""
    return FileResponse(file, content_type=_XLSX, as_attachment=True, filename=f"{name}.xlsx")


_FILES = {"csv": csv_file, "xlsx": xlsx_file}


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


def _write(workbook: Any, worksheet: Worksheet, sheet: Spreadsheet) -> None:
    bold = workbook.add_format({"bold": True})
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    styles = [
        workbook.add_format({"num_format": _NUMBER_FORMATS[field.holds]})
        if field.holds in _NUMBER_FORMATS
        else None
        for field in sheet.fields
    ]
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
