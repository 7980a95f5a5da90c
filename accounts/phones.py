"""Telephone numbers of people, as they write them in Vietnam."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_WRITTEN = re.compile(r"\+?[\d\s.,()/·‐-―−-]+")
# Whoever answers there is a person; a hotline, a pager or a mailbox is nobody.
_PERSONAL = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
_TAKES_MESSAGES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_HOTLINE = re.compile(r"(?:84|0)?1[89]00\d{3,7}|1\d{2,4}|1[36-9]\d{4}")
# Mobile numbers of eleven digits lost one in September 2018 (decision 798/QĐ-BTTTT).
_OLD = re.compile(r"(?:0|0084|84)(1\d{2})(\d{7})")
_NEW_PREFIXES = dict(
    zip(
        "162 163 164 165 166 167 168 169 120 121 122 126 128 123 124 125 127 129 186 188 199".split(),
        "32 33 34 35 36 37 38 39 70 79 77 76 78 83 84 85 81 82 56 58 59".split(),
        strict=True,
    )
)
# People of the neighbour write their numbers as they do at home; no Vietnamese one begins so.
_NEIGHBOUR, _OF_NEIGHBOUR = "KH", ("01", "06")


class NotAPhone(StrEnum):
    """Why a text is no number at which a person is reached."""

    LETTERS = "letters"
    HOTLINE = "hotline"
    OLD = "old"
    FOREIGN = "foreign"
    UNKNOWN = "not_a_phone"


@dataclass(frozen=True)
class Understood:
    """A number in the international form +84…, or why it is none, and how it may be meant."""

    phone: str = ""
    fault: NotAPhone | None = None
    proposal: str = ""  # as people read it out


def understood(text: str) -> Understood:
    """Return what a text says of a phone.

    Numbers without a country code are Vietnamese; spaces, dots and dashes do not count. Digits of
    every script are digits, letters are none.
    """
    written = _plain(text)
    if not _WRITTEN.fullmatch(written):
        has_letters = any(map(str.isalpha, written)) and any(map(str.isdecimal, written))
        return Understood(fault=NotAPhone.LETTERS if has_letters else NotAPhone.UNKNOWN)
    number = _valid(written, "VN")
    kind = phonenumbers.number_type(number) if number else None
    if number and kind in _PERSONAL:
        return Understood(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    digits = re.sub(r"\D", "", written)
    if number or _HOTLINE.fullmatch(digits):
        return Understood(fault=NotAPhone.HOTLINE)
    return _otherwise_meant(written, digits)


def normalised(text: str) -> str | None:
    """Return a person's number in the international form +84…, or None when it is none."""
    return understood(text).phone or None


def takes_messages(phone: str) -> bool:
    """Whether a message sent to an international number may arrive: a landline shows none."""
    number = _valid(phone, "VN")
    return number is not None and phonenumbers.number_type(number) in _TAKES_MESSAGES


def displayed(phone: str) -> str:
    """Return an international number as people read it out: 0912 345 678; others as they are."""
    try:
        number = phonenumbers.parse(phone, "VN")
    except NumberParseException:
        return phone
    style = (
        PhoneNumberFormat.NATIONAL if number.country_code == 84 else PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def _otherwise_meant(written: str, digits: str) -> Understood:
    """Return why a number that does not exist may have been written so."""
    if (old := _OLD.fullmatch(digits)) and old[1] in _NEW_PREFIXES:
        return Understood(
            fault=NotAPhone.OLD, proposal=displayed(f"+84{_NEW_PREFIXES[old[1]]}{old[2]}")
        )
    if not written.startswith("+"):
        is_neighbours = digits.startswith(_OF_NEIGHBOUR)
        abroad = _valid(digits, _NEIGHBOUR) if is_neighbours else _valid(f"+{digits}", "VN")
        if abroad and phonenumbers.number_type(abroad) in _PERSONAL:
            style = PhoneNumberFormat.INTERNATIONAL
            proposal = phonenumbers.format_number(abroad, style)
            return Understood(fault=NotAPhone.FOREIGN, proposal=proposal)
    return Understood(fault=NotAPhone.UNKNOWN)


def _plain(text: str) -> str:
    """Return a text with ASCII digits and plus, and without what cannot be seen."""
    seen = (c for c in text.strip().replace("＋", "+") if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in seen)


def _valid(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    is_whole = phonenumbers.is_valid_number(number) and not number.extension
    return number if is_whole else None
