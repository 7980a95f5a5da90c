"""XLSX as it comes from outside: looked at before it is opened, read row by row."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from .headings import MOST_COLUMNS
from .refusals import SheetRefused

_ZIP, _OLD_OFFICE = b"PK", b"\xd0\xcf\x11\xe0"
_MOST_PARTS = 2000
_MOST_ROWS = 1_048_576  # of any workbook
_MOST_UNPACKED = 200 * 1024 * 1024  # bytes
_MOST_TEXTS = 40 * 1024 * 1024  # bytes; the shared texts are held in memory
# What a library may raise on a file that was made to break it.
_FAULTS = (
    *(zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, OSError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, NotImplementedError),
    *(AssertionError, OverflowError, RecursionError, RuntimeError),
)


def is_xlsx(file: BinaryIO) -> bool:
    """Whether the file is a workbook that may be opened; raise SheetRefused where it may not."""
    start = file.read(4)
    file.seek(0)
    if start == _OLD_OFFICE:
        raise SheetRefused("old_excel")
    if not start.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(file) as parts:
            _check(parts)
    except _FAULTS as error:
        raise SheetRefused("broken") from error
    return True


def tables(file: BinaryIO) -> Iterator[Iterator[tuple[str, ...]]]:
    """Yield the rows of each visible sheet."""
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _FAULTS as error:
        raise SheetRefused("broken") from error
    with closing(book):
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield _rows(sheet)


def _check(parts: zipfile.ZipFile) -> None:
    """Refuse what is no workbook, has macros, or would fill the memory when unpacked."""
    entries = parts.infolist()
    names = {entry.filename.lower(): entry for entry in entries}
    if "xl/workbook.xml" not in names:
        raise SheetRefused("not_a_sheet")
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise SheetRefused("macros")
    if any(entry.flag_bits & 1 for entry in entries):
        raise SheetRefused("old_excel")
    texts = names.get("xl/sharedstrings.xml")
    if (
        len(entries) > _MOST_PARTS
        or sum(entry.file_size for entry in entries) > _MOST_UNPACKED
        or (texts and texts.file_size > _MOST_TEXTS)
    ):
        raise SheetRefused("too_large_inside")


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    # The size that a sheet tells of itself may be wrong; what is there counts.
    sheet.reset_dimensions()
    try:
        for row, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
            if row > _MOST_ROWS:  # a made-up row number would have us count for ever
                raise SheetRefused("broken")
            yield tuple(map(_text, cells))
    except _FAULTS as error:
        raise SheetRefused("broken") from error


def _text(value: Any) -> str:
    """Return what a cell shows: a whole number without its point, a date as Vietnam writes it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    # A workbook writes characters that XML forbids as _x0007_.
    return unescape(str(value)).replace("\0", "\ufffd").strip()
