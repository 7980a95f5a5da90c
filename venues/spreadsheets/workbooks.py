"""Workbooks as they come from outside: looked at before they are opened, read row by row."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers.expat import ExpatError

import python_calamine
from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

from venues.spreadsheets.looks import SheetLook
from venues.spreadsheets.tables import RawRow, RawSheet

from .headings import MOST_COLUMNS
from .looks import Looks, looks_of_ods, looks_of_xls, looks_of_xlsb, looks_of_xlsx
from .refusals import SheetRefused
from .tables import Oddity

_ZIP, _OLD_OFFICE = b"PK", b"\xd0\xcf\x11\xe0"
_MOST_PARTS = 2000
_MOST_UNPACKED = 200 * 1024 * 1024  # bytes
_MOST_TEXTS = 40 * 1024 * 1024  # bytes; the shared texts are held in memory
_LARGEST_NUMBER = 1e15
_MAIN_PARTS = {
    "xl/workbook.xml": looks_of_xlsx,
    "xl/workbook.bin": looks_of_xlsb,
    "content.xml": looks_of_ods,
}
# What a library may raise on a file that was made to break it.
_FAULTS = (
    *(CalamineError, zipfile.BadZipFile, ExpatError, struct.error, OSError, UnicodeError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, NotImplementedError),
    *(AssertionError, OverflowError, RecursionError, RuntimeError, StopIteration),
)


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is a workbook that may be opened; raise SheetRefused where it may not."""
    start = file.read(4)
    file.seek(0)
    if start != _OLD_OFFICE and not start.startswith(_ZIP):
        return False
    with _refusing():
        _looks(file)
    file.seek(0)
    return True


def tables(file: BinaryIO) -> Iterator[RawSheet]:
    """Yield the sheets, hidden ones without their rows; charts are none."""
    with _refusing():
        looks = _looks(file)
        file.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = list(enumerate(book.sheets_metadata))
    for place, sheet in sheets:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != SheetVisibleEnum.Visible:
            yield RawSheet(sheet.name, iter(()), is_hidden=True)
        else:
            yield RawSheet(sheet.name, _rows(book, place, looks))


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse a file on which a library stumbles, also where a reader written in Rust panics."""
    try:
        yield
    except SheetRefused:
        raise
    except _FAULTS as error:
        raise SheetRefused("broken") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SheetRefused("broken") from error


def _looks(file: BinaryIO) -> Looks:
    """Return what looks at the sheets of a workbook; refuse what may not be opened."""
    file.seek(0)
    is_old = file.read(4) == _OLD_OFFICE
    file.seek(0)
    if is_old:
        return looks_of_xls(file)
    parts = zipfile.ZipFile(file)  # it lives as long as its file
    main = _checked(parts)
    return _MAIN_PARTS[main](parts)


def _checked(parts: zipfile.ZipFile) -> str:
    """Return the main part; refuse macros, passwords, and what would fill the memory unpacked."""
    entries = parts.infolist()
    names = {entry.filename.lower(): entry for entry in entries}
    main = next((name for name in _MAIN_PARTS if name in names), None)
    if main is None or (main == "content.xml" and not _is_spreadsheet(parts)):
        raise SheetRefused("not_a_sheet")
    macros = ("xl/macrosheets/", "basic/", "scripts/")
    if any("vbaproject" in name or name.startswith(macros) for name in names):
        raise SheetRefused("macros")
    if any(entry.flag_bits & 1 for entry in entries) or _has_password(parts, names):
        raise SheetRefused("password")
    texts = [entry for name, entry in names.items() if name.startswith("xl/sharedstrings.")]
    if (
        len(entries) > _MOST_PARTS
        or sum(entry.file_size for entry in entries) > _MOST_UNPACKED
        or any(entry.file_size > _MOST_TEXTS for entry in texts)
    ):
        raise SheetRefused("too_large_inside")
    return main


def _is_spreadsheet(parts: zipfile.ZipFile) -> bool:
    with parts.open("mimetype") as file:
        return file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def _has_password(parts: zipfile.ZipFile, names: dict[str, Any]) -> bool:
    if "meta-inf/manifest.xml" not in names:
        return False
    with parts.open("META-INF/manifest.xml") as file:
        return b"encryption-data" in file.read(1 << 20)


def _rows(book: Any, place: int, looks: Looks) -> Iterator[RawRow]:
    """Yield the rows of a sheet; a cell merged downwards says the same in each of its rows."""
    with _refusing():
        look = looks(place)
        sheet = book.get_sheet_by_index(place)
        first = sheet.start[1] if sheet.start else 0
        merged = _Merged(sheet.merged_cell_ranges or [])
        rows = iter(sheet.iter_rows())
    row = 0
    while True:
        with _refusing():
            values = next(rows, None)
        if values is None:
            return
        row += 1
        yield _row(row, [""] * first + values[: MOST_COLUMNS - first], look, merged)


def _row(row: int, values: list[Any], look: SheetLook, merged: "_Merged") -> RawRow:
    values = merged.filled(row, values)
    odd = dict(look.odd.get(row, ()))
    odd |= {p: Oddity.DATE for p, value in enumerate(values) if isinstance(value, _MOMENTS)}
    odd = {place: oddity for place, oddity in odd.items() if place < MOST_COLUMNS}
    return RawRow(row, tuple(map(_text, values)), odd, row in look.hidden)


class _Merged:
    """Cells merged over several rows of one column, as those of one commune are."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._starting: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, right) in ranges:
            if left == right < MOST_COLUMNS and bottom > top:
                self._starting.setdefault(top + 1, []).append((left, bottom + 1))
        self._values: dict[int, tuple[Any, int]] = {}

    def filled(self, row: int, values: list[Any]) -> list[Any]:
        """Return a row with the values of cells that reach down into it."""
        for column, last in self._starting.get(row, ()):
            if column < len(values):
                self._values[column] = (values[column], last)
        for column, (value, last) in list(self._values.items()):
            if row > last:
                del self._values[column]
            elif column < len(values):
                values[column] = value
        return values


_MOMENTS = (date, time, timedelta)  # a datetime is a date


def _text(value: Any) -> str:
    """Return what a cell shows: a whole number without its point, a date as Vietnam writes it."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_NUMBER:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)
