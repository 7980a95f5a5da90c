"""What is no card: what was typed by hand, a receipt, a poster's code, the bar code of goods."""

import re
from datetime import date

from forms import phones
from stations.readers.cards import CardKind
from stations.refusals import Refusal
from venues import codes

from .cards import Card
from .texts import name_of, year_of

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_POSTER = re.compile(r"https?://[^/\s]+/v/([^/?#\s]+)/?", re.IGNORECASE)
_RECEIPT = re.compile(r"https?://[^/\s]+/r/([\w-]{20,80})/?", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(r"\(?\+?[\d\s.()-]{8,20}")
_NAMED = re.compile(r"(?P<name>\D+?)[\s,;-]+(?P<year>\d{4})|(?P<first>\d{4})[\s,;-]+(?P<last>\D+)")
_LONGEST_NAMED = 120  # looking for a year in more takes longer and longer
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}")
_GOODS_LENGTHS = (8, 12, 13, 14)  # EAN-8, UPC-A, EAN-13, ITF-14
_FAULTS = {
    phones.NotAPhone.OLD: Refusal.OLD_PHONE,
    phones.NotAPhone.FOREIGN: Refusal.FOREIGN_PHONE,
    phones.NotAPhone.HOTLINE: Refusal.HOTLINE,
}


def read_receipt(text: str) -> Card | None:
    """Return the receipt that an address leads to; whether we gave it out, its signature tells."""
    found = _RECEIPT.fullmatch(text)
    return Card(CardKind.RECEIPT, code=found[1]) if found else None


def read_poster(text: str) -> Refusal | None:
    """Tell a venue's poster, by its address or its eight characters, from other addresses."""
    if poster := _POSTER.fullmatch(text):
        return Refusal.POSTER if codes.normalise(poster[1]) else Refusal.ADDRESS
    if _ADDRESS.fullmatch(text):
        return Refusal.ADDRESS
    return (
        Refusal.POSTER
        if len(text) <= 12 and not _is_number(text) and codes.normalise(text)
        else None
    )


def read_phone(text: str) -> Card | Refusal | None:
    """Return a phone number, or why it is none; None where the text is no number at all."""
    if not _PHONE.fullmatch(text):
        return None
    digits = re.sub(r"\D", "", text)
    # What begins with "00" and checks is rather the goods of another country than their people.
    if digits.startswith("00") and not text.startswith("+") and is_goods(digits):
        return Refusal.GOODS
    # Nine digits of an old ID card would otherwise be somebody's phone.
    is_whole = text.startswith("+") or digits.startswith(("0", "84"))
    found = phones.understood(text)
    if is_whole and found.phone:
        return Card(CardKind.PHONE, phone=found.phone)
    if is_goods(digits):
        return Refusal.GOODS
    if found.fault in _FAULTS:
        return _FAULTS[found.fault].proposing(found.proposal)
    return Refusal.WRONG_PHONE if 8 <= len(digits) <= 12 else None


def read_named(text: str, today: date) -> Card | None:
    """Return a name with its year of birth, in either order."""
    found = _NAMED.fullmatch(text) if len(text) <= _LONGEST_NAMED else None
    if not found:
        return None
    name = name_of(found["name"] or found["last"])
    year = year_of(found["year"] or found["first"], today)
    has_letters = sum(character.isalpha() for character in name) >= 2
    return Card(CardKind.NAMED, full_name=name, birth_year=year) if has_letters and year else None


def read_passport(text: str) -> Card | None:
    """Return the number of a passport that somebody typed."""
    number = text.replace(" ", "").upper()
    return Card(CardKind.CHIP, number, is_typed=True) if _PASSPORT.fullmatch(number) else None


def _is_number(text: str) -> bool:
    return not any(character.isalpha() for character in text)


def is_goods(digits: str) -> bool:
    """Whether digits are an EAN, UPC or ITF number, whose last digit checks the others."""
    if len(digits) not in _GOODS_LENGTHS:
        return False
    weighted = [int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[::-1])]
    return sum(weighted) % 10 == 0
