"""Reading a code: what it claims of somebody, or why it claims nothing; never an error."""

import re
from datetime import date

from declarations import personal_codes
from forms import phones
from stations.refusals import Refusal
from venues import codes

from .cards import (
    Card,
    CardField,
    CardKind,
    ChipCard,
    CitizenNumber,
    InsuranceCard,
    NationalCode,
    plain,
)
from .letters import mended

LONGEST = 2000  # characters
# A field in which a second card begins: behind the day of issue, or with an insurance number.
_RUN_TOGETHER = re.compile(r"[0-3]\d[01]\d20\d\d\d{12}|.*[A-Z]{2}\d{13}", re.IGNORECASE)


def read(text: str, today: date, *, is_typed: bool) -> Card | Refusal:
    """Return what a text claims of somebody on a local day, or why it claims nothing."""
    if len(text) > LONGEST:
        return Refusal.TOO_LONG
    whole = mended(text)
    text = plain(text if whole is None else whole)
    if not text:
        return Refusal.EMPTY
    fields = CardField.all_of(text)
    if len(fields) == 1:
        bare = BareText(text)
        return bare.own(is_typed=is_typed) or (bare.typed(today) if is_typed else bare.scanned())
    if whole is None:
        return Refusal.GARBLED
    if any(_begins(fields, at) for at in range(4, len(fields))):
        return Refusal.JOINED
    return (
        NationalCode.read(fields, today)
        or ChipCard.read(fields, today)
        or InsuranceCard.read(fields, today)
        or Refusal.BROKEN_CARD
    )


def _begins(fields: list[CardField], at: int) -> bool:
    """Whether a second card begins in a field behind the first four.

    Its number may follow the last field of the first card without a bar: a day of issue, a name,
    a checksum. Old insurance cards have numbers of fourteen digits of their own, which are none.
    """
    field, rest = fields[at], [*fields[at + 1 :], *[CardField()] * 4]
    if rest[2] in ("0", "1") and at > 4 and rest[0] and NationalCode.begins(fields, at):
        return True
    if len(field) < 10 or not field[-10:].isdecimal():  # the digits of the shortest number
        return False
    if field.is_hex and field.has_letter:
        return False  # an address; its last digits are letters
    if _RUN_TOGETHER.fullmatch(field):
        return True
    if rest[0].is_hex and rest[1].birth_year and rest[2].gender:
        return True
    births = [place for place, each in enumerate(rest[:4]) if each.birth_year]
    return any(rest[place + 1].is_sex for place in births)


