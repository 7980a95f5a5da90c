"""Spreadsheets that people bring: workbooks and CSV, as rows of text under known headings."""

from venues.spreadsheets.headings import ListColumn
from venues.spreadsheets.sheet import ListRow, ListSheet

from .headings import LABELS
from .refusals import SheetRefused, refusal_sentence
from .sheet import LARGEST, MOST_ROWS, look_at, open_book
from .tables import Oddity, is_ditto

__all__ = [
    "LABELS",
    "LARGEST",
    "MOST_ROWS",
    "ListColumn",
    "ListRow",
    "ListSheet",
    "Oddity",
    "SheetRefused",
    "is_ditto",
    "look_at",
    "open_book",
    "refusal_sentence",
]
