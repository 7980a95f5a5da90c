"""CSV as programs and people write it: any usual encoding, comma, semicolon or tab."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from .headings import MOST_COLUMNS, columns_of
from .refusals import SheetRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What old programs on Windows write; the Vietnamese one first. A file typed with fonts of TCVN3
# or VNI is in the Western one: its headings are known only there.
_OLD = ("cp1258", "cp1252")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_DELIMITERS = ",;\t|"
_SAMPLE = 30  # rows
_CHUNK = 1 << 16
_LONGEST_LINE = 10_000  # characters in which ditto marks are looked for


def encoding_of(file: BinaryIO) -> str:
    """Return how the file's letters are written; raise SheetRefused where that cannot be told."""
    start = _start(file)
    if start.startswith(_BINARY):
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


def table(file: BinaryIO, encoding: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a file, with the delimiter under which most headings are known."""
    yield from _rows(file, encoding, _delimiter(file, encoding))


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
        first = list(islice(_rows(file, encoding, delimiter), _SAMPLE))
    except SheetRefused:
        return 0
    return max((len(columns_of(cells)) for cells in first), default=0)


def _rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[str, ...]]:
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
