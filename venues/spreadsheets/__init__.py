"""Spreadsheets that people bring: workbooks and CSV, as rows of text under known headings."""

from .headings import LABELS, Column
from .refusals import SheetRefused, refusal_sentence
from .sheet import LARGEST, MOST_ROWS, Line, Sheet, look_at, open_book
from .tables import Oddity, is_ditto

__all__ = [
    "LABELS",
    "LARGEST",
    "MOST_ROWS",
    "Column",
    "Line",
    "Oddity",
    "Sheet",
    "SheetRefused",
    "is_ditto",
    "look_at",
    "open_book",
    "refusal_sentence",
]
