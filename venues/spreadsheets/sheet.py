"""A list of venues as rows of text: where its headings are, and what stands below them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from districts.names import folded
from districts.numbers import is_reckoned

from . import csv_files, xlsx_files
from .headings import NEEDED, Column, columns_of, is_heading, is_numbering
from .refusals import SheetRefused

MOST_ROWS = 50_000
LARGEST = 20 * 1024 * 1024  # bytes
_HEADINGS_WITHIN = 30  # rows

# The template's rows that show how; whoever leaves them in means no venue by them.
_EXAMPLE = re.compile(r"(vi du|example) ?:")
# An apostrophe keeps a text from being a formula or a number; our own files have it, too.
_KEPT_FROM_ACTING = re.compile(r"'\s*[=+\-@−]")

Cells = tuple[str, ...]


class Line(NamedTuple):
    """One row: its number as the spreadsheet shows it, and its cells."""

    row: int
    cells: Cells


@dataclass(frozen=True)
class Sheet:
    """A list whose headings are known; its lines can be gone through once."""

    headings: Cells
    heading_row: int
    columns: dict[Column, int]
    lines: Iterator[Line]
    encoding: str  # how its letters were read where that is not certain

    @property
    def not_used(self) -> list[str]:
        """The headings of columns that nothing is taken from."""
        used = set(self.columns.values())
        return [text for place, text in enumerate(self.headings) if text and place not in used]


def open_sheet(file: BinaryIO) -> Sheet:
    """Return the list in a file, told by its content, whatever its name. Raise SheetRefused."""
    _check_size(file)
    if xlsx_files.is_xlsx(file):
        return _first_with_headings(xlsx_files.tables(file), "")
    encoding = csv_files.encoding_of(file)
    table = csv_files.table(file, encoding)
    certain = encoding.startswith("utf")
    return _first_with_headings([table], "" if certain else encoding)


def look_at(file: BinaryIO) -> None:
    """Raise SheetRefused where a glance shows that a file is no list of venues."""
    _check_size(file)
    if not xlsx_files.is_xlsx(file):
        open_sheet(file)
    file.seek(0)


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise SheetRefused("empty")
    if size > LARGEST:
        raise SheetRefused("too_large", most=LARGEST // 1024**2)


def _first_with_headings(tables: Iterable[Iterable[Cells]], encoding: str) -> Sheet:
    """Return the first table that has headings; a file without any is refused."""
    refused = SheetRefused("no_headings", columns=list(NEEDED))
    is_empty = True
    for table in tables:
        lines = _numbered(table)
        first = list(islice(lines, _HEADINGS_WITHIN))
        is_empty &= not first
        heading = max(first, key=lambda line: len(columns_of(line.cells)), default=None)
        if heading is None or not is_heading(columns := columns_of(heading.cells)):
            continue
        if missing := [column for column in NEEDED if column not in columns]:
            refused = SheetRefused("columns_missing", row=heading.row, columns=missing)
            continue
        below = [line for line in first if line.row > heading.row]
        if below and is_numbering(below[0].cells):
            del below[0]
        headings = _headings(heading.cells)
        filled = _filled(chain(below, lines), columns, len(headings))
        return Sheet(headings, heading.row, columns, filled, encoding)
    raise SheetRefused("empty") if is_empty else refused


def _numbered(table: Iterable[Cells]) -> Iterator[Line]:
    """Number rows as a spreadsheet does; rows without anything are passed over."""
    for row, cells in enumerate(table, start=1):
        if any(cells):
            yield Line(row, cells)


def _headings(cells: Cells) -> Cells:
    """Return the headings, without the empty cells after the last one."""
    width = max(place for place, cell in enumerate(cells, start=1) if cell)
    return tuple(" ".join(cell.split()) for cell in cells[:width])


def _filled(lines: Iterable[Line], columns: dict[Column, int], width: int) -> Iterator[Line]:
    """Yield the rows that tell something of a venue, each with a cell for every heading."""
    number = 0
    for row, cells in lines:
        whole = tuple(map(_typed, cells[:width])) + ("",) * (width - len(cells))
        told = any(whole[place] for place in columns.values())
        if told and not _EXAMPLE.match(folded(whole[columns[Column.NAME]])):
            number += 1
            if number > MOST_ROWS:
                raise SheetRefused("too_many_rows", most=MOST_ROWS)
            yield Line(row, whole)
    if not number:
        raise SheetRefused("no_rows")


def _typed(cell: str) -> str:
    is_kept = cell.startswith("'") and is_reckoned(cell[1:])
    return cell[1:] if is_kept or _KEPT_FROM_ACTING.match(cell) else cell
