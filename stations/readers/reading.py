"""Reading a code: what it claims of somebody, or why it claims nothing; never an error."""

import re
from datetime import date

from declarations import personal_codes
from stations.readers.cards import CardKind
from stations.refusals import Refusal

from .cards import Card
from .chip import read_chip, read_number
from .code_pages import mended
from .insurance import is_hex, read_insurance
from .national import is_national, read_national
from .texts import LONGEST, birth_year_of, fields_of, gender_of, has_letter, plain
from .typed import is_goods, read_named, read_passport, read_phone, read_poster, read_receipt

_OWN_DIGITS = 20
_DIGITS = re.compile(r"\+?[\d\s.()–-]+")
# How a field ends, or is whole, in which a second card begins; the first one has four at least.
_FIRST_FIELDS = 4
_AFTER_ISSUE = re.compile(r"[0-3]\d[01]\d20\d\d\d{12}")
_INSURED = re.compile(r".*[A-Z]{2}\d{13}", re.IGNORECASE)
_SHORTEST = 10  # digits of a number


def read(text: str, today: date, *, is_typed: bool) -> Card | Refusal:
    """Return what a text claims of somebody, or why it claims nothing.

    `today` is the local day of the scan: nobody is born after it. A number that somebody typed is
    a phone's or a document's; one that was scanned without its card is any ware's, and nobody's.
    """
    if len(text) > LONGEST:
        return Refusal.TOO_LONG
    whole = mended(text)
    text = plain(text if whole is None else whole)
    if not text:
        return Refusal.EMPTY
    fields = fields_of(text)
    if len(fields) > 1 and whole is None:
        return Refusal.GARBLED
    if len(fields) > 1:
        return _of_fields(fields, today)
    return _own(text, is_typed) or (
        _of_typed_word(text, today) if is_typed else _of_scanned_word(text)
    )


def _of_fields(fields: list[str], today: date) -> Card | Refusal:
    if _is_joined(fields):
        return Refusal.JOINED
    return (
        read_national(fields, today)
        or read_chip(fields, today)
        or read_insurance(fields, today)
        or Refusal.BROKEN_CARD
    )


def _is_joined(fields: list[str]) -> bool:
    """Whether a second card begins within the text.

    Its number may follow the last field of the first card without a bar: a day of issue, a name,
    a checksum. Old insurance cards have numbers of fourteen digits of their own, which are none.
    """
    return any(_begins(fields, at) for at in range(_FIRST_FIELDS, len(fields)))


def _begins(fields: list[str], at: int) -> bool:
    field, rest = fields[at], [*fields[at + 1 :], "", "", "", ""]
    if rest[2] in ("0", "1") and at > _FIRST_FIELDS and rest[0] and is_national(fields, at):
        return True
    if len(field) < _SHORTEST or not field[-_SHORTEST:].isdecimal():
        return False
    if is_hex(field) and has_letter(field):
        return False  # an address; its last digits are letters
    if _AFTER_ISSUE.fullmatch(field) or _INSURED.fullmatch(field):
        return True
    if is_hex(rest[0]) and birth_year_of(rest[1]) and gender_of(rest[2]):
        return True
    births = [place for place, one in enumerate(rest[:4]) if birth_year_of(one)]
    return any(has_letter(rest[place + 1]) and gender_of(rest[place + 1]) for place in births)


def _of_typed_word(text: str, today: date) -> Card | Refusal:
    return (
        read_receipt(text)
        or read_poster(text)
        or read_number(text, today)
        or read_phone(text)
        or read_named(text, today)
        or read_passport(text)
        or Refusal.UNKNOWN
    )


def _of_scanned_word(text: str) -> Card | Refusal:
    digits = re.sub(r"\D", "", text)
    if not _DIGITS.fullmatch(text):
        return read_receipt(text) or read_poster(text) or Refusal.UNKNOWN
    return Refusal.GOODS if is_goods(digits) else Refusal.NUMBER_ALONE


def _own(text: str, is_typed: bool) -> Card | Refusal | None:
    """Return our own card; two of them in one text ran together."""
    if not _DIGITS.fullmatch(text):
        return None
    if code := personal_codes.normalised(text):
        return Card(CardKind.OWN, code=code, is_typed=is_typed)
    digits = re.sub(r"\D", "", text)
    if len(digits) == _OWN_DIGITS:
        return Refusal.WRONG_DIGIT
    return Refusal.JOINED if len(digits) == 2 * _OWN_DIGITS else None
