"""How officials name units, days, numbers and changes in a document; always in Vietnamese."""

from collections.abc import Iterable
from datetime import date, datetime

from dashboards.figures import percent
from districts.days import LOCAL_ZONE
from districts.models import Level, Unit
from districts.numbers import decimal, grouped

UNKNOWN = "–"
# In the order in which officials list them.
_KINDS = ("huyện", "thị xã", "thành phố", "xã", "phường", "thị trấn", "đặc khu")


def in_sentence(unit: Unit) -> str:
    """Return a name as it stands within a sentence: tỉnh Trà Vinh, Phường 1, xã Long Đức."""
    bare = unit.bare_name
    return unit.name if bare == unit.name else f"{unit.kind} {bare}"


def full_name(unit: Unit) -> str:
    """Return the name within a sentence, of a commune with its district."""
    above = unit.parent
    if unit.level == Level.COMMUNE and above and above.level == Level.DISTRICT:
        return f"{in_sentence(unit)}, {in_sentence(above)}"
    return in_sentence(unit)


def kinds_of(units: Iterable[Unit]) -> str:
    """Name the kinds of some units as an address to all of them: xã, phường, thị trấn."""
    there = {unit.kind.casefold() for unit in units}
    return ", ".join(kind for kind in _KINDS if kind in there) or "đơn vị"


def long_day(day: date) -> str:
    """Return a day as a document's heading has it, where small numbers begin with 0."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def short_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def clock(moment: datetime) -> str:
    """Return a moment's hour and minute: 14 giờ 05 phút."""
    return f"{moment.astimezone(LOCAL_ZONE):%H giờ %M phút}"


def share(part: int, whole: int) -> str:
    """Return a part in percent, held together with its sign; of nothing it is unknown."""
    return f"{decimal(percent(part, whole))}\u00a0%" if whole else UNKNOWN


def per_thousand(number: int, inhabitants: int | None) -> str:
    return decimal(1000 * number / inhabitants) if inhabitants else UNKNOWN


def compared(number: int, before: int, what: str) -> str:
    """Say how much more or less a number is than one before: tăng 12 lượt (3,4 %)."""
    if number == before:
        return "không thay đổi"
    word = "tăng" if number > before else "giảm"
    difference = abs(number - before)
    extent = f" ({share(difference, before)})" if before else ""
    return f"{word} {grouped(difference)} {what}{extent}"
