"""A sheet as it is read from any kind of file: rows of text, and which cells lost what was typed."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Oddity(StrEnum):
    """What a spreadsheet program made of a cell so that it no longer says what was typed."""

    DATE = "date"
    NO_VALUE = "no_value"


class Row(NamedTuple):
    """One row: its number as the spreadsheet shows it, its cells, and what is odd about them."""

    row: int
    cells: tuple[str, ...]
    odd: dict[int, Oddity] = {}
    is_hidden: bool = False


class Table(NamedTuple):
    """A sheet of a workbook, or the whole of a CSV file; its rows can be gone through once."""

    name: str
    rows: Iterator[Row]
    is_hidden: bool = False
