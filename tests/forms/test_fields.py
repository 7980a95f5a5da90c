"""Telephone numbers, codes and addresses as people write them."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from forms.fields import (
    CodeField,
    CredentialField,
    EmailField,
    MobileField,
    PasswordField,
    PhoneField,
)

BAD = ["", " ", "x", "\x00", "\u202e1", "🍜", "9" * 250_000, "<script>", "'; drop table--"]


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "+84 912.345.678",
        "84912345678",
        "(091) 234-5678",
        "០៩១២៣៤៥៦៧៨",
        "０９１２３４５６７８",
        "\u00a00912345678 ",
        "٠٩١٢٣٤٥٦٧٨",
        "０912345678",
        "912345678",
        "0084 912 345 678",
        "+84 (0) 912 345 678",
        "+84 (0)912345678",
        "(+84) 912345678",
        "(+84)0912345678",
    ],
)
def test_a_phone_is_understood_as_people_write_it(typed: str):
    assert PhoneField().clean(typed) == "+84912345678"


@pytest.mark.parametrize("typed", [*BAD, "0912", "0912345678 ext 5", "113", "0912345678901"])
def test_what_is_no_phone_gets_a_sentence_with_an_example(typed: str):
    with pytest.raises(ValidationError) as refused:
        PhoneField().clean(typed)
    assert "0912 345 678" in refused.value.messages[0] or refused.value.code in (
        "too_long",
        "unreadable",
        "letterless",
        "letters",
    )


PROPOSED = {
    "01691234567": "0391 234 567",
    "0169 123 4567": "0391 234 567",
    "+84 120 123 4567": "0701 234 567",
    "0199.123.4567": "0591 234 567",
    "1626345678": "0326 345 678",
    "074 3855123": "0294 3855 123",
    "743855123": "0294 3855 123",
    "+84 74 3855123": "0294 3855 123",
    "(074) 3855 123": "0294 3855 123",
    "(070) 3855123": "0270 3855 123",
    "075 3822 123": "0275 3822 123",
    "04 38123456": "024 3812 3456",
    "(04) 3812.3456": "024 3812 3456",
    "08 3812 3456": "028 3812 3456",
    "(08) 38123456": "028 3812 3456",
    "0780 3855123": "0290 3855 123",
    "0912345678 / 0987654321": "0912 345 678",
    "0912345678-0987654321": "0912 345 678",
    "0912.345.678 - 0987.654.321": "0912 345 678",
    "0912345678 0987654321": "0912 345 678",
    "0912345678, 02943855123": "0912 345 678",
    "0912345678 hoặc 0987654321": "0912 345 678",
    "912345678/987654321": "0912 345 678",
    "01691234567 - 0912345678": "0391 234 567",
    "074 3855123 (Lan)": "0294 3855 123",
    "070 3855 123": "0270 3855 123",
    "070-3855123": "0270 3855 123",
    "0939222004 (Lan)": "0939 222 004",
    "Lan: 0939 222 004": "0939 222 004",
    "+84 939 222 004 (Lan)": "0939 222 004",
    "855 12 345 678": "+855 12 345 678",
    "85512345678": "+855 12 345 678",
    "012 345 678": "+855 12 345 678",
    "8562055512345": "+856 20 55 512 345",
}
NOBODYS = {
    "0912 ABC DEF": "letters",
    "O912345678": "letters",
    "19009095": "hotline",
    "1900 9095": "hotline",
    "+84 1900 9095": "hotline",
    "1800 1090": "hotline",
    "115": "hotline",
    "1022": "hotline",
    "+41 800 123 456": "hotline",
    "+855 1800 123 456": "hotline",
    "①912345678": "not_a_phone",
    "0112345678": "not_a_phone",
    "0912345678901": "not_a_phone",
    "0912 345 678 9": "not_a_phone",
}


@pytest.mark.parametrize("typed", PROPOSED)
def test_a_number_that_was_or_looks_foreign_is_told_as_it_is_now(typed: str):
    with pytest.raises(ValidationError) as refused:
        PhoneField().clean(typed)
    assert PROPOSED[typed] in refused.value.messages[0]
    assert PhoneField().clean(PROPOSED[typed]).startswith("+")


@pytest.mark.parametrize("typed", NOBODYS)
def test_what_reaches_nobody_is_told_why(typed: str):
    with pytest.raises(ValidationError) as refused:
        PhoneField().clean(typed)
    assert refused.value.code == NOBODYS[typed]


@pytest.mark.parametrize("typed", ["070 385 5123", "0703855123", "0838123456", "08 38 12 34 56"])
def test_a_mobile_number_that_begins_like_an_old_area_code_is_one(typed: str):
    assert PhoneField().clean(typed).startswith(("+84703", "+84838"))


def test_people_abroad_and_with_landlines_are_reached_but_get_no_code():
    assert PhoneField().clean("+855 12 345 678") == "+85512345678"
    assert PhoneField().clean("0294 3855 123") == "+842943855123"
    for phone in ("+855 12 345 678", "0294 3855 123"):
        with pytest.raises(ValidationError) as refused:
            MobileField().clean(phone)
        assert refused.value.code == "no_messages"


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", "123-456", " 123456", "១២៣៤៥៦", "１２３４５６"]
)
def test_a_code_is_understood_in_any_digits_and_grouping(typed: str):
    assert CodeField().clean(typed) == "123456"


@pytest.mark.parametrize("typed", [*BAD, "12345", "1234567", "12345a", "½12345"])
def test_what_is_no_code_is_refused(typed: str):
    with pytest.raises(ValidationError):
        CodeField().clean(typed)


@pytest.mark.parametrize("typed", [*BAD, "lan", "lan@", "@x.vn", "a@b", "a b@c.vn"])
def test_what_is_no_email_address_is_refused(typed: str):
    with pytest.raises(ValidationError):
        EmailField().clean(typed)


def test_an_email_address_is_kept_in_lower_case():
    assert EmailField().clean(" Lan@TraVinh.gov.VN ") == "lan@travinh.gov.vn"


def test_a_password_is_the_same_from_every_keyboard():
    decomposed = unicodedata.normalize("NFD", " mật khẩu dài ")
    assert PasswordField().clean(decomposed) == " mật khẩu dài "


@pytest.mark.parametrize("typed", ["1" * 5000, "[" * 15_000, "[]", "", "{"])
def test_what_no_browser_says_of_a_passkey_is_refused(typed):
    with pytest.raises(ValidationError):
        CredentialField().clean(typed)
