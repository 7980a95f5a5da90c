"""Texts that no spreadsheet program runs or makes a number of.

A workbook says of each cell that it is a text, and holds it as typed. A CSV says nothing: there a
spreadsheet program takes a text that begins with = + - or @ for a formula, also after spaces and
characters one does not see, also in full width; in some countries it also begins a new cell at a
semicolon. Of 1/14 it makes a day, of 00123 a number. An apostrophe in front of such a text keeps it
a text everywhere; our own import takes it off again.
"""

import re
import unicodedata

from districts.numbers import is_reckoned

_OPERATORS = "=+\\-@\u2212"
_UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_QUOTES = "'\"`´\u2018-\u201f«»\u2032\u2033{"
_LIVE = re.compile(f"[{_UNSEEN}{_QUOTES}]*[{_OPERATORS}]")
# Where another country's spreadsheet program would begin a new cell.
_SEMICOLON_BEFORE_LIVE = re.compile(f";(?=[{_UNSEEN}{_QUOTES}]*[{_OPERATORS}])")
# Not allowed in XML, or a new line or cell within a cell.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def one_line(text: str) -> str:
    """Return a text as one line of characters that a file may hold."""
    return _BREAKS.sub(" ", text).strip()


def inert(text: str) -> str:
    """Return a text as one line that no program takes for a formula, a number or a day."""
    line = one_line(text)
    # Every character in its plain form, so that ＝ is an equals sign.
    seen = "".join(unicodedata.normalize("NFKC", character)[0] for character in line)
    starts = [0] if _LIVE.match(seen) or is_reckoned(seen) else []
    starts += [semicolon.end() for semicolon in _SEMICOLON_BEFORE_LIVE.finditer(seen)]
    for start in reversed(starts):
        line = f"{line[:start]}'{line[start:]}"
    return line
