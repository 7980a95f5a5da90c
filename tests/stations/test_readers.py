"""Every card a Vietnamese carries is read; everything else is answered with what to do."""

import unicodedata
from datetime import date

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from declarations.models import Evidence
from districts.names import folded
from stations.readers import Card, CardKind, read
from stations.refusals import Refusal
from tests import make
from tests.soak import garbling
from tests.soak.cards import fuzz

from .card_texts import CHIPS, NEW, SCANNED, TABLE, TODAY, TYPED


def test_the_table_is_as_large_as_promised():
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("text", "is_typed"), TABLE, ids=lambda told: str(told)[:40] or "empty")
def test_a_text_says_what_the_table_says(text, is_typed):
    assert read(text, TODAY, is_typed=is_typed) == (TYPED if is_typed else SCANNED)[text]


def test_a_whole_card_is_the_same_whether_its_reader_was_quick_or_slow():
    for text, card in (SCANNED | {"": Refusal.EMPTY}).items():
        if "|" in text:
            assert read(text, TODAY, is_typed=True) == card


def test_a_poster_shown_by_mistake_is_told_apart(venue, settings):
    poster = venue.poster
    for text in (poster.address, poster.address.lower() + "/", poster.displayed_code, poster.code):
        assert read(text, TODAY, is_typed=False) is Refusal.POSTER
        assert read(text, TODAY, is_typed=True) is Refusal.POSTER


@given(st.text(max_size=300), st.booleans())
def test_no_text_raises(text, is_typed):
    found = read(text, TODAY, is_typed=is_typed)
    assert isinstance(found, Card | Refusal)


@given(st.text(st.characters(codec="utf-16"), max_size=100).map(lambda end: NEW[:40] + end))
def test_no_end_of_a_card_raises(text):
    read(text, TODAY, is_typed=False)


@pytest.mark.parametrize("text", [text for text, card in CHIPS.items() if isinstance(card, Card)])
def test_a_card_without_diacritics_is_the_same_person(text):
    told, plain = CHIPS[text], read(folded(text.replace("Nữ", "Nu")), TODAY, is_typed=False)
    assert isinstance(plain, Card)
    assert (plain.number, plain.birth_year, plain.gender) == (
        told.number, told.birth_year, told.gender
    )  # fmt: skip


def test_decomposed_letters_are_the_same_name():
    decomposed = read(unicodedata.normalize("NFD", NEW), TODAY, is_typed=False)
    assert decomposed == read(NEW, TODAY, is_typed=False)


def test_nobody_is_born_after_today():
    assert read(NEW, date(1974, 12, 31), is_typed=False) is Refusal.CONTRADICTS


def test_what_was_typed_is_told_from_what_was_scanned():
    assert read(NEW, TODAY, is_typed=True).evidence == Evidence.SCANNED
    for text in ("0912345678", "Thử Văn 1975", "084075001234"):
        assert read(text, TODAY, is_typed=True).evidence == Evidence.TYPED
        assert isinstance(read(text, TODAY, is_typed=False), Refusal)


def test_every_refusal_says_what_to_do():
    assert len({refusal.sentence for refusal in Refusal}) == len(Refusal)


def test_a_number_with_a_slip_is_told_how_it_is_written_today():
    for text, form in {"01626345678": "0326 345 678", "855 12 345 678": "+855 12 345 678"}.items():
        refusal = read(text, TODAY, is_typed=True)
        assert isinstance(refusal, Refusal)
        assert form in refusal.sentence


def test_a_short_soak_finds_nothing():
    assert fuzz(5_000, seed=1) == 5_000


def test_the_figures_of_garbled_cards_are_the_published_ones():
    page = (settings.BASE_DIR / "docs" / "cards.md").read_text()
    assert garbling.table() in page


def test_own_codes_of_visitors_are_read(db):
    from declarations.personal_codes import code_of

    code = code_of(make.visitor().key)
    assert read(code, TODAY, is_typed=False) == Card(CardKind.OWN, code=code)
