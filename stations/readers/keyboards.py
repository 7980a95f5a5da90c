"""What Vietnamese keyboards that are on do to a card's text, undone where it is certain.

VNI makes "á" of the hexadecimal digits "a1", and a reader that types "Nguye64n" means "Nguyễn".
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from .code_pages import is_broken, is_garbled

_MOST_CANDIDATES = 64

_MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_MARKED_BY = {"6": "aeo", "7": "ou", "8": "a"}
_VNI_WITHIN = re.compile(r"[a-z][aeiouy][1-8]{1,2}[a-z]|\bd9[a-z]", re.IGNORECASE)
_VNI = re.compile(r"([aeiouy])([1-5]?)([678]?)([1-5]?)(?![0-9])|d9", re.IGNORECASE)

# What no name holds; whoever has no "’" types "`" or "´".
_NO_PART_OF_A_NAME = re.compile(r"[0-9!\"#$%&*+:;<=>@\[\\\]^{|}~«»]|&\w+;")
_LIKE_APOSTROPHES = "`´"

_TONE_MARKS = set(_TONES.values())
# Telex: what a word was meant as, where it is a syllable of Vietnamese.
_TELEX_MARKS = {"aw": "ă", "ow": "ơ", "uw": "ư", "aa": "â", "ee": "ê", "oo": "ô"}
_TELEX_MARKED = re.compile("uw?ow|[aou]w|aa|ee|oo")
_TELEX_TONED = re.compile("([^aăâeêioôơuưy]*[aăâeêioôơuưy]+)([sfrxj]?)([cghmnpt]*)([sfrxj]?)")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|ch?|gh|gi?|kh?|ph|p|qu|th?|tr|[bdđhlmnrsvx])?"
    "(?:(?:[aăâeêioôơuưy]|o[aăe]|u[âêyôơ]|[iy]ê|ươ|uyê)(?:ch?|m|ng?|nh|p|t)"
    "|a[iouy]?|â[uy]|eo?|êu?|i[au]?|[iy]êu|o(?:a[iyo]?|eo?|i)?|ôi?|ơi?"
    "|u(?:ây|ôi|y[au]?|[aiêơ])?|ư[aiu]?|ươ[iu]|y)"
)
_KEYS = re.compile("^dd|aa|ee|oo|.[wsfrxj]")
_STOPS = ("c", "ch", "p", "t")  # what ends so has no tone but sắc and nặng
_ENGLISH = set("beef roof reef town down dawn lawn".split())


_LETTERS_ALONE = re.compile("[A-Za-zÀ-ÖØ-öø-ɏẠ-ỹ ]*")


def unkeyed(name: str, *, is_foreign: bool = False) -> str | None:
    """Return a name whose marks may have been typed as VNI's digits; None where it is garbled.

    A foreigner's has whatever letters it has.
    """
    if _LETTERS_ALONE.fullmatch(name):
        return None if (is_broken(name) if is_foreign else is_garbled(name)) else name
    if any(map(str.isdigit, name)):
        name = unicodedata.normalize("NFC", _VNI.sub(_marked, name))
    has_other = _NO_PART_OF_A_NAME.search(name) or any(map(_is_symbol, name))
    is_bad = is_broken(name) if is_foreign else is_garbled(name)
    return None if has_other or is_bad or len(_scripts(name)) > 1 else name


@lru_cache(maxsize=1 << 12)
def _is_symbol(character: str) -> bool:
    return unicodedata.category(character)[0] in "SN" and character not in _LIKE_APOSTROPHES


def is_by_telex(name: str, address: str = "") -> bool:
    """Whether Telex's keys were left in a name or an address: "Nguyeexn", "Ddức", "Hooij".

    One word that nothing else explains is enough; of words that may be names of other peoples,
    as "Lee", "Sar" and "Max" are, it takes two in a name.
    """
    of_name, of_address = _keys_in(name), _keys_in(address)
    if any(map(_is_telling, of_name + of_address)):
        return True
    return len(of_name) > 1 and any(set(keys) & set("sx") for keys in of_name)


@lru_cache(maxsize=1 << 14)  # people of one hamlet share their address
def _keys_in(text: str) -> list[str]:
    return list(filter(None, map(_telex_keys, _words(text))))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text.lower()))


def _is_telling(keys: str) -> bool:
    """Whether keys are Telex's for certain: two in a word, or one that no name has there."""
    return len(keys) > 1 or keys in "dwfjSX"


