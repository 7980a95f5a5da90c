"""Numbers and days as readers write them; quick, as a table has a thousand of them."""

from datetime import datetime

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from .days import LOCAL_ZONE

# A true minus: a hyphen is narrower than the digits and may be broken from them.
_MINUS = "\N{MINUS SIGN}"


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
