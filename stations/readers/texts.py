"""The text of a code as a reader typed it, made plain; and what one of its fields says."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from districts.names import folded

from .code_pages import BARS, is_garbled
from .keyboards import unkeyed_address

_AIM = re.compile(r"^\][A-Za-z]\d")  # some readers say first which symbology they read
# Whatever is neither ASCII that can be seen nor a Latin letter, alone or in parts.
_ODD = re.compile("[^ -~\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")


def plain(text: str) -> str:
    """Return a text with ASCII digits and bars, composed letters, and nothing unreadable."""
    if not _ODD.search(text):
        return _AIM.sub("", unicodedata.normalize("NFC", text).strip())
    if "|" not in text:  # else "│" may be what a console's page has for a byte of a letter
        text = re.sub(f"[{BARS}]", "|", text)
    return _AIM.sub("", "".join(map(_plain, unicodedata.normalize("NFC", text))).strip())


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character == "\xad":
        return "\ufffd"  # a letter of TCVN3, which nobody would miss
    kind = unicodedata.category(character)
    if kind[0] == "C":
        return " " if kind == "Cc" else ""
    return " " if kind[0] == "Z" else character


class CardField(str):
    """What stands between two bars of a card."""

    __slots__ = ()

    # Day and month may be unknown: "00001941", "00/00/1941", "1993-**-**", or only the year.
    # A table makes "1941.0" of a number.
    _DAY_FIRST = re.compile(r"(?:([\d*]{1,2})([./ -]?|[./-] )([\d*]{1,2})\2)?(\d{4})(?:[.,]0+)?")
    _YEAR_FIRST = re.compile(
        r"(\d{4})([./ -])([\d*]{1,2})\2([\d*]{1,2})"
        r"|((?:19|20)\d\d)(0\d|1[0-2])([0-3]\d)(?:[.,]0+)?"
    )
    _HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
    _GENDERS = dict.fromkeys(("nam", "male", "m", "1"), "male") | dict.fromkeys(
        ("nu", "nuwx", "nuxw", "nuu", "nu74", "nu47", "female", "f", "2"), "female"
    )
    _AS_PRINTED = {"Nam": "male", "Nữ": "female", "1": "male", "2": "female", "": ""}
    _LONGEST_NAME, _LONGEST_ADDRESS = 100, 200

    @classmethod
    def all_of(cls, text: str) -> "list[CardField]":
        """Return a card's fields; a keyboard of another country types another sign for the bar."""
        if "|" not in text and (number := re.match(r"(\d{12})([^\w\s,./])", text)):
            sign = number[2]
            if text.count(sign) >= 5:
                text = text.replace(sign, "|")
        return [cls(field.strip()) for field in text.split("|")]

    @property
    def has_letter(self) -> bool:
        return any(map(str.isalpha, self))

    @property
    def is_hex(self) -> bool:
        return bool(self._HEX.fullmatch(self))

    @property
    def may_be_a_name(self) -> bool:
        """Whether it has more letters than digits, as an old number or a day with a slip has not."""
        return sum(map(str.isalpha, self)) > sum(map(str.isdigit, self))

    @property
    def name(self) -> str:
        """Letters and what stands between them, shortened if need be."""
        kept = self if self.isalpha() else "".join(c if _is_of_a_name(c) else " " for c in self)
        return " ".join(kept.split())[: self._LONGEST_NAME].strip()

    @property
    def address(self) -> str:
        """An address; none rather than a garbled one."""
        return self._address(self)

    @staticmethod
    @lru_cache(maxsize=1 << 14)  # people of one hamlet share it
    def _address(text: str) -> str:
        text = unkeyed_address(text)
        shortened = " ".join(text.split())[: CardField._LONGEST_ADDRESS].strip()
        return "" if is_garbled(text) else shortened

    @property
    def gender(self) -> str:
        """Male or female; empty where a field says neither, or says it beyond recognition."""
        if self in self._AS_PRINTED:
            return self._AS_PRINTED[self]
        words = re.split(r"[\s/(),;-]+", folded(self)) if len(self) <= 20 else []
        genders = {self._GENDERS.get(word, "") for word in words if word}
        return genders.pop() if len(genders) == 1 else ""

    @property
    def is_sex(self) -> bool:
        return bool(self.gender) and self.has_letter

    @property
    def birth_year(self) -> int | None:
        """The year of a birth as it is written, also of a day that never was."""
        day = self._day(self)
        return day[0] if day else None

    @property
    def is_birth(self) -> bool:
        return 1800 <= (self.birth_year or 0) < 2200

    def is_possible_birth(self, today: date) -> bool:
        """Whether somebody may have been born then; what is no day is no contradiction."""
        day = self._day(self)
        if day is None:
            return True
        try:
            return date(1900, 1, 1) <= date(*day) <= today
        except ValueError:
            return 1900 <= day[0] <= today.year

    @staticmethod
    @lru_cache(maxsize=1 << 12)  # a card's is looked at several times
    def _day(text: str) -> tuple[int, int, int] | None:
        """Return year, month and day as they are written; 0 where one is not known."""
        if not text or text[0] not in "0123456789*":
            return None
        if match := CardField._YEAR_FIRST.fullmatch(text):
            parts = (match[1], match[3], match[4]) if match[1] else match.groups()[4:]
        elif match := CardField._DAY_FIRST.fullmatch(text):
            parts = match[4], match[3], match[1]
        else:
            return None
        year, month, day = (int(part) if part and part.isdecimal() else 0 for part in parts)
        # "00000000" and "0000" are a year that nobody knows; "0202" is cut off
        return (year, month, day) if year >= 1000 else None

    def year(self, today: date) -> int | None:
        """Return a year of birth, where the field is one alone."""
        is_year = re.fullmatch(r"\d{4}", self) and 1900 <= int(self) <= today.year
        return int(self) if is_year else None


@lru_cache(maxsize=1 << 12)
def _is_of_a_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "'’.-"
