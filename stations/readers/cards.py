"""What cards say: the text of a code made plain, its fields, and the three formats that have fields.

None of these codes is signed: every one is a claimed identity. Nothing but what stands here is
taken from a text, and the text itself is never kept or logged.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from declarations.models import Evidence
from districts.names import folded
from forms import phones
from stations.refusals import Refusal

from .letters import BARS, Telex, Vni, is_garbled, is_of_another_page, mended, undone, unkeyed


class CardKind(StrEnum):
    """Whose card it is, or what the person on duty typed instead of one."""

    CHIP = "chip"  # the citizen's ID card, 6, 7 or 11 fields
    NATIONAL = "national"  # the national personal code, 1405/QĐ-BTTTT
    INSURANCE = "insurance"  # the health insurance card
    OWN = "own"  # twenty digits of ours: see declarations.personal_codes
    RECEIPT = "receipt"  # its address, as the receipt shows it
    PHONE = "phone"  # a phone number typed
    NAMED = "named"  # name and year of birth typed


@dataclass(frozen=True)
class Card:
    """What a card claims; empty where it does not say."""

    kind: CardKind
    number: str = ""  # of the document, whole; or QID and its digits; never a masked one
    full_name: str = ""
    birth_year: int | None = None
    gender: str = ""  # male, female or empty
    phone: str = ""  # normalised: +84…
    address: str = ""
    code: str = ""  # of our own card: twenty digits; of a receipt: its token
    is_typed: bool = False  # by the person on duty, number by number

    @property
    def evidence(self) -> Evidence:
        """How a visit is known that was made with this."""
        typed = self.is_typed or self.kind in (CardKind.PHONE, CardKind.NAMED)
        return Evidence.TYPED if typed else Evidence.SCANNED

    def with_more(self, more: "Card") -> "Card":
        """Put in what the card does not say and somebody told."""
        name = self.full_name or more.full_name
        if folded(name) == folded(more.full_name):
            name = more.full_name or name  # the same name, with its marks
        return replace(
            self,
            phone=more.phone or self.phone,
            full_name=name,
            birth_year=self.birth_year or more.birth_year,
        )


def plain(text: str) -> str:
    """Return a text with ASCII digits and bars, composed letters, and nothing unreadable."""
    # Odd is what is neither ASCII that can be seen nor a Latin letter, alone or in parts.
    is_odd = re.search("[^ -~\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]", text)
    # Beside real bars "│" may be what a console's page has for a byte of a letter.
    if is_odd and "|" not in text:
        text = re.sub(f"[{BARS}]", "|", text)
    text = unicodedata.normalize("NFC", text)
    text = ("".join(map(_plain, text)) if is_odd else text).strip()
    # Some readers say first which symbology they read.
    return re.sub(r"^\][A-Za-z]\d", "", text) if text.startswith("]") else text


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
        kept = self if self.isalpha() else "".join(map(self._of_a_name, self))
        return " ".join(kept.split())[: self._LONGEST_NAME].strip()

    @staticmethod
    @lru_cache(maxsize=1 << 12)
    def _of_a_name(character: str) -> str:
        is_letter = unicodedata.category(character)[0] in "LM"
        return character if is_letter or character in "'’.-" else " "

    @property
    def address(self) -> str:
        """An address; none rather than a garbled one."""
        return self._address(self)

    @staticmethod
    @lru_cache(maxsize=1 << 14)  # people of one hamlet share it
    def _address(text: str) -> str:
        text = Vni.marked_address(text)
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


class CitizenNumber(str):
    """Twelve digits of which some may be masked with asterisks.

    The fourth tells century and sex, the next two the year of birth (Decree 137/2015/NĐ-CP,
    article 7).
    """

    __slots__ = ()

    @property
    def is_whole(self) -> bool:
        return len(self) == 12 and self.isdecimal()

    @property
    def birth_year(self) -> int:
        return 1900 + 100 * (int(self[3]) // 2) + int(self[4:6])

    @property
    def gender(self) -> str:
        return "female" if int(self[3]) % 2 else "male"

    def contradicts(self, year: int | None, gender: str) -> bool:
        """Compare the number with birth and sex, as far as it is not masked."""
        if len(self) != 12 or not self.replace("*", "0").isdecimal():
            return False
        if self[3].isdecimal():
            if gender and gender != self.gender:
                return True
            if year and year // 100 != 19 + int(self[3]) // 2:
                return True
        return year is not None and self[4:6].isdecimal() and year % 100 != int(self[4:6])


class ChipCard:
    """The citizen's ID card.

    Variants of 6, 7 and 11 fields are told by what stands in them, not where: number, an old
    number that may be empty, name, day of birth, sex, address, day of issue, and whatever else.
    """

    @classmethod
    def read(cls, fields: list[CardField], today: date) -> Card | Refusal | None:
        number, rest = CitizenNumber(fields[0]), fields[1:]
        if not number.is_whole or len(fields) < 4:
            return None
        birth_at, sex_at = cls._places(rest)
        is_another = any("<" in field for field in rest)  # a national code, with a field too many
        if sex_at is None or is_another or "".join(rest[sex_at : sex_at + 1]).isdecimal():
            return None
        before, after = rest[: sex_at if birth_at is None else birth_at], rest[sex_at + 1 :]
        name = unkeyed(next((field for field in reversed(before) if field.may_be_a_name), ""))
        # Names of parents follow an empty address, and what nothing follows may be cut off.
        said = after[0] if len(after) > 1 and after[0].has_letter else CardField()
        if name is None or is_of_another_page(said):
            return Refusal.GARBLED
        if Telex.is_in(name, said):
            return Refusal.KEYBOARD
        birth = CardField() if birth_at is None else rest[birth_at]
        sex = rest[sex_at] if sex_at < len(rest) else CardField()
        is_possible = birth.is_possible_birth(today) and number.birth_year <= today.year
        gender = sex.gender if sex.has_letter else ""
        if not is_possible or number.contradicts(birth.birth_year, gender):
            return Refusal.CONTRADICTS
        known = (str(number), CardField(name).name, number.birth_year, number.gender)
        return Card(CardKind.CHIP, *known, address=said.address)

    @staticmethod
    def _places(rest: list[CardField]) -> tuple[int | None, int | None]:
        """Return where birth and sex stand; the sex follows the birth, the birth follows the name.

        A name may be a sex as well: "Nam" or "M" before the birth is somebody's name. None for the
        sex where neither is to be seen.
        """
        first = rest[:5]  # what comes later is the day of issue, and names of parents
        births = [at for at, field in enumerate(first[:-1]) if field.is_birth]
        pairs = [at for at in births if rest[at + 1].is_sex]
        named = [at for at in pairs if at and rest[at - 1].has_letter]
        if births:
            birth_at = next(iter(named or pairs or births))
            return birth_at, birth_at + 1
        # The day of birth is missing or garbled: the sex is the last such word, but never a name's.
        sexes = [at for at, field in enumerate(first) if field.is_sex]
        later = [at for at in sexes if at > 1 or any(field.has_letter for field in rest[:at])]
        return None, later[-1] if later else None


class NationalCode:
    """The national personal code: PC-Covid, Sổ sức khoẻ (decision 1405/QĐ-BTTTT, version 1.1).

    Document, name, birth, 0 or 1 for declared by another, QID, more. Document and birth may be
    masked with asterisks; then the QID's digits stand for the person.
    """

    _BIRTH = re.compile(r"[\d*]{4}-[\d*]{1,2}-[\d*]{1,2}|[\d*]{1,2}/[\d*]{1,2}/[\d*]{4}|\*+")
    _QID = re.compile(r"\d{4,20}")
    _DOCUMENT = re.compile(r"[0-9A-Z]{6,15}")
    _PASSPORT = re.compile(r"(?=.*[A-Z])[0-9A-Z]{6,15}")
    _CUT_OFF = re.compile(r"\d{1,7}|\d{11}|\d{13,}")  # a number with a digit too few, or too many
    _PHONE = re.compile(r"(?:\+?84|0)\d+")

    @classmethod
    def begins(cls, fields: list[CardField], start: int) -> bool:
        """Whether what begins at a field has a birth, a mark and a QID where the code has them."""
        birth, mark, qid, *_rest = [*fields[start + 2 :], "", "", ""]
        has_birth = not birth or bool(cls._BIRTH.fullmatch(birth))
        return has_birth and mark in ("0", "1") and bool(cls._QID.fullmatch(qid))

    @classmethod
    def read(cls, fields: list[CardField], today: date) -> Card | Refusal | None:
        if len(fields) < 5 or not cls.begins(fields, 0):
            return None
        document, birth = CitizenNumber(fields[0].upper()), fields[2]
        is_foreign = bool(cls._PASSPORT.fullmatch(document))
        name = unkeyed(fields[1], is_foreign=is_foreign)
        if name is None:
            return Refusal.GARBLED
        if not is_foreign and Telex.is_in(name):
            return Refusal.KEYBOARD
        if not CardField(name).has_letter or cls._CUT_OFF.fullmatch(document):
            return Refusal.BROKEN_CARD
        more = [CardField(part.strip()) for part in "<".join(fields[5:]).split("<")]
        year, gender = birth.birth_year, more[0].gender
        if year is None and document.is_whole:
            year = document.birth_year
        is_possible = birth.is_possible_birth(today) and (year or 0) <= today.year
        if not is_possible or document.contradicts(year, gender):
            return Refusal.CONTRADICTS
        number = str(document) if cls._DOCUMENT.fullmatch(document) else f"QID{fields[4]}"
        # Before a phone stand sex and insurance number, whose ten digits are none.
        phone = next(filter(None, map(cls._phone, more[2:])), "")
        return Card(CardKind.NATIONAL, number, CardField(name).name, year, gender, phone=phone)

    @classmethod
    def _phone(cls, part: str) -> str:
        """Return the phone number that a part is, if it begins as Vietnamese ones do."""
        is_like = re.fullmatch(r"\+?\d{9,12}", part) and cls._PHONE.fullmatch(part)
        return phones.understood(part).phone if is_like else ""


class InsuranceCard:
    """The health insurance card; name and address are hexadecimal UTF-8.

    Number, name, birth (a day or a year), sex 1 or 2, address, more.
    """

    _NUMBER = re.compile(r"[A-Z]{2}\d{13}|\d{10}")
    _LOST = "\ufffd"  # letters that nobody can read any more

    @classmethod
    def read(cls, fields: list[CardField], today: date) -> Card | Refusal | None:
        number = fields[0].replace(" ", "").upper()
        if not cls._NUMBER.fullmatch(number) or len(fields) < 4:
            return None
        name = cls._text(fields[1], is_name=True)
        if name is None or (name == fields[1] and Telex.is_in(name)):
            return Refusal.KEYBOARD
        name = unkeyed(name)
        if name is None:
            return Refusal.GARBLED
        if not fields[2].is_possible_birth(today):
            return Refusal.CONTRADICTS
        name, year = CardField(name).name, fields[2].birth_year
        if not name and not year:
            return Refusal.BROKEN_CARD
        said = cls._text(fields[4], is_name=False) if len(fields) > 4 else ""
        address = CardField(said or "").address
        return Card(CardKind.INSURANCE, number, name, year, fields[3].gender, address=address)

    @classmethod
    def _text(cls, field: str, *, is_name: bool) -> str | None:
        """Return what a field says: in hexadecimal digits, or in letters as it is.

        Nothing where digits are cut off; None where a Vietnamese keyboard garbled them beyond use.
        """
        if not any(map(str.isdigit, field)):
            return str(field) if " " in field else ""
        if field.isascii():
            return cls._unhexed(field)
        said = {
            text
            for text in map(cls._unhexed, undone(field))
            if text and (unkeyed(text) if is_name else not is_garbled(text))
        }
        return said.pop() if len(said) == 1 else None

    @classmethod
    def _unhexed(cls, digits: str) -> str:
        """Return what hexadecimal digits say; nothing where they are none, or no letters of UTF-8."""
        if not CardField(digits).is_hex:
            return ""
        try:
            text = mended(bytes.fromhex(digits).decode())
        except UnicodeDecodeError:
            return ""
        if text is None:
            return cls._LOST
        return "" if any(unicodedata.category(c) == "Cc" for c in text) else plain(text)
