"""Telephone numbers, codes and addresses as people write them."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from accounts.fields import CodeField, EmailField, PasswordField, PhoneField

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
    )


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
