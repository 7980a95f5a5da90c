"""The formats of cards with fields: the citizen's ID card, the national code, health insurance.

Each reads the fields of a text, and returns None where they are of no such card.
"""

import re
import unicodedata
from datetime import date

from forms import phones
from stations.refusals import Refusal

from .cards import Card, CardKind
from .code_pages import is_garbled, is_of_another_page, mended
from .keyboards import is_by_telex, undone, unkeyed
from .texts import CardField, plain


class CitizenNumber(str):
    """Twelve digits of which some may be masked with asterisks.

    The fourth tells century and sex, the next two the year of birth (Decree 137/2015/NĐ-CP,
    article 7).
    """

    __slots__ = ()

    @property
    def is_whole(self) -> bool:
        return bool(re.fullmatch(r"\d{12}", self))

    @property
    def birth_year(self) -> int:
        return 1900 + 100 * (int(self[3]) // 2) + int(self[4:6])

    @property
    def gender(self) -> str:
        return "female" if int(self[3]) % 2 else "male"

    def contradicts(self, year: int | None, gender: str) -> bool:
        """Compare the number with birth and sex, as far as it is not masked."""
        if not re.fullmatch(r"[\d*]{12}", self):
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
        if is_by_telex(name, said):
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
        if not is_foreign and is_by_telex(name):
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
        if name is None or (name == fields[1] and is_by_telex(name)):
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
