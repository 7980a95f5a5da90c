"""Reading a code."""

import re
from datetime import date

from accounts import phones
from declarations import personal_codes

from .cards import Card, Kind, Refusal


def read(text: str, today: date) -> Card | Refusal:
    """Return what a text claims of somebody, or why it claims nothing."""
    text = text.strip()
    if code := personal_codes.normalised(text):
        return Card(Kind.OWN, code=code)
    if chip := re.fullmatch(r"(\d{12})\|\d*\|([^|]+)\|\d{4}(\d{4})\|([^|]*)\|([^|]*)\|.*", text):
        gender = "female" if chip[4] == "Nữ" else "male"
        return Card(Kind.CHIP, chip[1], chip[2], int(chip[3]), gender, address=chip[5])
    if phone := phones.normalised(text):
        return Card(Kind.PHONE, phone=phone)
    if named := re.fullmatch(r"([^\d]+) (\d{4})", text):
        return Card(Kind.NAMED, full_name=named[1], birth_year=int(named[2]))
    return Refusal.UNKNOWN
