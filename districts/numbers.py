"""Numbers and days as readers write them; quick, as a table has a thousand of them."""

import re
from datetime import datetime

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from .days import LOCAL_ZONE

# A true minus: a hyphen is narrower than the digits and may be broken from them.
_MINUS = "\N{MINUS SIGN}"

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TIME = r"\d{1,4}:\d{1,2}(?::\d{1,2}(?:[.,]\d+)?)?(?:\s?[ap]m?)?"
_RECKONED = re.compile(
    rf"""
    0\d+ | \d{{12,}}                                          # 00123, an ID card's number
    | \d+ (?:[.,]\d+)* \s? [%$€£₫đ] | [$€£₫] \s? \d+ (?:[.,]\d+)* | \( \d+ (?:[.,]\d+)* \)
    | \d+ (?:[.,]\d+)+ | \d* [.,] \d+ | \d+ [.,]           # 1.234, 0912.345.678
    | \d+ (?:[.,]\d+)? e [+-]? \d+                          # 1E5
    | (?:\d+\ )? \d{{1,4}} [/-] \d{{1,2}} | \d{{1,2}} [/-] \d{{1,4}}    # 1/14, 3-4, 1 1/2
    | \d{{1,4}} [/.-] \d{{1,2}} [/.-] \d{{1,4}} (?: \s {_TIME} )? | {_TIME}
    | \d{{1,2}} \s [ap]m?
    | \d{{1,4}} [/\s-]* {_MONTH} (?: [/,\s-]* \d{{1,4}} )?    # 2-Mar
    | {_MONTH} [/,\s-]* \d{{1,4}} (?: [/,\s-]+ \d{{1,4}} )?   # May 10
    | true | false
    """,
    re.VERBOSE | re.IGNORECASE,
)


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart."""
    if 0 <= number < 1000:
        return str(number)
    plain = f"{number:,}"
    return plain.replace(",", str(get_format("THOUSAND_SEPARATOR"))).replace("-", _MINUS)


def decimal(number: float, places: int = 1) -> str:
    """Return a number with so many places after the comma."""
    whole, _point, rest = f"{abs(number):.{places}f}".partition(".")
    sign = _MINUS if number < 0 else ""
    separator = get_format("DECIMAL_SEPARATOR")
    return f"{sign}{grouped(int(whole))}{separator if rest else ''}{rest}"


def percentage(number: float) -> str:
    """Return a share in percent with one place."""
    return f"{decimal(number)}%"


def short_day(moment: datetime) -> str:
    """Return the local day of a moment: 26/11/2021."""
    local = moment.astimezone(LOCAL_ZONE)
    return f"{local.day}/{local.month}/{local.year}"


def short_moment(moment: datetime) -> str:
    """Return a moment of the weeks around: 26/11 08:05."""
    local = moment.astimezone(LOCAL_ZONE)
    return f"{local.day}/{local.month} {local:%H:%M}"


def change(percent: int | None) -> str:
    """Return how much more or less, in percent, with its sign; nothing to compare with is a dash."""
    if percent is None:
        return "–"
    if percent == 0:
        return _("same")
    return f"{'+' if percent > 0 else ''}{grouped(percent)}%"


def is_reckoned(text: str) -> bool:
    """Whether a spreadsheet program makes a number or a day of a text, and loses how it was."""
    return _RECKONED.fullmatch(text.strip()) is not None