@lru_cache(maxsize=1 << 14)  # names and addresses share their words
def _telex_keys(word: str) -> str:
    """Return the keys in a word that is a syllable without them; "v" for "aa", "ee" and "oo".

    "Saw", "Aaron" and "Soc" are no such words. A capital stands within the word: "Vixnh".
    """
    if word in _ENGLISH or not _KEYS.search(word):
        return ""
    stroke = "d" if word.startswith("dd") else ""
    letters = f"đ{word[2:]}" if stroke else word
    marks = "".join("w" if "w" in mark else "v" for mark in _TELEX_MARKED.findall(letters))
    letters = _TELEX_MARKED.sub(lambda found: _TELEX_MARKS.get(found[0], "ươ"), letters)
    toneless = "".join(c for c in unicodedata.normalize("NFD", letters) if c not in _TONE_MARKS)
    found = _TELEX_TONED.fullmatch(unicodedata.normalize("NFC", toneless))
    if not found or not _SYLLABLE.fullmatch(found[1] + found[3]):
        return ""
    within, last = (found[2].upper(), found[4]) if found[3] else ("", found[2] + found[4])
    tone = within + last
    is_toned = len(toneless) < len(unicodedata.normalize("NFD", letters))
    is_stopped = found[3] in _STOPS and tone.lower() in ("f", "r", "x")
    if len(tone) > 1 or (tone and (is_toned or is_stopped)):
        return ""
    if found[1].endswith("ơ") and not found[3] + stroke + tone:
        return ""  # "Low" is a name
    if within == "S" and found[3] == "t":
        tone = "s"  # "Rust"
    return stroke + marks + tone


def unkeyed_address(address: str) -> str:
    """Return an address whose marks were typed as VNI's digits: "Phu7o7ng" has them within a word.

    "Ap3" and "QL53" are words with their numbers, as long as no other word shows VNI.
    """
    if not _VNI_WITHIN.search(address):
        return address
    words = (_VNI.sub(_marked, word) if len(word) > 2 else word for word in address.split(" "))
    return unicodedata.normalize("NFC", " ".join(words))


def undone(digits: str) -> list[str]:
    """Return what hexadecimal digits may have been before a Vietnamese keyboard read them.

    Telex makes "ê" of "ee" and "à" of "af"; VNI makes "ê" of "e6" and "á" of "a1".
    """
    found: list[str] = []
    for typed in (_by_telex, _by_vni):
        ways = [typed(character) for character in unicodedata.normalize("NFC", digits)]
        if all(ways):
            found += map("".join, islice(product(*ways), _MOST_CANDIDATES))
    return found


def _by_telex(character: str) -> list[str]:
    return _typed(character, "dd", {"\u0302": "", "\u0300": "f"})


def _by_vni(character: str) -> list[str]:
    keys = {mark: key for key, mark in (_MARKS | _TONES).items()}
    return _typed(character, "d9", keys)


def _typed(character: str, stroke: str, keys: dict[str, str]) -> list[str]:
    """Return the keys by which a character may have been typed; none where there are none."""
    if character in "đĐ":
        return [stroke]
    base, *marks = list(unicodedata.normalize("NFD", character))
    if any(mark not in keys for mark in marks):
        return []
    pressed = [keys[mark] or base for mark in marks]
    orders = [pressed, pressed[::-1]] if len(pressed) > 1 else [pressed]
    return [base + "".join(order) for order in orders]


def _marked(found: re.Match[str]) -> str:
    if found[1] is None:
        return "đ" if found[0][0] == "d" else "Đ"
    vowel, before, mark, after = found.groups()
    if (before and after) or (mark and vowel.lower() not in _MARKED_BY[mark]):
        return found[0]
    return vowel + _MARKS.get(mark, "") + _TONES.get(before or after, "")


def _scripts(name: str) -> set[str]:
    if name.replace(" ", "").isascii():
        return {"LATIN"}
    return set(map(_script, name)) - {"", "MODIFIER"}


@lru_cache(maxsize=1 << 12)
def _script(character: str) -> str:
    return unicodedata.name(character, "?").split()[0] if character.isalpha() else ""
