"""What Vietnamese keyboards that are on do to a card's text, undone where it is certain.

VNI makes "á" of the hexadecimal digits "a1", and a reader that types "Nguye64n" means "Nguyễn".
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from .code_pages import is_broken, is_garbled

_LETTERS_ALONE = re.compile("[A-Za-zÀ-ÖØ-öø-ɏẠ-ỹ ]*")
_NO_PART_OF_A_NAME = re.compile(r"[0-9!\"#$%&*+:;<=>@\[\\\]^{|}~«»]|&\w+;")


def unkeyed(name: str, *, is_foreign: bool = False) -> str | None:
    """Return a name whose marks may have been typed as VNI's digits; None where it is garbled.

    A foreigner's has whatever letters it has.
    """
    is_bad = is_broken if is_foreign else is_garbled
    if _LETTERS_ALONE.fullmatch(name):
        return None if is_bad(name) else name
    if any(map(str.isdigit, name)):
        name = Vni.marked(name)
    scripts = set(map(_script, name)) - {"", "MODIFIER"}
    has_other = _NO_PART_OF_A_NAME.search(name) or "SYMBOL" in scripts
    return None if has_other or is_bad(name) or len(scripts) > 1 else name


@lru_cache(maxsize=1 << 12)
def _script(character: str) -> str:
    """Return the script of a letter, or "SYMBOL" for what no name holds."""
    if character.isalpha():
        return unicodedata.name(character, "?").split()[0]
    # Whoever has no "’" types "`" or "´".
    is_symbol = unicodedata.category(character)[0] in "SN" and character not in "`´"
    return "SYMBOL" if is_symbol else ""


def unkeyed_address(address: str) -> str:
    """Return an address whose marks were typed as VNI's digits: "Phu7o7ng" has them within a word.

    "Ap3" and "QL53" are words with their numbers, as long as no other word shows VNI.
    """
    if not Vni.WITHIN_A_WORD.search(address):
        return address
    words = (Vni.marked(word) if len(word) > 2 else word for word in address.split(" "))
    return unicodedata.normalize("NFC", " ".join(words))


def undone(digits: str) -> list[str]:
    """Return what hexadecimal digits may have been before a Vietnamese keyboard read them.

    Telex makes "ê" of "ee" and "à" of "af"; VNI makes "ê" of "e6" and "á" of "a1".
    """
    candidates: list[str] = []
    vni = {mark: key for key, mark in (Vni.MARKS | Vni.TONES).items()}
    for stroke, keys in (("dd", {"\u0302": "", "\u0300": "f"}), ("d9", vni)):
        ways = [
            _keys_of(character, stroke, keys) for character in unicodedata.normalize("NFC", digits)
        ]
        if all(ways):
            candidates += map("".join, islice(product(*ways), 64))
    return candidates


def _keys_of(character: str, stroke: str, keys: dict[str, str]) -> list[str]:
    """Return the keys by which a character may have been typed; none where there are none."""
    if character in "đĐ":
        return [stroke]
    base, *marks = list(unicodedata.normalize("NFD", character))
    if any(mark not in keys for mark in marks):
        return []
    pressed = [keys[mark] or base for mark in marks]
    orders = [pressed, pressed[::-1]] if len(pressed) > 1 else [pressed]
    return [base + "".join(order) for order in orders]


class Vni:
    """The keyboard that makes marks of digits."""

    MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
    TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
    WITHIN_A_WORD = re.compile(r"[a-z][aeiouy][1-8]{1,2}[a-z]|\bd9[a-z]", re.IGNORECASE)
    _MARKED = {"6": "aeo", "7": "ou", "8": "a"}
    _KEYS = re.compile(r"([aeiouy])([1-5]?)([678]?)([1-5]?)(?![0-9])|d9", re.IGNORECASE)

    @classmethod
    def marked(cls, text: str) -> str:
        """Return a text with marks in place of the digits that make them."""
        return unicodedata.normalize("NFC", cls._KEYS.sub(cls._letter, text))

    @classmethod
    def _letter(cls, match: re.Match[str]) -> str:
        if match[1] is None:
            return "đ" if match[0][0] == "d" else "Đ"
        vowel, before, mark, after = match.groups()
        if (before and after) or (mark and vowel.lower() not in cls._MARKED[mark]):
            return match[0]
        return vowel + cls.MARKS.get(mark, "") + cls.TONES.get(before or after, "")


def is_by_telex(name: str, address: str = "") -> bool:
    """Whether Telex's keys were left in a name or an address: "Nguyeexn", "Ddức", "Hooij".

    One word that nothing else explains is enough; of words that may be names of other peoples,
    as "Lee", "Sar" and "Max" are, it takes two in a name.
    """
    of_name, of_address = Telex.keys_in(name), Telex.keys_in(address)
    # Two keys in a word are Telex's for certain, or one that no name has there.
    if any(len(keys) > 1 or keys in "dwfjSX" for keys in of_name + of_address):
        return True
    return len(of_name) > 1 and any(set(keys) & set("sx") for keys in of_name)


class Telex:
    """The keyboard that makes marks of letters: what a word was meant as, where it is a syllable."""

    _KEYS = re.compile("^dd|aa|ee|oo|.[wsfrxj]")
    _MARKS = {"aw": "ă", "ow": "ơ", "uw": "ư", "aa": "â", "ee": "ê", "oo": "ô"}
    _MARKED = re.compile("uw?ow|[aou]w|aa|ee|oo")
    _TONED = re.compile("([^aăâeêioôơuưy]*[aăâeêioôơuưy]+)([sfrxj]?)([cghmnpt]*)([sfrxj]?)")
    _SYLLABLE = re.compile(
        "(?:ngh?|nh|ch?|gh|gi?|kh?|ph|p|qu|th?|tr|[bdđhlmnrsvx])?"
        "(?:(?:[aăâeêioôơuưy]|o[aăe]|u[âêyôơ]|[iy]ê|ươ|uyê)(?:ch?|m|ng?|nh|p|t)"
        "|a[iouy]?|â[uy]|eo?|êu?|i[au]?|[iy]êu|o(?:a[iyo]?|eo?|i)?|ôi?|ơi?"
        "|u(?:ây|ôi|y[au]?|[aiêơ])?|ư[aiu]?|ươ[iu]|y)"
    )
    _STOPS = ("c", "ch", "p", "t")  # what ends so has no tone but sắc and nặng
    _ENGLISH = set("beef roof reef town down dawn lawn".split())
    _TONES = set(Vni.TONES.values())

    @staticmethod
    @lru_cache(maxsize=1 << 14)  # people of one hamlet share their address
    def keys_in(text: str) -> list[str]:
        words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text.lower()))
        return list(filter(None, map(Telex._keys_of, words)))

    @staticmethod
    @lru_cache(maxsize=1 << 14)  # names and addresses share their words
    def _keys_of(word: str) -> str:
        """Return the keys in a word that is a syllable without them; "v" for "aa", "ee" and "oo".

        "Saw", "Aaron" and "Soc" are no such words. A capital stands within the word: "Vixnh".
        """
        if word in Telex._ENGLISH or not Telex._KEYS.search(word):
            return ""
        stroke = "d" if word.startswith("dd") else ""
        letters = f"đ{word[2:]}" if stroke else word
        marks = "".join("w" if "w" in mark else "v" for mark in Telex._MARKED.findall(letters))
        letters = Telex._MARKED.sub(lambda mark: Telex._MARKS.get(mark[0], "ươ"), letters)
        parts = unicodedata.normalize("NFD", letters)
        toneless = "".join(c for c in parts if c not in Telex._TONES)
        match = Telex._TONED.fullmatch(unicodedata.normalize("NFC", toneless))
        if not match or not Telex._SYLLABLE.fullmatch(match[1] + match[3]):
            return ""
        within, last = (match[2].upper(), match[4]) if match[3] else ("", match[2] + match[4])
        tone = within + last
        is_toned = len(toneless) < len(parts)
        is_stopped = match[3] in Telex._STOPS and tone.lower() in ("f", "r", "x")
        if len(tone) > 1 or (tone and (is_toned or is_stopped)):
            return ""
        if match[1].endswith("ơ") and not match[3] + stroke + tone:
            return ""  # "Low" is a name
        if within == "S" and match[3] == "t":
            tone = "s"  # "Rust"
        return stroke + marks + tone
