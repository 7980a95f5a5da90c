"""The code on a poster: every slip of whoever types it is noticed."""

import math
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues import codes

CODES = [codes.new_code() for _ in range(300)]


def with_character(code: str, position: int, character: str) -> str:
    return code[:position] + character + code[position + 1 :]


def swapped(code: str, first: int, second: int) -> str:
    letters = list(code)
    letters[first], letters[second] = letters[second], letters[first]
    return "".join(letters)


def test_the_alphabet_has_no_characters_that_look_alike():
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET)) == 31
    assert not set(codes.ALPHABET) & set("0O1IL")
    assert all(31 % divisor for divisor in range(2, 31))


def test_no_weight_and_no_difference_of_weights_can_hide_an_error():
    """An error changes the sum by weight × step, a swap by difference × step, step ≠ 0 mod 31."""
    weights = codes.WEIGHTS
    differences = [a - b for i, a in enumerate(weights) for b in weights[i + 1 :]]
    assert all(math.gcd(number, 31) == 1 for number in (*weights, *differences))


def test_every_wrong_character_is_noticed():
    for code, position in product(CODES[:100], range(codes.LENGTH)):
        for character in set(codes.ALPHABET) - {code[position]}:
            assert codes.normalise(with_character(code, position, character)) is None


def test_every_swap_of_two_characters_neighbours_or_not_is_noticed():
    for code in CODES:
        for first, second in combinations(range(codes.LENGTH), 2):
            if code[first] != code[second]:
                assert codes.normalise(swapped(code, first, second)) is None


def test_new_codes_are_right_differ_and_use_the_whole_alphabet():
    assert all(codes.is_code(code) for code in CODES)
    assert len(set(CODES)) == len(CODES)
    assert set("".join(CODES)) == set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "  {}\n",
        "{0[0]} {0[1]} {0[2]} {0[3]} - {0[4]}.{0[5]}_{0[6]} {0[7]}",
        *(f"{{0:.4}}{dash}{{1}}" for dash in "-‐‑‒–—―−－﹣_\u00ad\u200b\u00a0\u3000·."),
    ],
)
def test_a_code_is_accepted_however_it_is_grouped(typed):
    for code in CODES[:20]:
        assert codes.normalise(typed.format(code, code[4:])) == code
        assert codes.normalise(typed.format(code, code[4:]).lower()) == code


def test_full_width_letters_of_another_keyboard_are_the_same_letters():
    code = CODES[0]
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert codes.normalise(wide) == codes.normalise(wide.lower()) == code


@pytest.mark.parametrize("lookalike", "0O1ILoil")
def test_characters_that_no_code_has_are_refused(lookalike):
    assert codes.normalise(with_character(CODES[0], 3, lookalike)) is None


@pytest.mark.parametrize(
    "typed", ["", "-", "ABCD", "ABCD-23456", "é", "\x00", "ß" * 4, "ABCDEFG\u212a", "2" * 10_000]
)
def test_what_can_not_be_a_code_is_none(typed):
    assert codes.normalise(typed) is None


@given(st.text())
def test_any_text_is_either_a_code_or_none(text):
    code = codes.normalise(text)
    assert code is None or codes.is_code(code)


def test_people_read_it_in_two_groups():
    assert codes.displayed("ABCD2345") == "ABCD-2345"
    assert codes.normalise(codes.displayed(CODES[0])) == CODES[0]


def test_a_code_among_64_characters_is_read_and_among_more_it_is_none():
    code = codes.new_code()
    assert codes.normalise(code.ljust(64)) == code
    assert codes.normalise(code.ljust(65)) is None
