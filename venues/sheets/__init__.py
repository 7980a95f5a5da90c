"""Spreadsheets that people bring: CSV and XLSX, as rows of text under known headings."""

from .headings import Column
from .refusals import SheetRefused, refusal_sentence
from .sheet import MOST_ROWS, Line, Sheet, open_sheet

__all__ = ["MOST_ROWS", "Column", "Line", "Sheet", "SheetRefused", "open_sheet", "refusal_sentence"]
