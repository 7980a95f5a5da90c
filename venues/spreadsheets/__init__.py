"""Spreadsheets that people bring: workbooks and CSV, as rows of text under known headings."""

from .headings import LABELS, ListColumn
from .reading import Oddity, SheetRefused, is_ditto, refusal_sentence
from .sheet import LARGEST, MOST_ROWS, Book, ListRow, ListSheet, look_at, open_book

__all__ = [
    "LABELS",
    "LARGEST",
    "MOST_ROWS",
    "Book",
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
