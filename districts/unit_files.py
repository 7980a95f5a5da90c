"""The file a list of units comes in, and what can be wrong with it, by row and column."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = ("code", "level", "kind", "name", "parent_code")
LEVELS = ("province", "district", "commune")
_LONGEST = {"code": 8, "kind": 16, "name": 100, "parent_code": 8}
_REQUIRED = ("code", "level", "kind", "name")


class Fault(NamedTuple):
    """One thing wrong with a file; the heading is row 1, as a spreadsheet shows it."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.sentence}"


class FaultyFile(Exception):  # noqa: N818  (the domain's word)
    """A file of which nothing was loaded, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Row:
    """One unit as the file tells it."""

    row: int
    code: str
    level: str
    kind: str
    name: str
    parent_code: str

    @property
    def depth(self) -> int:
        return LEVELS.index(self.level)


def read_rows(content: bytes) -> tuple[list[Row], list[Fault]]:
    """Return the units of a file and what is wrong with them, row by row.

    Raise FaultyFile when it is no table with the right columns at all.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        _check_heading(heading)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_read_row(reader.line_num, heading, cells))
            if len(cells) > len(heading):
                faults.append(Fault(reader.line_num, "row", "has more cells than the heading."))
    except csv.Error as error:
        raise FaultyFile([Fault(reader.line_num, "row", f"is not CSV: {error}.")]) from error
    faults += [Fault(row.row, *fault) for row in rows for fault in _faults_of(row)]
    return rows, faults + list(_codes_given_twice(rows))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FaultyFile([Fault(row, "row", "is not UTF-8; save the file as UTF-8.")]) from error


def _check_heading(heading: list[str]) -> None:
    missing = [Fault(1, name, "this column is missing.") for name in COLUMNS if name not in heading]
    if missing:
        raise FaultyFile(missing)


def _read_row(line: int, heading: list[str], cells: list[str]) -> Row:
    told = dict(zip(heading, cells, strict=False))
    texts = {name: unicodedata.normalize("NFC", told.get(name, "").strip()) for name in COLUMNS}
    return Row(row=line, **texts)


def _faults_of(row: Row) -> Iterable[tuple[str, str]]:
    for name in COLUMNS:
        text = getattr(row, name)
        if not text and name in _REQUIRED:
            yield name, "is empty."
        elif len(text) > _LONGEST.get(name, len(text)):
            yield name, f"is longer than {_LONGEST[name]} characters."
        elif not text.isprintable():
            yield name, "has a character that cannot be printed."
    yield from _faults_of_level(row)


def _faults_of_level(row: Row) -> Iterable[tuple[str, str]]:
    if row.level and row.level not in LEVELS:
        yield "level", f"write one of {', '.join(LEVELS)}, not “{row.level}”."
    if row.level == "province" and row.parent_code:
        yield "parent_code", "a province has nothing above it; leave this cell empty."
    if row.level in {"district", "commune"} and not row.parent_code:
        yield "parent_code", f"is empty; a {row.level} belongs to another unit."


def _codes_given_twice(rows: list[Row]) -> Iterable[Fault]:
    first_seen: dict[str, int] = {}
    for row in rows:
        first = first_seen.setdefault(row.code, row.row)
        if row.code and first != row.row:
            yield Fault(row.row, "code", f"{row.code} stands in row {first} already.")
