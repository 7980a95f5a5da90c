"""Names as people type them: how they count, folded for comparing, and in alphabetical order."""

import re
import unicodedata
from functools import lru_cache

# Letters in the order of the Vietnamese alphabet; tones order words that are otherwise equal.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"
# A crossed d has three letters that look alike; these signs are one apostrophe to whoever types.
_ETH = str.maketrans("ðɖ", "đđ")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘‛ʼʻʽʹˈ′`´＇ꞌ", " "))
# "Lý" and "Lí", "Quý" and "Quí" are one word; "Thúy" and "Thúi" are not.
_FINAL_Y = re.compile("^([bcdđghklmnpqrstvx]*|qu)y$")


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
    # Signs that nobody sees: vowels that are never written out in Khmer, joiners, selectors.
    letters = re.sub("[\u034f\u17b4\u17b5\ufe00-\ufe0f]", "", unicodedata.normalize("NFD", text))
    # Letters, marks and digits count, joiners are nothing, and all else parts words.
    kept = "".join(
        [
            c if (kind := unicodedata.category(c))[0] in "LMN" else "" if kind == "Cf" else " "
            for c in letters
        ]
    )
    # In Khmer a small d and t below a letter look the same, and words are not parted by spaces.
    words = map(parted, kept.replace("\u17d2\u178a", "\u17d2\u178f").split())
    spelling = " ".join(
        _FINAL_Y.sub(r"\1i", letters) + "".join(sorted(tones)) for letters, tones in words
    )
    return re.sub("(?<=[\u1780-\u17d3\u17dd]) (?=[\u1780-\u17b3])", "", spelling)


def bare(spelling: str) -> str:
    """Return a spelled name as somebody types it who leaves all marks of Latin letters out."""
    return re.sub("[\u0300-\u036f]", "", spelling).replace("đ", "d")


def compared(text: str) -> str:
    """Return a text in which case, spaces, punctuation and where a tone stands do not count."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join([c if unicodedata.category(c)[0] in "LMN" else " " for c in letters])
    words = map(parted, kept.split())
    return " ".join(letters + "".join(sorted(tones)) for letters, tones in words)


@lru_cache(maxsize=1 << 15)
def sort_key(text: str) -> str:
    """Return a key that sorts as a Vietnamese dictionary would; numbers by value.

    Letters decide first, then the tone of each word, so that "hoà" and "hòa" are one word. The
    key is of digits only, so that it sorts alike under every collation of the database.
    """
    words = [parted(word) for word in unicodedata.normalize("NFD", text.casefold()).split()]
    letters = "01".join(_letters_key(letters) for letters, _tones in words)
    return (
        letters + "00" + "".join(str(TONES.index(t[0]) + 1) if t else "0" for _letters, t in words)
    )


def parted(word: str) -> tuple[str, str]:
    """Return the letters of a decomposed word and its tones."""
    return "".join([c for c in word if c not in TONES]), "".join([c for c in word if c in TONES])


def _letters_key(letters: str) -> str:
    """Return two digits for each letter, from 10 on, and 02 with six digits for each number."""
    return "".join(
        f"02{min(int(part[:7]), 999_999):06d}"
        if part[0] in "0123456789"
        else "".join(str(10 + _ALPHABET.index(c)) for c in part if c in _ALPHABET)
        for part in re.findall("[0-9]+|[^0-9]+", unicodedata.normalize("NFC", letters))
    )
