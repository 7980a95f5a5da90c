"""Text as typed: kept, or refused with a sentence; never changed behind somebody's back."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from forms.fields import DayField, PlainTextField, shown

FIELD = PlainTextField(max_length=20)


class EveryKind(forms.Form):
    """Fields of every kind that shows again what was typed."""

    text, day = PlainTextField(max_length=20), DayField()
    number, moment = forms.IntegerField(), forms.DateTimeField()
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, typed: str, **rest: Any) -> None:
        super().__init__(dict.fromkeys(self.base_fields, typed), **rest)


@pytest.mark.parametrize(
    "text",
    [
        "Chợ Trà Vinh",
        "ផ្សារ\u200bព្រះត្រពាំង",
        "Bún 🍜 Bò",
        "👨‍👩‍👧 1",
        "‘Ba’ & <Mẹ>",
        "٣",
        "O'Hara--;",
    ],
)
def test_text_of_any_script_is_kept_as_typed(text: str):
    assert FIELD.clean(text) == unicodedata.normalize("NFC", text)


def test_letters_are_kept_in_their_composed_form_without_outer_spaces():
    assert FIELD.clean(" " + unicodedata.normalize("NFD", "Chợ") + "\u00a0") == "Chợ"


@pytest.mark.parametrize(
    "hidden",
    [
        *"\x00\x07\x1b\t\n\x7f\x85\u2028\ufffd\ufffe\U0010ffff\ufdd0\ud800",
        *"\u202e\u2066\u2069\u200f",
    ],
)
def test_a_hidden_character_is_refused_and_made_visible(hidden: str):
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(f"a{hidden}b")
    assert refused.value.code == "unreadable"
    assert {field.value() for field in EveryKind(f"a{hidden}b")} == {"a�b"}


def test_by_itself_a_form_would_show_it_as_it_is():
    plain = EveryKind("a\x07b", renderer=TemplatesSetting())
    assert {field.value() for field in plain} == {"a\x07b"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("---", "letterless"),
        ("🍜", "letterless"),
        ("a" * 21, "too_long"),
        ("a" * 250_000, "too_long"),
        ("\u0301" * 250_000, "too_long"),
    ],
)
def test_what_is_missing_or_too_long_gets_its_sentence(text: str, code: str):
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(text)
    assert refused.value.code == code


def test_twenty_vietnamese_letters_fit_however_the_phone_sends_them():
    assert FIELD.clean(unicodedata.normalize("NFD", "ệ" * 20)) == "ệ" * 20


@given(st.text(max_size=40))
def test_whatever_is_shown_again_is_readable_or_the_mark(text: str):
    plain = PlainTextField(max_length=200, required=False, needs_letter=False)
    assert all(a in (b, "�") for a, b in zip(shown(text), text, strict=True))
    plain.clean(shown(text).replace("�", ""))


def test_no_form_repeats_the_choice_that_it_refuses():
    # A filter says nothing of what it does not know, the door's form is written by hand; that of
    # contacts has its sentence when it is made.
    silent = {"ScanForm", "ClusterFilter", "LogFilter", "DecisionForm"}
    assert get_resolver().url_patterns  # every form is loaded
    repeating = {
        f"{form.__name__}.{name}"
        for form in below(forms.BaseForm)
        if form.__module__.split(".")[0] not in ("django", "allauth", "tests")
        and form.__name__ not in silent
        for name, field in form.base_fields.items()
        if "%(value)s" in str(field.error_messages.get("invalid_choice", ""))
    }
    assert repeating == set()


def below(form: type) -> Iterator[type]:
    for known in form.__subclasses__():
        yield known
        yield from below(known)
