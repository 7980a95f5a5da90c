"""The health insurance card: its number, and name and address as hexadecimal UTF-8."""

import re
import unicodedata
from datetime import date

from .cards import Card, Kind, Refusal
from .texts import address_of, day_of, gender_of, name_of, plain, year_of

_NUMBER = re.compile(r"(?:[A-Z]{2}\d{13}|\d{10})", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)


def read_insurance(fields: list[str], today: date) -> Card | Refusal | None:
    """Return the card, or None: number, name, birth (a day or a year), sex 1 or 2, address, more."""
    number = fields[0].replace(" ", "").upper()
    if not _NUMBER.fullmatch(number) or len(fields) < 4:
        return None
    name = name_of(_unhexed(fields[1]))
    day = day_of(fields[2], today)
    year = day.year if day else year_of(fields[2], today)
    if not name and not year:
        return Refusal.BROKEN_CARD
    address = address_of(_unhexed(fields[4])) if len(fields) > 4 else ""
    return Card(Kind.INSURANCE, number, name, year, gender_of(fields[3]), address=address)


def _unhexed(field: str) -> str:
    """Return what hexadecimal digits say; nothing where they are garbled beyond use."""
    digits = "".join(map(_as_typed, field)) if not field.isascii() else field
    if not _HEX.fullmatch(digits):
        return ""
    try:
        return plain(bytes.fromhex(digits).decode())
    except UnicodeDecodeError:
        return ""


def _as_typed(character: str) -> str:
    """Undo what an input method for Vietnamese makes of hexadecimal letters: AA, EE, DD, AF, EF."""
    if character in "đĐ":
        return "dd"
    base, *marks = list(unicodedata.normalize("NFD", character))
    typed = base * 2 if "\u0302" in marks else base
    return typed + ("f" if "\u0300" in marks else "")
