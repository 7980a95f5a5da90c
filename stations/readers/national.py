"""The national personal code: PC-Covid, Sổ sức khoẻ (decision 1405/QĐ-BTTTT, version 1.1)."""

import re
from datetime import date

from accounts import phones

from .cards import Card, Kind
from .texts import day_of, gender_of, name_of

_DAY = re.compile(r"[\d*]{4}-[\d*]{1,2}-[\d*]{1,2}|\*+")
_DOCUMENT = re.compile(r"[0-9A-Z]{6,15}")
_PHONE = re.compile(r"\+?\d{9,12}")


def read_national(fields: list[str], today: date) -> Card | None:
    """Return the card, or None: document, name, birth, 0 or 1 for declared by another, QID, more.

    Document and birth may be masked with asterisks; then the QID's digits stand for the person.
    """
    if len(fields) < 5 or fields[3] not in ("0", "1") or not re.fullmatch(r"\d{4,20}", fields[4]):
        return None
    document, name, birth = fields[0].upper(), name_of(fields[1]), fields[2]
    if not name or (birth and not _DAY.fullmatch(birth)):
        return None
    more = [part.strip() for part in "<".join(fields[5:]).split("<")]
    day = day_of(birth, today)
    return Card(
        Kind.NATIONAL,
        document if _DOCUMENT.fullmatch(document) else f"QID{fields[4]}",
        name,
        day.year if day else None,
        next(filter(None, map(gender_of, more)), ""),
        phone=next(filter(None, map(_phone, more)), ""),
    )


def _phone(part: str) -> str:
    """Return the phone number that a part is, if it begins as Vietnamese ones do."""
    is_like = _PHONE.fullmatch(part) and part.startswith(("0", "84", "+84"))
    return (
        (phones.normalised(f"+{part}" if part.startswith("84") else part) or "") if is_like else ""
    )
