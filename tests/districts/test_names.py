"""Vietnamese names: compared without diacritics, ordered as a dictionary orders them."""

import random
import unicodedata

import pytest

from districts.names import compared, folded, sort_key, spelled

ORDERED = """
Bà Rịa - Vũng Tàu, Bạc Liêu, Bắc Giang, Bến Tre, Cà Mau, Cao Bằng, Cần Thơ, Châu Thành, Da, Đa Lộc,
Đà Nẵng, Đôn Châu, Hà Giang, Hải Dương, Hoà Tân, Hưng Yên, Lai Châu, Lạng Sơn, Lào Cai, Nam Định,
Ninh Thới, Ô, Ơ, Phước, Quảng Nam, Quảng Ngãi, Sóc Trăng, Sơn La, Thanh, Tháp, Trà Cú, Ưu,
Vĩnh Long, Yên
"""
DICTIONARY = [name.strip() for name in ORDERED.split(",")]
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


def in_order(names):
    shuffled = random.Random(1).sample(names, len(names))
    return sorted(shuffled, key=sort_key)


def test_names_stand_in_the_order_of_a_vietnamese_dictionary():
    assert in_order(DICTIONARY) == DICTIONARY


def test_tones_order_words_with_the_same_letters():
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mạ an", "ma bi"]
    assert in_order(words) == words


def test_the_place_of_a_tone_counts():
    assert sort_key("an ạn") < sort_key("ạn an")


def test_letters_with_marks_are_letters_of_their_own():
    assert in_order(list(LETTERS)) == list(LETTERS)


@pytest.mark.parametrize(
    "names",
    [
        ["Phường 1", "Phường 2", "Phường 9", "Phường 10", "Phường 12", "Phường An"],
        ["Tổ 2A", "Tổ 2B", "Tổ 10A"],
        ["Xã An Trường", "Xã An Trường A", "Xã An Trường B"],
    ],
)
def test_numbers_go_by_value_and_short_names_come_first(names):
    assert in_order(names) == names


def test_the_key_sorts_alike_under_every_collation():
    assert all(sort_key(name).isdigit() for name in [*DICTIONARY, "Phường 10", "Hậu-Giang", "ខ្មែរ"])


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_composed_and_decomposed_letters_are_the_same(form):
    assert sort_key(unicodedata.normalize(form, "Nguyệt Hoá")) == sort_key("Nguyệt Hoá")
    assert folded(unicodedata.normalize(form, "Nguyệt Hoá")) == "nguyet hoa"


@pytest.mark.parametrize(("new", "old"), [("hoà", "hòa"), ("Thuỷ", "Thủy"), ("khoẻ", "khỏe")])
def test_both_ways_of_placing_a_tone_are_one_word(new, old):
    assert folded(new) == folded(old)
    assert sort_key(new) == sort_key(old)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Thị trấn\tCầu   Kè ", "thi tran cau ke"),
        ("ĐÔNG HẢI", "dong hai"),
        ("đ Đ", "d d"),
        ("Phường 10", "phuong 10"),
        ("", ""),
    ],
)
def test_folding_drops_case_diacritics_and_spaces(typed, expected):
    assert folded(typed) == expected


@pytest.mark.parametrize("odd", ["", " ", "-", "9" * 500, "\x00", "🙂", "²", "٣", "\u0301"])
def test_no_text_is_too_odd_for_a_key(odd):
    assert isinstance(sort_key(odd), str)
    assert isinstance(folded(odd), str)


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("Quán Hoà Bình", "quán  HÒA bình!", True),
        ("12, Lê Lợi", "12 lê lợi", True),
        ("Phường 1", unicodedata.normalize("NFD", "PHƯỜNG 1"), True),
        ("Quán Hoa", "Quán Hòa", False),
        ("Lê Lợi 1", "Lê Lợi 11", False),
        ("ផ្សារ", "ផ្សា", False),
    ],
)
def test_texts_are_compared_by_how_they_read(one: str, other: str, are_alike: bool):
    assert (compared(one) == compared(other)) == are_alike


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("Nguyễn  Thị-Lý", "nguye\u0302n\u0303 thi\u0323 li\u0301"),
        ("NGUYỄN THỊ LÍ", "nguye\u0302n\u0303 thi\u0323 li\u0301"),
        ("Hoà", "hoa\u0300"),
        ("Hòa", "hoa\u0300"),
        ("Thúy", "thuy\u0301"),
        ("Thúi", "thui\u0301"),
        ("H\u200bUỆ", "hue\u0302\u0323"),
        ("O’Neil", "o neil"),
        ("Ðỗ", "đo\u0302\u0303"),
    ],
)
def test_a_name_counts_by_letters_and_tones_and_not_by_habits(typed, spelling):
    assert spelled(typed) == spelling  # stored keys are made of it


def test_numbers_sort_by_value_up_to_the_highest_and_tones_last():
    numbers = ["Ấp 2", "Ấp 10", "Ấp 999998", "Ấp 999999"]
    assert in_order(numbers) == numbers
    assert sort_key("Ấp 1000000") == sort_key("Ấp 999999")
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert in_order(tones) == tones
