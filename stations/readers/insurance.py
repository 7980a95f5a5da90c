"""The health insurance card: its number, and name and address as hexadecimal UTF-8."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from stations.readers.cards import CardKind
from stations.refusals import Refusal

from .cards import Card
from .code_pages import is_garbled, mended
from .keyboards import is_by_telex, undone, unkeyed
from .texts import (
    address_of,
    birth_year_of,
    gender_of,
    is_possible_birth,
    name_of,
    plain,
)

_NUMBER = re.compile(r"(?:[A-Z]{2}\d{13}|\d{10})", re.IGNORECASE)
_LOST = "\ufffd"  # letters that nobody can read any more
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)


def read_insurance(fields: list[str], today: date) -> Card | Refusal | None:
    """Return the card, or None: number, name, birth (a day or a year), sex 1 or 2, address, more."""
    number = fields[0].replace(" ", "").upper()
    if not _NUMBER.fullmatch(number) or len(fields) < 4:
        return None
    name, year = _text(fields[1], _is_name), birth_year_of(fields[2])
    if name is None or (name == fields[1] and is_by_telex(name)):
        return Refusal.KEYBOARD
    name = unkeyed(name)
    if name is None:
        return Refusal.GARBLED
    if not is_possible_birth(fields[2], today):
        return Refusal.CONTRADICTS
    if not name_of(name) and not year:
        return Refusal.BROKEN_CARD
    address = address_of(_text(fields[4], _is_address) or "") if len(fields) > 4 else ""
    return Card(
        CardKind.INSURANCE, number, name_of(name), year, gender_of(fields[3]), address=address
    )


def is_hex(field: str) -> bool:
    return bool(_HEX.fullmatch(field))


def _is_name(text: str) -> bool:
    return bool(unkeyed(text))


def _is_address(text: str) -> bool:
    return not is_garbled(text)


def _text(field: str, is_sound: Callable[[str], bool]) -> str | None:
    """Return what a field says: in hexadecimal digits, or in letters as it is.

    Nothing where digits are cut off; None where a Vietnamese keyboard garbled them beyond use.
    """
    if not any(map(str.isdigit, field)):
        return field if " " in field else ""
    if field.isascii():
        return _unhexed(field)
    said = {text for text in map(_unhexed, undone(field)) if text and is_sound(text)}
    return said.pop() if len(said) == 1 else None


def _unhexed(digits: str) -> str:
    """Return what hexadecimal digits say; nothing where they are none, or no letters of UTF-8."""
    if not is_hex(digits):
        return ""
    try:
        text = mended(bytes.fromhex(digits).decode())
    except UnicodeDecodeError:
        return ""
    if text is None:
        return _LOST
    return "" if any(unicodedata.category(c) == "Cc" for c in text) else plain(text)
