"""Why a file is refused as a whole, in sentences that say what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from venues.spreadsheets.headings import ListColumn

from .headings import LABELS

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
    told = dict(params)
    if "columns" in told:
        told["columns"] = ", ".join(str(LABELS[ListColumn(name)]) for name in told["columns"])
    return str(_SENTENCES[key]) % told
