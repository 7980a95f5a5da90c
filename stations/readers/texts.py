"""The text of a code as a reader typed it, made plain: digits, separators, names, days."""

import re
import unicodedata
from datetime import date

from districts.names import folded

LONGEST = 2000
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 200
_AIM = re.compile(r"^\][A-Za-z]\d")  # some readers say first which symbology they read
# Whatever is neither ASCII that can be seen nor a Latin letter, alone or in parts.
_ODD = re.compile("[^ -~\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_BARS = str.maketrans(dict.fromkeys("¦‖｜∣ǀ│", "|"))
_DAY_FIRST = re.compile(r"(\d{1,2})[./-]?(\d{1,2})[./-]?(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MALE, _FEMALE = {"nam", "male", "m", "1"}, {"nu", "nuwx", "nuu", "female", "f", "2"}


def plain(text: str) -> str:
    """Return a text with ASCII digits and bars, composed letters, and nothing unreadable."""
    if not _ODD.search(text):
        return _AIM.sub("", unicodedata.normalize("NFC", text).strip())
    letters = unicodedata.normalize("NFC", text.translate(_BARS))
    kept = "".join(_plain(character) for character in letters)
    return _AIM.sub("", kept.strip())


def fields_of(text: str) -> list[str]:
    """Return a card's fields; a keyboard of another country types another sign for the bar."""
    if "|" not in text and (number := re.match(r"(\d{12})([^\w\s,./])", text)):
        sign = number[2]
        if text.count(sign) >= 5:
            text = text.replace(sign, "|")
    return [field.strip() for field in text.split("|")]


def name_of(field: str) -> str:
    """Return the name in a field: letters and what stands between them, shortened if need be."""
    kept = "".join(c if _is_of_a_name(c) else " " for c in field)
    return " ".join(kept.split())[:_LONGEST_NAME].strip()


def address_of(field: str) -> str:
    return " ".join(field.split())[:_LONGEST_ADDRESS].strip()


def is_day(field: str) -> bool:
    """Whether a field is written as a day, also one that never was."""
    return bool(_YEAR_FIRST.fullmatch(field) or _DAY_FIRST.fullmatch(field))


def day_of(field: str, today: date) -> date | None:
    """Return the day that a field is, however it is written; none after today or before 1900."""
    if found := _YEAR_FIRST.fullmatch(field):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(field):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        on = date(year, month, day)
    except ValueError:
        return None
    return on if date(1900, 1, 1) <= on <= today else None


def year_of(field: str, today: date) -> int | None:
    """Return a year of birth."""
    is_year = re.fullmatch(r"\d{4}", field) and 1900 <= int(field) <= today.year
    return int(field) if is_year else None


def gender_of(field: str) -> str:
    """Return male or female; empty where a field says neither, or says it beyond recognition."""
    word = folded(field) if len(field) <= 10 else ""
    return "male" if word in _MALE else "female" if word in _FEMALE else ""


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    kind = unicodedata.category(character)
    if kind[0] == "C":
        return " " if kind == "Cc" else ""
    return " " if kind[0] == "Z" else character


def _is_of_a_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "'’.-"