class BareText(str):
    """A text without fields: what was typed by hand, a receipt, a poster's code, a bar code."""

    __slots__ = ()

    _DIGITS = re.compile(r"\+?[\d\s.()–-]+")
    _ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
    _POSTER = re.compile(r"https?://[^/\s]+/v/([^/?#\s]+)/?", re.IGNORECASE)
    _RECEIPT = re.compile(r"https?://[^/\s]+/r/([\w-]{20,80})/?", re.IGNORECASE | re.ASCII)
    _PHONE = re.compile(r"\(?\+?[\d\s.()-]{8,20}")
    _NAMED = re.compile(
        r"(?P<name>\D+?)[\s,;-]+(?P<year>\d{4})|(?P<first>\d{4})[\s,;-]+(?P<last>\D+)"
    )
    _FAULTS = {
        phones.NotAPhone.OLD: Refusal.OLD_PHONE,
        phones.NotAPhone.FOREIGN: Refusal.FOREIGN_PHONE,
        phones.NotAPhone.HOTLINE: Refusal.HOTLINE,
    }

    @property
    def digits(self) -> str:
        return re.sub(r"\D", "", self)

    @property
    def is_goods(self) -> bool:
        """Whether the digits are an EAN, UPC or ITF number, whose last digit checks the others."""
        digits = self.digits
        if len(digits) not in (8, 12, 13, 14):  # EAN-8, UPC-A, EAN-13, ITF-14
            return False
        weighted = [int(c) * (3 if place % 2 else 1) for place, c in enumerate(digits[::-1])]
        return sum(weighted) % 10 == 0

    def own(self, *, is_typed: bool) -> Card | Refusal | None:
        """Return our own card; two of them in one text ran together."""
        if not self._DIGITS.fullmatch(self):
            return None
        if code := personal_codes.normalised(self):
            return Card(CardKind.OWN, code=code, is_typed=is_typed)
        if len(self.digits) == 20:
            return Refusal.WRONG_DIGIT
        return Refusal.JOINED if len(self.digits) == 40 else None

    def scanned(self) -> Card | Refusal:
        """A number that was scanned without its card is any ware's, and nobody's."""
        if not self._DIGITS.fullmatch(self):
            return self._receipt() or self._poster() or Refusal.UNKNOWN
        return Refusal.GOODS if self.is_goods else Refusal.NUMBER_ALONE

    def typed(self, today: date) -> Card | Refusal:
        return (
            self._receipt()
            or self._poster()
            or self._citizen_number(today)
            or self._phone()
            or self._named(today)
            or self._passport()
            or Refusal.UNKNOWN
        )

    def _receipt(self) -> Card | None:
        """Return the receipt that an address leads to; whether it is ours, its signature tells."""
        receipt = self._RECEIPT.fullmatch(self)
        return Card(CardKind.RECEIPT, code=receipt[1]) if receipt else None

    def _poster(self) -> Refusal | None:
        """Tell a venue's poster, by its address or its eight characters, from other addresses."""
        if poster := self._POSTER.fullmatch(self):
            return Refusal.POSTER if codes.normalise(poster[1]) else Refusal.ADDRESS
        if self._ADDRESS.fullmatch(self):
            return Refusal.ADDRESS
        may_be_code = len(self) <= 12 and any(map(str.isalpha, self))
        return Refusal.POSTER if may_be_code and codes.normalise(self) else None

    def _citizen_number(self, today: date) -> Card | None:
        """Return the ID card whose twelve digits somebody typed; year and sex are in them."""
        number = CitizenNumber(re.sub(r"[\s.]", "", self))
        if not number.is_whole or number[0] != "0":
            return None
        if not today.year - 120 <= number.birth_year <= today.year:  # nobody is older
            return None
        return Card(CardKind.CHIP, str(number), "", number.birth_year, number.gender, is_typed=True)

    def _phone(self) -> Card | Refusal | None:
        """Return a phone number, or why it is none; None where the text is no number at all."""
        if not self._PHONE.fullmatch(self):
            return None
        # What begins with "00" and checks is rather the goods of another country than their people.
        if self.digits.startswith("00") and not self.startswith("+") and self.is_goods:
            return Refusal.GOODS
        # Nine digits of an old ID card would otherwise be somebody's phone.
        is_whole = self.startswith("+") or self.digits.startswith(("0", "84"))
        meant = phones.understood(self)
        if is_whole and meant.phone:
            return Card(CardKind.PHONE, phone=meant.phone)
        if self.is_goods:
            return Refusal.GOODS
        if meant.fault in self._FAULTS:
            return self._FAULTS[meant.fault].with_proposal(meant.proposal)
        return Refusal.WRONG_PHONE if 8 <= len(self.digits) <= 12 else None

    def _named(self, today: date) -> Card | None:
        """Return a name with its year of birth, in either order."""
        # Looking for a year in a longer text takes longer and longer.
        match = self._NAMED.fullmatch(self) if len(self) <= 120 else None
        if not match:
            return None
        name = CardField(match["name"] or match["last"]).name
        year = CardField(match["year"] or match["first"]).year(today)
        has_letters = sum(map(str.isalpha, name)) >= 2
        return (
            Card(CardKind.NAMED, full_name=name, birth_year=year) if has_letters and year else None
        )

    def _passport(self) -> Card | None:
        number = self.replace(" ", "").upper()
        is_passport = re.fullmatch(r"[A-Z]{1,2}\d{6,8}", number)
        return Card(CardKind.CHIP, number, is_typed=True) if is_passport else None
