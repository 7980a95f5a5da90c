"""A sheet as it is read from any kind of file: rows of text, and which cells lost what was typed."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from districts.names import folded

_DITTO = re.compile(
    r"""[\W_]*(?:
    n[./]?\s?t | (?:nhu|giong)\ (?:(?:hang|dong|cot|muc|o)\ )?tren | tuong\ tu | ditto | idem
    | (?:same\ )?as\ above | ដូចខាងលើ | ដូចលើ
    )[\W_]* | [\s.()–—-]*(?:["'`´‘’“”„″〃〞][\s-]* | ,{2,} | //\s* | [↑^])+[\s.()–—-]*""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_DITTO = 20  # characters


class Oddity(StrEnum):
    """What a spreadsheet program made of a cell so that it no longer says what was typed."""

    DATE = "date"
    NO_VALUE = "no_value"


class RawRow(NamedTuple):
    """One row: its number as the spreadsheet shows it, its cells, and what is odd about them."""

    row: int
    cells: tuple[str, ...]
    odd: dict[int, Oddity] = {}
    is_hidden: bool = False


class RawSheet(NamedTuple):
    """A sheet of a workbook, or the whole of a CSV file; its rows can be gone through once."""

    name: str
    rows: Iterator[RawRow]
    is_hidden: bool = False


@lru_cache(4096)
def is_ditto(text: str) -> bool:
    """Whether a cell only says "as above"."""
    if len(text) > _LONGEST_DITTO or text[:1].isdigit():
        return False
    return bool(_DITTO.fullmatch(text) or _DITTO.fullmatch(folded(text)))


def with_dittos_written_out(row: RawRow, above: RawRow, places: Iterable[int]) -> RawRow:
    """Return a row in which a cell that says "as above" says what the one above it says."""
    width = min(len(row.cells), len(above.cells))
    dittos = [place for place in places if place < width and is_ditto(row.cells[place])]
    if not dittos:
        return row
    cells, odd = list(row.cells), dict(row.odd)
    for place in dittos:
        cells[place] = above.cells[place]
        if place in above.odd:
            odd[place] = above.odd[place]
    return row._replace(cells=tuple(cells), odd=odd)
