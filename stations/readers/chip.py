"""The citizen's ID card: a chip card's QR code, or its number typed by hand."""

import re
from datetime import date

from stations.readers.cards import CardKind
from stations.refusals import Refusal

from .cards import Card
from .code_pages import is_of_another_page
from .keyboards import is_by_telex, unkeyed
from .texts import (
    address_of,
    birth_year_of,
    gender_of,
    has_letter,
    is_possible_birth,
    name_of,
)

_NUMBER, _MASKED = re.compile(r"\d{12}"), re.compile(r"[\d*]{12}")
# Birth and sex stand among these; what comes later is the day of issue, and names of parents.
_FIRST_FIELDS = 5
_OLDEST = 120  # years; a number alone that says more is no person's


def read_chip(fields: list[str], today: date) -> Card | Refusal | None:
    """Return the card, or None where the fields are none of a chip card.

    Variants of 6, 7 and 11 fields are told by what stands in them, not where: number, an old
    number that may be empty, name, day of birth, sex, address, day of issue, and whatever else.
    """
    if not _NUMBER.fullmatch(fields[0]) or len(fields) < 4:
        return None
    number, rest = fields[0], fields[1:]
    birth_at, sex_at = _places(rest)
    is_another = any("<" in field for field in rest)  # a national code, with a field too many
    if sex_at is None or is_another or "".join(rest[sex_at : sex_at + 1]).isdecimal():
        return None
    before, after = rest[: sex_at if birth_at is None else birth_at], rest[sex_at + 1 :]
    name = unkeyed(next(filter(_is_of_letters, reversed(before)), ""))
    # Names of parents follow an empty address, and what nothing follows may be cut off.
    said = after[0] if len(after) > 1 and has_letter(after[0]) else ""
    if name is None or is_of_another_page(said):
        return Refusal.GARBLED
    if is_by_telex(name, said):
        return Refusal.KEYBOARD
    birth = "" if birth_at is None else rest[birth_at]
    gender = gender_of(rest[sex_at]) if sex_at < len(rest) and has_letter(rest[sex_at]) else ""
    is_possible = is_possible_birth(birth, today) and year_in(number) <= today.year
    if not is_possible or contradicts(number, birth_year_of(birth), gender):
        return Refusal.CONTRADICTS
    known = (number, name_of(name), year_in(number), gender_in(number))
    return Card(CardKind.CHIP, *known, address=address_of(said))


def _places(rest: list[str]) -> tuple[int | None, int | None]:
    """Return where birth and sex stand; the sex follows the birth, the birth follows the name.

    A name may be a sex as well: "Nam" or "M" before the birth is somebody's name. None for the
    sex where neither is to be seen.
    """
    first = rest[:_FIRST_FIELDS]
    births = [at for at, field in enumerate(first[:-1]) if _is_birth(field)]
    pairs = [at for at in births if _is_sex(rest[at + 1])]
    named = [at for at in pairs if at and has_letter(rest[at - 1])]
    if births:
        birth_at = next(iter(named or pairs or births))
        return birth_at, birth_at + 1
    # The day of birth is missing or garbled: the sex is the last such word, but never a name's.
    sexes = [at for at, field in enumerate(first) if _is_sex(field)]
    later = [at for at in sexes if at > 1 or any(map(has_letter, rest[:at]))]
    return None, later[-1] if later else None


def _is_sex(field: str) -> bool:
    return bool(gender_of(field)) and has_letter(field)


def _is_birth(field: str) -> bool:
    year = birth_year_of(field)
    return year is not None and 1800 <= year < 2200


def _is_of_letters(field: str) -> bool:
    """Whether a field may be a name; an old number, or a day with a slip, has more digits."""
    return sum(map(str.isalpha, field)) > sum(map(str.isdigit, field))


def read_number(text: str, today: date) -> Card | None:
    """Return the card whose twelve digits somebody typed; year and sex are in them."""
    digits = re.sub(r"[\s.]", "", text)
    if not _NUMBER.fullmatch(digits) or digits[0] != "0":
        return None
    year = year_in(digits)
    if not today.year - _OLDEST <= year <= today.year:
        return None
    return Card(CardKind.CHIP, digits, "", year, gender_in(digits), is_typed=True)


def contradicts(number: str, year: int | None, gender: str) -> bool:
    """Compare a number with birth and sex, as far as it is not masked with asterisks.

    The fourth digit tells century and sex, the next two the year of birth (Decree 137/2015/NĐ-CP,
    article 7).
    """
    if not _MASKED.fullmatch(number):
        return False
    if number[3].isdecimal():
        century, is_female = divmod(int(number[3]), 2)
        if gender and gender != ("female" if is_female else "male"):
            return True
        if year and year // 100 != 19 + century:
            return True
    return year is not None and number[4:6].isdecimal() and year % 100 != int(number[4:6])


def year_in(number: str) -> int:
    """Return the year of birth in a number of twelve digits."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def gender_in(number: str) -> str:
    """Return the sex in a number of twelve digits."""
    return "female" if int(number[3]) % 2 else "male"
