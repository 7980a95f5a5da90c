"""The files of a list of units and of a reform, and what can be wrong with them, by row and column."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

COLUMNS = ("code", "level", "kind", "name", "parent_code")
NUMBERS = ("inhabitants", "latitude", "longitude")
LEVELS = ("province", "district", "commune")
_LONGEST = {"code": 8, "kind": 16, "name": 100, "parent_code": 8}
_REQUIRED = ("code", "level", "kind", "name")
_MOST_PEOPLE = 2_000_000_000


class UnitFault(NamedTuple):
    """One thing wrong with a file; the heading is row 1, as a spreadsheet shows it."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.sentence}"


class FaultyFile(Exception):  # noqa: N818  (the domain's word)
    """A file of which nothing was loaded, with everything that is wrong with it."""

    def __init__(self, faults: list[UnitFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class UnitFileLine(NamedTuple):
    """A line of a table: its row and its cells by column, tidied."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class UnitFileRow:
    """One unit as the file tells it; `numbers` holds only those that it tells."""

    row: int
    code: str
    level: str
    kind: str
    name: str
    parent_code: str
    numbers: dict[str, int | float]


def read_rows(content: bytes) -> tuple[list[UnitFileRow], list[UnitFault]]:
    """Return the units of a file and what is wrong with them, row by row.

    Raise FaultyFile when it is no table with the right columns at all.
    """
    lines, faults = read_table(content, COLUMNS)
    rows = []
    for line in lines:
        cells = {column: line.cells.get(column, "") for column in COLUMNS}
        numbers, wrong = _read_numbers(line)
        rows.append(UnitFileRow(row=line.row, numbers=numbers, **cells))
        faults += wrong
    faults += [UnitFault(row.row, *fault) for row in rows for fault in _faults_of(row)]
    codes = [(row.row, row.code) for row in rows]
    return rows, faults + list(_stands_twice("code", codes))


def read_table(
    content: bytes, columns: Sequence[str]
) -> tuple[list[UnitFileLine], list[UnitFault]]:
    """Return the lines of a CSV file that has these columns, and those with too many cells.

    Raise FaultyFile when it is no such table.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    lines: list[UnitFileLine] = []
    faults: list[UnitFault] = []
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        _check_heading(heading, columns)
        for cells in reader:
            tidied = (unicodedata.normalize("NFC", cell.strip()) for cell in cells)
            if any(cell.strip() for cell in cells):
                lines.append(
                    UnitFileLine(reader.line_num, dict(zip(heading, tidied, strict=False)))
                )
            if len(cells) > len(heading):
                faults.append(UnitFault(reader.line_num, "row", "has more cells than the heading."))
    except csv.Error as error:
        raise FaultyFile([UnitFault(reader.line_num, "row", f"is not CSV: {error}.")]) from error
    return lines, faults


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FaultyFile(
            [UnitFault(row, "row", "is not UTF-8; save the file as UTF-8.")]
        ) from error


def _check_heading(heading: list[str], columns: Sequence[str]) -> None:
    missing = [
        UnitFault(1, name, "this column is missing.") for name in columns if name not in heading
    ]
    if missing:
        raise FaultyFile(missing)


def _read_numbers(line: UnitFileLine) -> tuple[dict[str, Any], list[UnitFault]]:
    """Return the census figure and the point, as far as the file tells them."""
    numbers: dict[str, Any] = {}
    faults = []
    for column in NUMBERS:
        if text := line.cells.get(column, ""):
            read, sentence = _NUMBERS[column]
            try:
                numbers[column] = read(text)
            except ValueError:
                faults.append(UnitFault(line.row, column, f"{sentence}, not “{text[:20]}”."))
    for column, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if line.cells.get(other, "") and not line.cells.get(column, ""):
            faults.append(
                UnitFault(line.row, column, f"is empty; a point has both, or no {other}.")
            )
    return numbers, faults


def _people(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= _MOST_PEOPLE):
        raise ValueError
    return int(text)


def _degrees(most: int) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        if not isfinite(number) or abs(number) > most or not text.isascii() or "_" in text:
            raise ValueError
        return number

    return read


_NUMBERS: dict[str, tuple[Callable[[str], float], str]] = {
    "inhabitants": (_people, "write a whole number without separators"),
    "latitude": (_degrees(90), "write degrees from -90 to 90 with a point, as 9.934"),
    "longitude": (_degrees(180), "write degrees from -180 to 180 with a point, as 106.34"),
}


def _faults_of(row: UnitFileRow) -> Iterable[tuple[str, str]]:
    for name in COLUMNS:
        text = getattr(row, name)
        if not text and name in _REQUIRED:
            yield name, "is empty."
        elif len(text) > _LONGEST.get(name, len(text)):
            yield name, f"is longer than {_LONGEST[name]} characters."
        elif not text.isprintable():
            yield name, "has a character that cannot be printed."
    yield from _faults_of_level(row)


def _faults_of_level(row: UnitFileRow) -> Iterable[tuple[str, str]]:
    if row.level and row.level not in LEVELS:
        yield "level", f"write one of {', '.join(LEVELS)}, not “{row.level}”."
    if row.level == "province" and row.parent_code:
        yield "parent_code", "a province has nothing above it; leave this cell empty."
    if row.level in {"district", "commune"} and not row.parent_code:
        yield "parent_code", f"is empty; a {row.level} belongs to another unit."


def _stands_twice(column: str, codes: list[tuple[int, str]]) -> Iterable[UnitFault]:
    first_rows: dict[str, int] = {}
    for row, code in codes:
        first = first_rows.setdefault(code, row)
        if code and first != row:
            yield UnitFault(row, column, f"{code} stands in row {first} already.")


SUCCESSOR_COLUMNS = ("old_code", "new_code")


class Succession(NamedTuple):
    """One old unit and what became of it, by the codes of the two lists."""

    row: int
    old_code: str
    new_code: str


class FaultySuccessors(FaultyFile):
    """A file of successors with everything that is wrong with it; nothing was loaded."""


def read_links(content: bytes) -> tuple[list[Succession], list[UnitFault]]:
    """Return who succeeds whom, and the rows that cannot be read.

    Raise FaultySuccessors when it is no table with the right columns at all.
    """
    try:
        lines, faults = read_table(content, SUCCESSOR_COLUMNS)
    except FaultyFile as error:
        raise FaultySuccessors(error.faults) from error
    for line in lines:
        empty = [column for column in SUCCESSOR_COLUMNS if not line.cells.get(column)]
        faults += [UnitFault(line.row, column, "is empty.") for column in empty]
    links = [
        Succession(line.row, *(line.cells.get(column, "") for column in SUCCESSOR_COLUMNS))
        for line in lines
    ]
    codes = [(link.row, link.old_code) for link in links]
    return links, faults + list(_stands_twice("old_code", codes))
