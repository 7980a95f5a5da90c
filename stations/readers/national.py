"""The national personal code: PC-Covid, Sổ sức khoẻ (decision 1405/QĐ-BTTTT, version 1.1)."""

import re
from datetime import date

from forms import phones
from stations.readers.cards import CardKind
from stations.refusals import Refusal

from .cards import Card
from .chip import contradicts, year_in
from .keyboards import is_by_telex, unkeyed
from .texts import birth_year_of, gender_of, has_letter, is_possible_birth, name_of

_BIRTH = re.compile(r"[\d*]{4}-[\d*]{1,2}-[\d*]{1,2}|[\d*]{1,2}/[\d*]{1,2}/[\d*]{4}|\*+")
_DOCUMENT = re.compile(r"[0-9A-Z]{6,15}")
_PASSPORT = re.compile(r"(?=.*[A-Z])[0-9A-Z]{6,15}")
_CUT_OFF = re.compile(r"\d{1,7}|\d{11}|\d{13,}")  # a number with a digit too few, or too many
_CHIP_NUMBER = re.compile(r"\d{12}")
_QID = re.compile(r"\d{4,20}")
_PHONE = re.compile(r"\+?\d{9,12}")
_PHONE_AT = 2  # sex and insurance number stand before it; ten digits of theirs are no phone


def read_national(fields: list[str], today: date) -> Card | Refusal | None:
    """Return the card, or None: document, name, birth, 0 or 1 for declared by another, QID, more.

    Document and birth may be masked with asterisks; then the QID's digits stand for the person.
    """
    if len(fields) < 5 or not is_national(fields, 0):
        return None
    document, birth = fields[0].upper(), fields[2]
    is_foreign = bool(_PASSPORT.fullmatch(document))
    name = unkeyed(fields[1], is_foreign=is_foreign)
    if name is None:
        return Refusal.GARBLED
    if not is_foreign and is_by_telex(name):
        return Refusal.KEYBOARD
    if not has_letter(name) or _CUT_OFF.fullmatch(document):
        return Refusal.BROKEN_CARD
    more = [part.strip() for part in "<".join(fields[5:]).split("<")]
    year, gender = birth_year_of(birth), gender_of(more[0])
    if year is None and _CHIP_NUMBER.fullmatch(document):
        year = year_in(document)
    is_possible = is_possible_birth(birth, today) and (year or 0) <= today.year
    if not is_possible or contradicts(document, year, gender):
        return Refusal.CONTRADICTS
    return Card(
        CardKind.NATIONAL,
        document if _DOCUMENT.fullmatch(document) else f"QID{fields[4]}",
        name_of(name),
        year,
        gender,
        phone=next(filter(None, map(_phone, more[_PHONE_AT:])), ""),
    )


def is_national(fields: list[str], start: int) -> bool:
    """Whether what begins at a field has a birth, a mark and a QID where the code has them."""
    birth, mark, qid, *_rest = [*fields[start + 2 :], "", "", ""]
    has_birth = not birth or bool(_BIRTH.fullmatch(birth))
    return has_birth and mark in ("0", "1") and bool(_QID.fullmatch(qid))


def _phone(part: str) -> str:
    """Return the phone number that a part is, if it begins as Vietnamese ones do."""
    is_like = _PHONE.fullmatch(part) and part.startswith(("0", "84", "+84"))
    return (phones.normalised(part) or "") if is_like else ""
