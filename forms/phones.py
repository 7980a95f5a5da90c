"""Telephone numbers of people, as they write them in Vietnam."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

# Whoever answers there is a person; a hotline, a pager or a mailbox is nobody.
_PERSONAL = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
# Mobile numbers of eleven digits lost one in September 2018 (decision 798/QĐ-BTTTT), provinces got
# other area codes in 2017 (decision 2036/QĐ-BTTTT). A spreadsheet takes the zero before them away.
_OLD = re.compile(
    r"(?:0084|84|0)?(1\d{2}(?=\d{7}$)|[48](?=\d{8}$)|[2-7]\d{1,2}(?=\d{7}$))(\d{7,8})"
)
_NEW = dict(
    pair.split(":")
    for pair in (
        "162:32 163:33 164:34 165:35 166:36 167:37 168:38 169:39 120:70 121:79 122:77 126:76 128:78 "
        "123:83 124:84 125:85 127:81 129:82 186:56 188:58 199:59 "
        "22:212 231:213 20:214 230:215 29:216 240:204 25:205 26:206 27:207 280:208 281:209 33:203 "
        "320:220 321:221 241:222 31:225 351:226 36:227 350:228 30:229 52:232 53:233 54:234 510:235 "
        "511:236 37:237 38:238 39:239 4:24 8:28 61:251 62:252 64:254 55:255 56:256 57:257 58:258 "
        "68:259 60:260 501:261 500:262 63:263 59:269 70:270 651:271 72:272 73:273 650:274 75:275 "
        "66:276 67:277 780:290 781:291 710:292 711:293 74:294 76:296 77:297 79:299"
    ).split()
)
# Where an old area code begins like a mobile number, brackets or a space tell that it is one.
_AREA_APART = re.compile(
    r"\(0\d{1,2}\)[\s\d.-]+|08[ .-](\d{8}|\d{4}[ .-]\d{4})|07\d[ .-]3\d{3}[ .-]\d{3}|07\d[.-]3\d{6}"
)
# One number among others, or beside a name.
_AMONG = re.compile(
    r"(?<![\d+])(?:\(?\+?84\)?|0|(?<!\w)(?=[35789]\d{8}\b))(?:[\s.()-]{0,2}\d){9,10}?(?!\d)"
)


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
    seen = (c for c in text.strip().replace("＋", "+") if unicodedata.category(c) != "Cf")
    written = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in seen)
    if several := _first_among(written):
        return Understood(fault=NotAPhone.SEVERAL, proposal=several)
    if not re.fullmatch(r"\(?\+?[\d\s.,()/·‐-―−-]+", written):
        has_letters = any(map(str.isalpha, written)) and any(map(str.isdecimal, written))
        return Understood(fault=NotAPhone.LETTERS if has_letters else NotAPhone.UNKNOWN)
    digits = re.sub(r"\D", "", written)
    if _AREA_APART.fullmatch(written) and (old := _renumbered(digits)).fault == NotAPhone.OLD_AREA:
        return old
    number = _valid(written)
    if number and phonenumbers.number_type(number) in _PERSONAL:
        return Understood(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    if number or re.fullmatch(r"(?:84|0)?1[89]00\d{3,7}|1\d{2,4}|1[36-9]\d{4}", digits):
        return Understood(fault=NotAPhone.HOTLINE)
    old = _renumbered(digits)
    return old if old.proposal or written.startswith("+") else _foreign(digits)


def is_mobile(phone: str) -> bool:
    """Whether an international number may be one person's own phone, and no landline."""
    number = _valid(phone)
    return number is not None and phonenumbers.number_type(number) in {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }


def takes_messages(phone: str) -> bool:
    """Whether we send messages to an international number: to Vietnamese mobile phones alone.

    A landline shows none; to other countries they cost many times as much, which is what whoever
    asks for them in bulk is after.
    """
    return phone.startswith("+84") and is_mobile(phone)


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


def _renumbered(digits: str) -> Understood:
    """Return what an old number is now."""
    old = _OLD.fullmatch(digits)
    number = _valid(f"+84{_NEW[old[1]]}{old[2]}") if old and old[1] in _NEW else None
    if not old or not number:
        return Understood(fault=NotAPhone.UNKNOWN)
    fault = NotAPhone.OLD if old[1].startswith("1") else NotAPhone.OLD_AREA
    proposal = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return Understood(fault=fault, proposal=proposal)


def _foreign(digits: str) -> Understood:
    """Return a number of another country, whose "+" was left out."""
    # People of Cambodia write their numbers as they do at home; no Vietnamese one begins so.
    is_neighbours = digits.startswith(("01", "06"))
    number = _valid(digits, "KH") if is_neighbours else _valid(f"+{digits}")
    if not number or phonenumbers.number_type(number) not in _PERSONAL:
        return Understood(fault=NotAPhone.UNKNOWN)
    proposal = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return Understood(fault=NotAPhone.FOREIGN, proposal=proposal)


def _first_among(written: str) -> str:
    """Return the first of several numbers as people read it out, or the one beside other words."""
    for match in _AMONG.finditer(written):
        rest = written[: match.start()] + " " + written[match.end() :]
        is_apart = (
            sum(map(str.isdigit, rest)) >= 6  # digits: no number is shorter
            or any(map(str.isalpha, rest))
            or "/" in rest
        )
        first = understood(match[0]) if is_apart else Understood()
        if first.phone or first.proposal:
            return displayed(first.phone) if first.phone else first.proposal
    return ""


def _valid(text: str, region: str = "VN") -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    is_whole = phonenumbers.is_valid_number(number) and not number.extension
    return number if is_whole else None
