"""Telephone numbers of people, as they write them in Vietnam."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_WRITTEN = re.compile(r"\(?\+?[\d\s.,()/·‐-―−-]+")
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
# A spreadsheet takes the zero before them away.
_OLD = re.compile(r"(?:0084|84|0)?(1\d{2})(\d{7})")
_NEW_PREFIXES = dict(
    zip(
        "162 163 164 165 166 167 168 169 120 121 122 126 128 123 124 125 127 129 186 188 199".split(),
        "32 33 34 35 36 37 38 39 70 79 77 76 78 83 84 85 81 82 56 58 59".split(),
        strict=True,
    )
)
# Provinces got other area codes in 2017 (decision 2036/QĐ-BTTTT).
_NEW_AREAS = dict(
    pair.split(":")
    for pair in (
        "22:212 231:213 20:214 230:215 29:216 240:204 25:205 26:206 27:207 280:208 281:209 33:203 "
        "320:220 321:221 241:222 31:225 351:226 36:227 350:228 30:229 52:232 53:233 54:234 510:235 "
        "511:236 37:237 38:238 39:239 4:24 8:28 61:251 62:252 64:254 55:255 56:256 57:257 58:258 "
        "68:259 60:260 501:261 500:262 63:263 59:269 70:270 651:271 72:272 73:273 650:274 75:275 "
        "66:276 67:277 780:290 781:291 710:292 711:293 74:294 76:296 77:297 79:299"
    ).split()
)
_OLD_LANDLINE = re.compile(r"(?:0084|84|0)?([48](?=\d{8}$)|[2-7]\d{1,2}(?=\d{7}$))(\d{7,8})")
# Where an old area code begins like a mobile number, brackets or a space tell that it is one.
_AREA_APART = re.compile(
    r"\(0\d{1,2}\)[\s\d.-]+|08[ .-](\d{8}|\d{4}[ .-]\d{4})|07\d[ .-]3\d{3}[ .-]\d{3}|07\d[.-]3\d{6}"
)
# One number among others, or beside a name.
_AMONG = re.compile(
    r"(?<![\d+])(?:\(?\+?84\)?|0|(?<!\w)(?=[35789]\d{8}\b))(?:[\s.()-]{0,2}\d){9,10}?(?!\d)"
)
_FEWEST_OF_ANOTHER = 6  # digits
# People of the neighbour write their numbers as they do at home; no Vietnamese one begins so.
_NEIGHBOUR, _OF_NEIGHBOUR = "KH", ("01", "06")


class NotAPhone(StrEnum):
    """Why a text is no number at which a person is reached."""

    LETTERS = "letters"
    HOTLINE = "hotline"
    OLD = "old"
    OLD_AREA = "old_area"
    SEVERAL = "several"
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
    if several := _first_among(written):
        return Understood(fault=NotAPhone.SEVERAL, proposal=several)
    if not _WRITTEN.fullmatch(written):
        has_letters = any(map(str.isalpha, written)) and any(map(str.isdecimal, written))
        return Understood(fault=NotAPhone.LETTERS if has_letters else NotAPhone.UNKNOWN)
    number = _valid(written, "VN")
    kind = phonenumbers.number_type(number) if number else None
    digits = re.sub(r"\D", "", written)
    is_old = bool(_AREA_APART.fullmatch(written) and _with_new_area(digits))
    if number and kind in _PERSONAL and not is_old:
        return Understood(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    if not is_old and (number or _HOTLINE.fullmatch(digits)):
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
    if proposal := _with_new_area(digits):
        return Understood(fault=NotAPhone.OLD_AREA, proposal=proposal)
    if not written.startswith("+"):
        is_neighbours = digits.startswith(_OF_NEIGHBOUR)
        abroad = _valid(digits, _NEIGHBOUR) if is_neighbours else _valid(f"+{digits}", "VN")
        if abroad and phonenumbers.number_type(abroad) in _PERSONAL:
            style = PhoneNumberFormat.INTERNATIONAL
            proposal = phonenumbers.format_number(abroad, style)
            return Understood(fault=NotAPhone.FOREIGN, proposal=proposal)
    return Understood(fault=NotAPhone.UNKNOWN)


def _with_new_area(digits: str) -> str:
    """Return a landline as people read it out since 2017; "" where it is no old one."""
    old = _OLD_LANDLINE.fullmatch(digits)
    number = (
        _valid(f"+84{_NEW_AREAS[old[1]]}{old[2]}", "VN") if old and old[1] in _NEW_AREAS else None
    )
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else ""


def _first_among(written: str) -> str:
    """Return the first of several numbers as people read it out, or the one beside other words."""
    for match in _AMONG.finditer(written):
        rest = written[: match.start()] + " " + written[match.end() :]
        digits = sum(map(str.isdigit, rest))
        is_apart = digits >= _FEWEST_OF_ANOTHER or any(map(str.isalpha, rest)) or "/" in rest
        first = understood(match[0]) if is_apart else Understood()
        if first.phone or first.proposal:
            return displayed(first.phone) if first.phone else first.proposal
    return ""


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
