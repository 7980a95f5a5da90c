"""Personal codes: digits that find a visitor, and refuse what was mistyped."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from declarations.models import Visitor
from declarations.personal_codes import code_of, displayed, keys_between, normalised
from tests import make
from tests.page import Reader
from venues.models import Venue

from .scene import declare

keys = st.uuids()
places = st.integers(0, 19)


@given(keys)
def test_a_code_is_twenty_digits_that_lead_back_to_its_key(key: UUID) -> None:
    code = code_of(key)
    first, last = keys_between(code)
    assert len(code) == 20
    assert code.isdecimal()
    assert first <= key <= last
    assert code_of(first) == code_of(last) == code


@given(keys)
def test_a_code_is_read_as_it_is_shown_and_however_it_is_typed(key: UUID) -> None:
    code = code_of(key)
    for typed in (code, displayed(code), f" {displayed(code)}\t", "-".join(code)):
        assert normalised(typed) == code
    assert list(map(len, displayed(code).split())) == [4, 4, 4, 4, 4]


@given(keys, places, st.integers(1, 9))
def test_every_single_wrong_digit_is_refused(key: UUID, place: int, by: int) -> None:
    code = code_of(key)
    wrong = str((int(code[place]) + by) % 10)
    assert normalised(code[:place] + wrong + code[place + 1 :]) is None


@given(keys, st.integers(0, 18))
def test_every_swap_of_neighbours_is_refused(key: UUID, place: int) -> None:
    code = code_of(key)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert normalised(swapped) is None


@given(st.text(max_size=40))
def test_no_text_is_more_than_refused(text: str) -> None:
    code = normalised(text)
    assert code is None or code_of(keys_between(code)[0]) == code


@pytest.mark.parametrize("text", ["", "1", "9" * 20, "²" * 20, "１" * 20, "٣" * 20, "0" * 21])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    assert normalised(text) is None


@given(keys, keys)
def test_the_keys_of_two_codes_do_not_overlap(one: UUID, other: UUID) -> None:
    assume(code_of(one) != code_of(other))
    (first, last), (start, end) = keys_between(code_of(one)), keys_between(code_of(other))
    assert last < start or end < first


@pytest.mark.django_db
def test_the_database_finds_one_visitor_by_a_code() -> None:
    found = make.visitor()
    for year in range(1960, 1975):
        make.visitor(birth_year=year)
    assert Visitor.objects.get(key__range=keys_between(code_of(found.key))) == found


def test_the_phone_shows_its_visitors_code_and_no_other(page: Reader, venue: Venue) -> None:
    make.sealing_key()
    assert "Mã cá nhân" not in page.get("/me/").text
    declare(page, venue)
    code = displayed(code_of(Visitor.objects.get().key))
    assert code in page.get("/me/").text
    assert code not in page.by(None).get("/me/").text
