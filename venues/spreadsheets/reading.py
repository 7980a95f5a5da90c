"""A sheet as it is read from any kind of file, and why a file is refused as a whole."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from districts.names import folded

from .headings import LABELS, ListColumn

_DITTO = re.compile(
    r"""[\W_]*(?:
    n[./]?\s?t | (?:nhu|giong)\ (?:(?:hang|dong|cot|muc|o)\ )?tren | tuong\ tu | ditto | idem
    | (?:same\ )?as\ above | ដូចខាងលើ | ដូចលើ
    )[\W_]* | [\s.()–—-]*(?:["'`´‘’“”„″〃〞][\s-]* | ,{2,} | //\s* | [↑^])+[\s.()–—-]*""",
    re.VERBOSE | re.IGNORECASE,
)


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
    if len(text) > 20 or text[:1].isdigit():
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


# By a key that can be stored: whoever looks later reads the sentence in a language of their own.
_SENTENCES = {
    "empty": _("The file is empty. Choose the file with the venues."),
    "too_large": _("The file is larger than %(most)s MB. Split it into several files."),
    "too_large_inside": _(
        "The file is too large when it is unpacked. Copy the rows into a new workbook without "
        "pictures and formats, and save that."
    ),
    "too_many_rows": _("The file has more than %(most)s rows. Split it into several files."),
    "macros": _(
        "The file contains macros. Save it as “Excel Workbook (.xlsx)”, which has none, and "
        "choose that file."
    ),
    "password": _("The file has a password. Save it without one and choose that file."),
    "hidden_sheet": _(
        "The sheet is hidden and is not read. Show it in your spreadsheet program, or copy its rows "
        "into a sheet that is shown."
    ),
    "not_a_sheet": _("This is no spreadsheet. Save the list as XLSX or CSV and choose that file."),
    "broken": _(
        "The file is damaged and cannot be read. Open it in your spreadsheet program, save it "
        "again as XLSX and choose that file."
    ),
    "broken_row": _(
        "Row %(row)s cannot be read: a quotation mark is missing. Correct it, or save the file as "
        "XLSX."
    ),
    "encoding": _(
        "The letters in this file cannot be read. Save it as “CSV UTF-8” or as XLSX and choose "
        "that file."
    ),
    "no_headings": _(
        "No row with headings was found. The first rows need one with: %(columns)s. Our template "
        "shows how."
    ),
    "columns_missing": _(
        "Row %(row)s has the headings, but these are missing: %(columns)s. Add the columns, or "
        "use our template."
    ),
    "no_rows": _(
        "There is no venue below the headings. Fill in the rows and choose the file again."
    ),
}


class SheetRefused(Exception):  # noqa: N818 - the domain's word
    """A file of which nothing can be read; `key` and `params` say why."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


def refusal_sentence(key: str, params: dict[str, Any]) -> str:
    """Return why a file was refused; columns are told by their labels."""
    words = dict(params)
    if "columns" in words:
        words["columns"] = ", ".join(str(LABELS[ListColumn(name)]) for name in words["columns"])
    return str(_SENTENCES[key]) % words
