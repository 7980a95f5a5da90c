"""The kinds of file a list comes in: CSV as people write it, and workbooks of four formats.

A workbook is looked at before it is opened, and read row by row.
"""

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO, NamedTuple
from xml.parsers.expat import ExpatError

import python_calamine
from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

from .headings import MOST_COLUMNS, columns_of
from .reading import Oddity, RawRow, RawSheet, SheetRefused
from .surveys import (
    SheetSurvey,
    Surveys,
    surveys_of_ods,
    surveys_of_xls,
    surveys_of_xlsb,
    surveys_of_xlsx,
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What old programs on Windows write; the Vietnamese one first. A file typed with fonts of TCVN3
# or VNI is in the Western one: its headings are known only there.
_OLD = ("cp1258", "cp1252")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
# What programs export as .xls without its being one; read as CSV it would lack headings.
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|meta|table)\b", re.IGNORECASE
)
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 16
_LONGEST_LINE = 10_000  # characters in which ditto marks are looked for
_ZIP, _OLD_OFFICE = b"PK", b"\xd0\xcf\x11\xe0"
_MOST_TEXTS = 40 * 1024 * 1024  # bytes; the shared texts are held in memory
_MAIN_PARTS = {
    "xl/workbook.xml": surveys_of_xlsx,
    "xl/workbook.bin": surveys_of_xlsb,
    "content.xml": surveys_of_ods,
}
# What a library may raise on a file that was made to break it.
_FAULTS = (
    *(
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        ExpatError,
        struct.error,
        OSError,
        UnicodeError,
    ),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, NotImplementedError),
    *(AssertionError, OverflowError, RecursionError, RuntimeError, StopIteration),
)


class Tables(NamedTuple):
    """What a file holds: its sheets, and how its letters were read where it is no workbook."""

    sheets: Iterator[RawSheet]
    encoding: str | None


def tables_of(file: BinaryIO) -> Tables:
    """Return what a file holds, told by its content; read as long and as large as it is."""
    if is_workbook(file):
        return Tables(workbook_sheets(file), None)
    encoding = encoding_of(file)
    rows = enumerate(csv_rows(file, encoding), start=1)
    return Tables(iter([RawSheet("", (RawRow(*row) for row in rows))]), encoding)


def encoding_of(file: BinaryIO) -> str:
    """Return how the file's letters are written; raise SheetRefused where that cannot be told."""
    start = _start(file)
    if start.startswith(_BINARY) or _PAGE.match(start):
        raise SheetRefused("not_a_sheet")
    for mark, encoding in _MARKS:
        if start.startswith(mark) and _is_written_in(file, encoding):
            return encoding
    for encoding in ("utf-8", *_unmarked_utf_16(start)):
        if _is_written_in(file, encoding):
            return encoding
    old = [encoding for encoding in _OLD if _is_written_in(file, encoding)]
    if not old:
        raise SheetRefused("encoding")
    return max(old, key=lambda each: _headings_known(file, each, _delimiter(file, each)))


def csv_rows(file: BinaryIO, encoding: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a file, with the delimiter under which most headings are known."""
    yield from _records(file, encoding, _delimiter(file, encoding))


def _delimiter(file: BinaryIO, encoding: str) -> str:
    return max(_DELIMITERS, key=lambda each: _headings_known(file, encoding, each))


def _start(file: BinaryIO) -> bytes:
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    return start


def _unmarked_utf_16(start: bytes) -> list[str]:
    """Return the UTF-16 in which every second byte of ASCII would be 0, as it is here."""
    half = max(1, len(start) // 2)
    shares = {"utf-16-le": start[1::2].count(0) / half, "utf-16-be": start[::2].count(0) / half}
    return [encoding for encoding, share in shares.items() if share > 0.4]


def _is_written_in(file: BinaryIO, encoding: str) -> bool:
    """Whether the whole file can be read so; a NUL is no letter of any text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _headings_known(file: BinaryIO, encoding: str, delimiter: str) -> int:
    try:
        first = list(islice(_records(file, encoding, delimiter), 30))
    except SheetRefused:
        return 0
    return max((len(columns_of(cells)) for cells in first), default=0)


def _records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    records = csv.reader(_lines(text, delimiter), delimiter=delimiter)
    row = 0
    try:
        for row, cells in enumerate(records, start=1):  # noqa: B007
            yield tuple(cell.strip() for cell in cells[:MOST_COLUMNS])
    except csv.Error as error:
        raise SheetRefused("broken_row", row=row + 1) from error
    finally:
        text.detach()


def _lines(text: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield the lines; a quotation mark alone in a cell says "as above" and opens no quotation."""
    end = rf"(?=[{re.escape(delimiter)}\r\n]|$)"
    quoted = re.compile(rf"""(?<![^{re.escape(delimiter)}])"(?:{end}|(?:[^"]|"")*"{end})""")
    is_inside = False
    for line in text:
        written = line
        if '"' in line and not is_inside and len(line) < _LONGEST_LINE:
            written = quoted.sub(lambda cell: '""""' if cell[0] == '"' else cell[0], line)
        is_inside ^= written.count('"') % 2 == 1
        yield written


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is a workbook that may be opened; raise SheetRefused where it may not."""
    start = file.read(4)
    file.seek(0)
    if start != _OLD_OFFICE and not start.startswith(_ZIP):
        return False
    with _refusing():
        _surveys(file)
    file.seek(0)
    return True


def workbook_sheets(file: BinaryIO) -> Iterator[RawSheet]:
    """Yield the sheets, hidden ones without their rows; charts are none."""
    with _refusing():
        surveys = _surveys(file)
        file.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = list(enumerate(book.sheets_metadata))
    for place, sheet in sheets:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != SheetVisibleEnum.Visible:
            yield RawSheet(sheet.name, iter(()), is_hidden=True)
        else:
            yield RawSheet(sheet.name, _rows(book, place, surveys))


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse a file on which a library stumbles, also where a reader written in Rust panics."""
    try:
        yield
    except SheetRefused:
        raise
    except _FAULTS as error:
        raise SheetRefused("broken") from error
    except MemoryError as error:
        raise SheetRefused("too_large_inside") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SheetRefused("broken") from error


def _surveys(file: BinaryIO) -> Surveys:
    """Return what surveys the sheets of a workbook; refuse what may not be opened."""
    file.seek(0)
    is_old = file.read(4) == _OLD_OFFICE
    file.seek(0)
    if is_old:
        return surveys_of_xls(file)
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
        len(entries) > 2000
        or sum(entry.file_size for entry in entries) > 200 * 1024**2
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


def _rows(book: Any, place: int, surveys: Surveys) -> Iterator[RawRow]:
    """Yield the rows of a sheet; a cell merged downwards says the same in each of its rows."""
    with _refusing():
        survey = surveys(place)
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
        yield _row(row, [""] * first + values[: MOST_COLUMNS - first], survey, merged)


def _row(row: int, values: list[Any], survey: SheetSurvey, merged: "_Merged") -> RawRow:
    values = merged.filled(row, values)
    odd = dict(survey.odd.get(row, ()))
    moments = (date, time, timedelta)  # a datetime is a date
    odd |= {p: Oddity.DATE for p, value in enumerate(values) if isinstance(value, moments)}
    odd = {place: oddity for place, oddity in odd.items() if place < MOST_COLUMNS}
    return RawRow(row, tuple(map(_text, values)), odd, row in survey.hidden)


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


def _text(value: Any) -> str:
    """Return what a cell shows: a whole number without its point, a date as Vietnam writes it."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)
