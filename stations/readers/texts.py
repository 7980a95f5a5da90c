"""The text of a code as a reader typed it, made plain: digits, separators, names, days."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from districts.names import folded

from .code_pages import is_garbled
from .keyboards import unkeyed_address

LONGEST = 2000
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 200
_AIM = re.compile(r"^\][A-Za-z]\d")  # some readers say first which symbology they read
# Whatever is neither ASCII that can be seen nor a Latin letter, alone or in parts.
_ODD = re.compile("[^ -~\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_BARS = str.maketrans(dict.fromkeys("¦‖｜∣ǀ│", "|"))
# Day and month may be unknown: "00001941", "00/00/1941", "1993-**-**", or only the year.
# A table makes "1941.0" of a number.
_DAY_FIRST = re.compile(r"(?:([\d*]{1,2})([./ -]?|[./-] )([\d*]{1,2})\2)?(\d{4})(?:[.,]0+)?")
_YEAR_FIRST = re.compile(r"(\d{4})([./ -])([\d*]{1,2})\2([\d*]{1,2})")
_YEAR_FIRST_TOGETHER = re.compile(r"((?:19|20)\d\d)()(0\d|1[0-2])([0-3]\d)(?:[.,]0+)?")
_BEGINNING_OF_DAY = set("0123456789*")
_MALE = {"nam", "male", "m", "1"}
_FEMALE = {"nu", "nuwx", "nuxw", "nuu", "nu74", "nu47", "female", "f", "2"}
_AS_PRINTED = {"Nam": "male", "Nữ": "female", "1": "male", "2": "female", "": ""}
_BETWEEN_WORDS = re.compile(r"[\s/(),;-]+")


def plain(text: str) -> str:
    """Return a text with ASCII digits and bars, composed letters, and nothing unreadable."""
    if not _ODD.search(text):
        return _AIM.sub("", unicodedata.normalize("NFC", text).strip())
    bars = {} if "|" in text else _BARS  # a console's page has "│" for a byte of a letter
    letters = unicodedata.normalize("NFC", text.translate(bars))
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
    kept = field if field.isalpha() else "".join(c if _is_of_a_name(c) else " " for c in field)
    return " ".join(kept.split())[:_LONGEST_NAME].strip()


@lru_cache(maxsize=1 << 14)  # people of one hamlet share it
def address_of(field: str) -> str:
    """Return an address; none rather than a garbled one."""
    field = unkeyed_address(field)
    return "" if is_garbled(field) else " ".join(field.split())[:_LONGEST_ADDRESS].strip()


def has_letter(field: str) -> bool:
    return any(map(str.isalpha, field))


def birth_year_of(field: str) -> int | None:
    """Return the year of a birth as it is written, also of a day that never was."""
    found = _parts_of_day(field)
    return found[0] if found else None


def is_possible_birth(field: str, today: date) -> bool:
    """Whether somebody may have been born then; what is no day is no contradiction."""
    found = _parts_of_day(field)
    if found is None:
        return True
    year, month, day = found
    try:
        on = date(year, month, day)
    except ValueError:
        return 1900 <= year <= today.year
    return date(1900, 1, 1) <= on <= today


def year_of(field: str, today: date) -> int | None:
    """Return a year of birth."""
    is_year = re.fullmatch(r"\d{4}", field) and 1900 <= int(field) <= today.year
    return int(field) if is_year else None


def gender_of(field: str) -> str:
    """Return male or female; empty where a field says neither, or says it beyond recognition."""
    if field in _AS_PRINTED:
        return _AS_PRINTED[field]
    words = _BETWEEN_WORDS.split(folded(field)) if len(field) <= 20 else []
    told = {"male" if w in _MALE else "female" if w in _FEMALE else "" for w in words if w}
    return told.pop() if len(told) == 1 else ""


@lru_cache(maxsize=1 << 12)  # a card's is looked at several times
def _parts_of_day(field: str) -> tuple[int, int, int] | None:
    """Return year, month and day as they are written; 0 where one is not known."""
    if field[:1] not in _BEGINNING_OF_DAY:
        return None
    if found := _YEAR_FIRST.fullmatch(field) or _YEAR_FIRST_TOGETHER.fullmatch(field):
        year, _sign, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(field):
        day, _sign, month, year = found.groups(default="0")
    else:
        return None
    if int(year) < 1000:  # "00000000" and "0000" are a year that nobody knows; "0202" is cut off
        return None
    return int(year), _number(month), _number(day)


def _number(digits: str) -> int:
    return int(digits) if digits.isdecimal() else 0


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character == "\xad":
        return "\ufffd"  # a letter of TCVN3, which nobody would miss
    kind = unicodedata.category(character)
    if kind[0] == "C":
        return " " if kind == "Cc" else ""
    return " " if kind[0] == "Z" else character


@lru_cache(maxsize=1 << 12)
def _is_of_a_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "'’.-"
