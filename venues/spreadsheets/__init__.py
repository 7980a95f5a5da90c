"""Spreadsheets that people bring: CSV and XLSX, as rows of text under known headings."""

from .headings import LABELS, Column
from .refusals import SheetRefused, refusal_sentence
from .sheet import LARGEST, MOST_ROWS, Line, Sheet, look_at, open_sheet

__all__ = [
    "LABELS",
    "LARGEST",
    "MOST_ROWS",
    "Column",
    "Line",
    "Sheet",
    "SheetRefused",
    "look_at",
    "open_sheet",
    "refusal_sentence",
]
