"""Texts that no spreadsheet program takes for a formula."""

import re

# What begins a formula, also after spaces, unseen characters and quotes, and in full width.
_LIVE = re.compile(
    "[\\s\"'\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\\-@\u2212\uff1d\uff0b\uff0d\uff20]"
)


def inert(text: str) -> str:
    """Return a text as it can be shown in a cell: an apostrophe keeps it from acting."""
    one_line = re.sub(r"[\t\r\n\x00-\x1f]+", " ", text)
    return f"'{one_line}" if _LIVE.match(one_line) else one_line
