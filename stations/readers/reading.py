"""Reading a code: what it claims of somebody, or why it claims nothing; never an error."""

import re
from datetime import date

from declarations import personal_codes

from .cards import Card, Kind, Refusal
from .chip import read_chip, read_number
from .insurance import read_insurance
from .national import read_national
from .texts import LONGEST, fields_of, plain
from .typed import read_named, read_passport, read_phone, read_poster, read_receipt

_OWN_DIGITS = 20
_DIGITS = re.compile(r"[\d\s.–-]+")
# A second card that begins within the text: its number and a bar.
_BEGINNING = re.compile(r"\d{12}\||[A-Z]{2}\d{13}\|", re.IGNORECASE)


def read(text: str, today: date) -> Card | Refusal:
    """Return what a text claims of somebody, or why it claims nothing.

    `today` is the local day of the scan: nobody is born after it.
    """
    if len(text) > LONGEST:
        return Refusal.TOO_LONG
    text = plain(text)
    if not text:
        return Refusal.EMPTY
    fields = fields_of(text)
    if len(fields) > 1:
        return _of_fields(text, fields, today)
    return _of_one_word(text, today)


def _of_fields(text: str, fields: list[str], today: date) -> Card | Refusal:
    if national := read_national(fields, today):
        return national
    if len(_BEGINNING.findall(text)) > 1:
        return Refusal.JOINED
    return read_chip(fields, today) or read_insurance(fields, today) or Refusal.BROKEN_CARD


def _of_one_word(text: str, today: date) -> Card | Refusal:
    if own := _own(text):
        return own
    return (
        read_receipt(text)
        or read_poster(text)
        or read_number(text, today)
        or read_phone(text)
        or read_named(text, today)
        or read_passport(text)
        or Refusal.UNKNOWN
    )


def _own(text: str) -> Card | Refusal | None:
    """Return our own card; two of them in one text ran together."""
    if not _DIGITS.fullmatch(text):
        return None
    if code := personal_codes.normalised(text):
        return Card(Kind.OWN, code=code)
    digits = re.sub(r"\D", "", text)
    if len(digits) == _OWN_DIGITS:
        return Refusal.WRONG_DIGIT
    return Refusal.JOINED if len(digits) == 2 * _OWN_DIGITS else None
