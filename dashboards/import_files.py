"""Files of an import: the template to fill in, and the faulty rows to correct."""

import tempfile
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

import xlsxwriter
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from districts.models import Unit
from documents.spreadsheets import OPTIONS, Field, Holds, Spreadsheet, file_of, xlsx_answer
from venues.fields import Fault
from venues.kinds import Kind
from venues.models import Import, RowState
from venues.spreadsheets import LABELS, ListColumn

_COLUMNS = (
    ListColumn.NAME,
    ListColumn.KIND,
    ListColumn.ADDRESS,
    ListColumn.COMMUNE,
    ListColumn.RESPONSIBLE,
    ListColumn.PHONE,
)
_WIDTHS = (34, 26, 34, 36, 26, 16)


def template_file(area: Unit, day: date, file_type: str) -> HttpResponseBase:
    """Answer with an empty list: headings, examples, and the words one can choose from.

    Headings are Vietnamese or English: those can be read again. Other types of file are 404.
    """
    with override("en" if get_language() == "en" else "vi"):
        communes = Unit.objects.on(day).within(area).communes().select_related("parent")
        places = [commune.place for commune in communes.order_by("parent__code", "name_order")]
        kinds = [str(kind.label) for kind in Kind]
        name = f"danh-sach-dia-diem-{area.code}"
        if file_type == "xlsx":
            return xlsx_answer(_template_book(kinds, places), name)
        return file_of(lambda: _beside(name, kinds, places), file_type)


def faults_file(listed: Import, file_type: str) -> HttpResponseBase:
    """Answer with the faulty rows as they were, and beside each what to correct."""
    name = f"can-sua-{listed.area.code}"
    fields = [*(heading for heading, _nth in _places(listed)), _("What to correct")]
    title = _("Rows of %(file)s to correct") % {"file": listed.file_name}
    return file_of(lambda: _sheet(name, title, fields, _faulty(listed)), file_type)


def _sheet(name: str, title: str, fields: list[str], rows: Iterator[list[str]]) -> Spreadsheet:
    return Spreadsheet(name, title, [Field(heading, Holds.LONG_TEXT) for heading in fields], rows)


def _headings() -> list[str]:
    return [str(LABELS[column]) for column in _COLUMNS]


def _examples(kinds: list[str], places: list[str]) -> Iterator[list[str]]:
    """Yield rows that show how; they are passed over when they are left in."""
    names = _("Example: Phước Lộc grocery"), _("Example: ward market")
    person, phone = _("Full name"), "0900 000 000"
    for number, name in enumerate(names):
        place = places[min(number, len(places) - 1)] if places else ""
        yield [name, kinds[2 - 2 * number], f"{12 + number} Lê Lợi", place, person, phone]


def _beside(name: str, kinds: list[str], places: list[str]) -> Spreadsheet:
    """Return the template with the words to choose from in columns of their own."""
    fields = [*_headings(), "", _("List of kinds"), _("List of communes")]
    examples, lists = list(_examples(kinds, places)), (kinds, places)
    rows = []
    for number in range(max(len(examples), *map(len, lists))):
        cells = examples[number] if number < len(examples) else [""] * len(_COLUMNS)
        words = [each[number] if number < len(each) else "" for each in lists]
        rows.append([*cells, "", *words])
    return _sheet(name, "", fields, iter(rows))


def _places(listed: Import) -> dict[tuple[str, int], int]:
    """Return the places in one table of the headings of all sheets; columns we know are merged.

    A heading is told from another one that reads alike by which of them it is.
    """
    places: dict[tuple[str, int], int] = {}
    for sheet in listed.sheets:
        for heading in _headings_of(listed, sheet):
            places.setdefault(heading, len(places))
    return places


def _headings_of(listed: Import, sheet: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the headings of a sheet, those of known columns as the first sheet writes them."""
    first = {
        column: other["headings"][place]
        for other in reversed(listed.sheets)
        for column, place in other["columns"].items()
    }
    known = {place: first[column] for column, place in sheet["columns"].items()}
    texts = [known.get(place, text) for place, text in enumerate(sheet["headings"])]
    return [(text, texts[:place].count(text)) for place, text in enumerate(texts)]


def _faulty(listed: Import) -> Iterator[list[str]]:
    places = _places(listed)
    at = {
        sheet["number"]: [places[heading] for heading in _headings_of(listed, sheet)]
        for sheet in listed.sheets
    }
    rows = listed.rows.filter(state=RowState.FAULTY).order_by("sheet", "row")
    for sheet, cells, stored in rows.values_list("sheet", "cells", "faults").iterator():
        faults = map(Fault.kept, stored)
        said = [f"{listed.heading(sheet, f.column)}: {f.sentence}" for f in faults]
        whole = [""] * len(places)
        for place, cell in zip(at[sheet], cells, strict=False):
            whole[place] = cell
        name = listed.sheet(sheet)["name"] if len(listed.sheets) > 1 else ""
        yield [*whole, " ".join([f"[{name}]", *said] if name else said)]


def _template_book(kinds: list[str], places: list[str]) -> IO[bytes]:
    """Return a workbook in which kinds and communes are chosen from lists."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, OPTIONS | {"constant_memory": False}) as book:
        sheet, lists = book.add_worksheet(_("Venues")), book.add_worksheet(_("Lists"))
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, text)
        for number, cells in enumerate([_headings(), *_examples(kinds, places)]):
            sheet.write_row(number, 0, cells, None if number else bold)
        sheet.freeze_panes(1, 0)
        lists.set_column(0, 1, 40)
        for place, (column, words) in enumerate(
            [(ListColumn.KIND, kinds), (ListColumn.COMMUNE, places)]
        ):
            lists.write(0, place, str(LABELS[column]), bold)
            lists.write_column(1, place, words)
            letter = "AB"[place]
            source = f"='{lists.name}'!${letter}$2:${letter}${len(words) + 1}"
            at = _COLUMNS.index(column)
            choice = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, at, 5000, at, choice)
    file.seek(0)
    return file
