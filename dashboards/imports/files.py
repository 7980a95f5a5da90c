"""Files of an import: the template to fill in, and the faulty rows to correct."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from typing import IO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from districts.models import Unit
from venues.faults import Fault
from venues.kinds import Kind
from venues.models import Import, RowState
from venues.spreadsheets import LABELS, Column

from .inert import inert

Rows = Iterable[Sequence[str]]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = (
    Column.NAME,
    Column.KIND,
    Column.ADDRESS,
    Column.COMMUNE,
    Column.RESPONSIBLE,
    Column.PHONE,
)
_WIDTHS = (34, 26, 34, 36, 26, 16)
_ROWS_WITH_LISTS = 5000
TYPES = ("csv", "xlsx")


def template_file(area: Unit, day: date, file_type: str) -> HttpResponseBase:
    """Answer with an empty list: headings, examples, and the words one can choose from.

    Headings are Vietnamese or English: those can be read again.
    """
    with override("en" if get_language() == "en" else "vi"):
        communes = Unit.objects.on(day).within(area).communes().select_related("parent")
        places = [commune.place for commune in communes.order_by("parent__code", "name_order")]
        kinds = [str(kind.label) for kind in Kind]
        table = [[str(LABELS[column]) for column in _COLUMNS], *_examples(kinds, places)]
        name = f"danh-sach-dia-diem-{area.code}.{file_type}"
        if file_type == "xlsx":
            return _attached(_template_book(table, kinds, places), name)
        return _csv(_beside(table, kinds, places), name)


def faults_file(listed: Import, file_type: str) -> HttpResponseBase:
    """Answer with the faulty rows as they were, and beside each what to correct."""
    table = _faulty(listed)
    name = f"can-sua-{listed.area.code}.{file_type}"
    if file_type == "xlsx":
        return _attached(_book(table), name)
    return _csv(table, name)


def _examples(kinds: list[str], places: list[str]) -> Iterator[list[str]]:
    """Yield rows that show how; they are passed over when they are left in."""
    names = _("Example: Phước Lộc grocery"), _("Example: ward market")
    person, phone = _("Full name"), "0900 000 000"
    for number, name in enumerate(names):
        place = places[min(number, len(places) - 1)] if places else ""
        yield [name, kinds[2 - 2 * number], f"{12 + number} Lê Lợi", place, person, phone]


def _beside(table: list[list[str]], kinds: list[str], places: list[str]) -> Iterator[list[str]]:
    """Yield the template with the words to choose from in columns of their own."""
    lists = [_("List of kinds"), *kinds], [_("List of communes"), *places]
    for number in range(max(map(len, lists))):
        cells = table[number] if number < len(table) else [""] * len(_COLUMNS)
        yield [*cells, "", *(each[number] if number < len(each) else "" for each in lists)]


def _faulty(listed: Import) -> Iterator[list[str]]:
    width = len(listed.headings)
    yield [*listed.headings, _("What to correct")]
    rows = listed.rows.filter(state=RowState.FAULTY).order_by("row")
    for cells, stored in rows.values_list("cells", "faults").iterator():
        faults = map(Fault.kept, stored)
        said = [f"{listed.headings[listed.columns[f.column]]}: {f.sentence}" for f in faults]
        yield [*(cells + [""] * width)[:width], " ".join(said)]


def _template_book(table: list[list[str]], kinds: list[str], places: list[str]) -> IO[bytes]:
    """Return a workbook in which kinds and communes are chosen from lists."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, _OPTIONS | {"constant_memory": False}) as book:
        sheet, lists = book.add_worksheet(_("Venues")), book.add_worksheet(_("Lists"))
        bold, text = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"num_format": "@"}),
        )
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, text)
        for number, cells in enumerate(table):
            sheet.write_row(number, 0, cells, None if number else bold)
        sheet.freeze_panes(1, 0)
        lists.set_column(0, 1, 40)
        for place, (column, words) in enumerate([(Column.KIND, kinds), (Column.COMMUNE, places)]):
            lists.write(0, place, str(LABELS[column]), bold)
            lists.write_column(1, place, words)
            letter = "AB"[place]
            source = f"='{lists.name}'!${letter}$2:${letter}${len(words) + 1}"
            at = _COLUMNS.index(column)
            choice = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, at, _ROWS_WITH_LISTS, at, choice)
    file.seek(0)
    return file


def _book(table: Rows) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(table):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, inert(cell))
    file.seek(0)
    return file


_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def _csv(table: Rows, name: str) -> HttpResponseBase:
    answer = StreamingHttpResponse(_csv_pieces(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv_pieces(table: Rows) -> Iterator[str]:
    """Yield the lines of a CSV file that every spreadsheet program reads as UTF-8."""
    yield "\ufeff"
    for cells in table:
        line = StringIO()
        csv.writer(line).writerow([inert(cell) for cell in cells])
        yield line.getvalue()


def _attached(file: IO[bytes], name: str) -> HttpResponseBase:
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)
