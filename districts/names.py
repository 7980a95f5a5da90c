"""Names as people type them: how they count, folded for comparing, and in alphabetical order."""

import re
import unicodedata
from functools import lru_cache

# Letters in the order of the Vietnamese alphabet; tones order words that are otherwise equal.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_MARKS = re.compile("[\u0300-\u036f]")
# A crossed d has three letters that look alike; these signs are one apostrophe to whoever types.
_ETH = str.maketrans("ðɖ", "đđ")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘‛ʼʻʽʹˈ′`´＇ꞌ", " "))
# Signs that nobody sees: vowels that are never written out in Khmer, joiners, selectors.
_UNSEEN = re.compile("[\u034f\u17b4\u17b5\ufe00-\ufe0f]")
# "Lý" and "Lí", "Quý" and "Quí" are one word; "Thúy" and "Thúi" are not.
# In Khmer words are not parted by spaces, and a small d and t below a letter look the same.
_BETWEEN_KHMER = re.compile("(?<=[\u1780-\u17d3\u17dd]) (?=[\u1780-\u17b3])")
_SMALL_D, _SMALL_T = "\u17d2\u178a", "\u17d2\u178f"
_FINAL_Y = re.compile("^([bcdđghklmnpqrstvx]*|qu)y$")

# The key is of digits only, so that it sorts alike under every collation of the database.
_TONES_FOLLOW, _NEXT_WORD, _NUMBER, _FIRST_LETTER = "00", "01", "02", 10
_HIGHEST_NUMBER = 999_999


@lru_cache(maxsize=1 << 15)  # a search asks of every venue of a province
def folded(text: str) -> str:
    """Return the text in lower case, without any diacritic, with single spaces."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_ETH).replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def spelled(name: str) -> str:
    """Return a name as it counts: letters and tones do, how somebody types them does not.

    Case, spaces, hyphens, apostrophes, dots, signs that nobody sees, where a tone stands and
    whether a word ends in y or i make no other name; one tone or one letter does.
    """
    return " ".join(filter(None, map(_spelled_part, name.split())))


@lru_cache(maxsize=1 << 14)  # many people share their words
def _spelled_part(part: str) -> str:
    text = unicodedata.normalize("NFKC", part.translate(_APOSTROPHES)).casefold().translate(_ETH)
    letters = _UNSEEN.sub("", unicodedata.normalize("NFD", text))
    words = "".join(map(_kept, letters)).replace(_SMALL_D, _SMALL_T).split()
    return _BETWEEN_KHMER.sub("", " ".join(map(_spelled_word, words)))


def bare(spelling: str) -> str:
    """Return a spelled name as somebody types it who leaves all marks of Latin letters out."""
    return _MARKS.sub("", spelling).replace("đ", "d")


def compared(text: str) -> str:
    """Return a text in which case, spaces, punctuation and where a tone stands do not count."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in letters)
    return " ".join(_with_tones_last(word) for word in kept.split())


@lru_cache(maxsize=1 << 15)
def sort_key(text: str) -> str:
    """Return a key that sorts as a Vietnamese dictionary would; numbers by value.

    Letters decide first, then the tone of each word, so that "hoà" and "hòa" are one word.
    """
    words = unicodedata.normalize("NFD", text.casefold()).split()
    letters = _NEXT_WORD.join(_word_key(word) for word in words)
    return letters + _TONES_FOLLOW + "".join(_tone_key(word) for word in words)


def _kept(character: str) -> str:
    """Return a letter, mark or digit; nothing for what is not seen; a space for all else."""
    category = unicodedata.category(character)
    if category[0] in "LMN":
        return character
    return "" if category == "Cf" else " "


def _spelled_word(word: str) -> str:
    letters = "".join(c for c in word if c not in _TONES)
    tones = "".join(sorted(c for c in word if c in _TONES))
    return _FINAL_Y.sub(r"\1i", letters) + tones


def _with_tones_last(word: str) -> str:
    tones = sorted(character for character in word if character in _TONES)
    return "".join([*(c for c in word if c not in _TONES), *tones])


def _word_key(word: str) -> str:
    bare = "".join(character for character in word if character not in _TONES)
    parts = _PARTS.findall(unicodedata.normalize("NFC", bare))
    return "".join(_number_key(p) if p[0] in "0123456789" else _letters_key(p) for p in parts)


def _number_key(digits: str) -> str:
    return f"{_NUMBER}{min(int(digits[:7]), _HIGHEST_NUMBER):06d}"


def _letters_key(letters: str) -> str:
    places = (_ALPHABET.find(letter) for letter in letters)
    return "".join(str(_FIRST_LETTER + place) for place in places if place >= 0)


def _tone_key(word: str) -> str:
    return next((str(_TONES.index(c) + 1) for c in word if c in _TONES), "0")
