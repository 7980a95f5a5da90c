"""Telephone numbers as people in Vietnam write them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_TAKES_MESSAGES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def normalised(text: str) -> str | None:
    """Return a number in the international form +84…, or None when it is not one.

    Numbers without a country code are Vietnamese; spaces, dots and dashes do not count.
    """
    try:
        number = phonenumbers.parse(text, "VN")
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def takes_messages(phone: str) -> bool:
    """Whether a message sent to an international number may arrive: a landline shows none."""
    try:
        number = phonenumbers.parse(phone, "VN")
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) in _TAKES_MESSAGES


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
