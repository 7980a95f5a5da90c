"""The citizen's ID card: a chip card's QR code, or its number typed by hand."""

import re
from datetime import date

from .cards import Card, Kind, Refusal
from .texts import address_of, day_of, gender_of, is_day, name_of

_NUMBER = re.compile(r"\d{12}")


def read_chip(fields: list[str], today: date) -> Card | Refusal | None:
    """Return the card, or None where the fields are none of a chip card.

    Variants of 6, 7 and 11 fields are told by what stands in them, not where: number, an old
    number that may be empty, name, day of birth, sex, address, day of issue, and whatever else.
    """
    if not _NUMBER.fullmatch(fields[0]) or len(fields) < 4:
        return None
    number, rest = fields[0], fields[1:]
    at = _place_of_sex(rest)
    before, after = rest[:at], rest[at + 1 :]
    # Where no such day stands there, the number tells the year.
    birth = day_of(next(filter(is_day, before), ""), today)
    return _checked(
        Card(
            Kind.CHIP,
            number,
            name_of(next(filter(_has_letter, before), "")),
            birth.year if birth else None,
            gender_of(rest[at]) if at < len(rest) else "",
            address=address_of(next(filter(_has_letter, after), "")),
        ),
        today,
    )


def _place_of_sex(rest: list[str]) -> int:
    """Return where the sex stands, or would: name and birth come before it, the address after."""
    told = [place for place, field in enumerate(rest) if gender_of(field) and _has_letter(field)]
    days = [place for place, field in enumerate(rest) if is_day(field)]
    if told:
        return told[0]
    return days[0] + 1 if days else len(rest)


def read_number(text: str, today: date) -> Card | Refusal | None:
    """Return the card whose twelve digits somebody typed; year and sex are in them."""
    digits = re.sub(r"[\s.]", "", text)
    if not _NUMBER.fullmatch(digits) or digits[0] != "0":
        return None
    card = _checked(Card(Kind.CHIP, digits, is_typed=True), today)
    return card if isinstance(card, Card) else None


def _has_letter(field: str) -> bool:
    return any(map(str.isalpha, field))


def _checked(card: Card, today: date) -> Card | Refusal:
    """Compare the number with birth and sex (Decree 137/2015/NĐ-CP, article 7).

    The fourth digit tells century and sex, the next two the year of birth. What the card does not
    say, or says beyond recognition, is taken from the number.
    """
    century, is_female = divmod(int(card.number[3]), 2)
    year = 1900 + 100 * century + int(card.number[4:6])
    gender = "female" if is_female else "male"
    if card.birth_year not in (None, year) or card.gender not in ("", gender):
        return Refusal.CONTRADICTS
    if year > today.year:
        return Refusal.CONTRADICTS
    return Card(
        card.kind,
        card.number,
        card.full_name,
        year,
        gender,
        address=card.address,
        is_typed=card.is_typed,
    )
