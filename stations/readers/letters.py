"""What readers and keyboards make of a card's letters, undone where it is certain.

A reader that is set to another code page says "Nguyá»…n" for "Nguyễn", and some drop the bytes that
their page lacks. A Vietnamese keyboard that is on makes "á" of the hexadecimal digits "a1", and a
reader that types "Nguye64n" means "Nguyễn". What cannot be undone for certain is told, so that no
such name is kept.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import ClassVar

BARS = "¦‖｜∣ǀ│"  # a bar as other keyboards type it, and a byte of several pages


# Vietnamese with its tones, and what Ê Đê, Gia Rai and their neighbours write besides. A breve stands
# alone behind "ê", "ô", "ơ" and "ư". Some type "ð" for "đ".
_LETTERS = {"\u0306"} | {
    case
    for small in (
        *map("".join, product("aăâeêioôơuưy", ("", *"\u0300\u0301\u0303\u0309\u0323"))),
        *"bcdfghjklmnpqrstvwxzđðĕĭŏŭƀčñ",
    )
    for letter in [unicodedata.normalize("NFC", small)]
    for case in (letter, letter.upper())
}
_COMMON = re.compile(f"[ -~{''.join(sorted(_LETTERS))}]*")  # what most cards are made of
# Letters with marks.
_SMALL, _LARGE = (
    "".join(filter(case, map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])))
    for case in (str.islower, str.isupper)
)
# What is no letter, or no letter where it stands.
_GARBLED = re.compile(
    "[\ufffd?\u0080-\u009f¡-¦¨-ª¬-¯±-¶¸-º¼-¿×÷]"
    "|[\u2500-\u25ff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u2039\u0152\u2122\u203a\u0153]"
    # A capital with a mark within a small word: half a letter, or one of TCVN3.
    f"|[a-z{_SMALL}][{_LARGE}]|[A-Z{_LARGE}][{_LARGE}][a-z{_SMALL}]"
    "|[aeAE][áàãâêéèÁÀÃÂÊÉÈ]|[uU][úùÚÙ]"  # VNI fonts write a mark behind its vowel
    r"|\w[Ðð]"
)


def mended(text: str) -> str | None:
    """Return a text of UTF-8 that was read by some code page as it was, however often.

    A text is read by one page, whole: where a letter lost its other bytes, or two pages say
    different letters, nobody knows what stood there, and None is returned.
    """
    has_lead_alone = _has_lead_alone(text)
    # What a page makes of several bytes has signs among it that are no letters here.
    if _COMMON.fullmatch(text) and not has_lead_alone:
        return text
    stages, seen, is_broken = {text}, {text}, has_lead_alone
    for _ in range(3):  # read wrongly, stored, and read wrongly again
        readings = {reading for stage in stages for reading in _readings(stage)}
        is_broken |= "" in readings
        stages = readings - seen - {""}
        seen |= stages
    read = {unicodedata.normalize("NFC", stage) for stage in seen - {text}}
    sound = {stage for stage in read if not is_garbled(stage)}
    if len(sound) == 1:
        return sound.pop()
    return None if sound or is_broken or len(seen) > 1 else text


def _readings(text: str) -> set[str]:
    """Return what a text may have been before one page read it; a word of it, if not all of it."""
    # What a page may have read a byte as.
    high = {c for c in text if c > "\x7f" and not c.isdecimal() and c not in BARS + "\ufeff"}
    whole = (page.undone(text, high) for page in _PAGES)
    if readings := {reading for reading in whole if reading is not None}:
        return readings
    # Lists are stored wrongly, of which cards are printed, by the pages of Windows: the first ones.
    in_words = (page.undone_in_words(text, high) for page in _PAGES[:3])
    return {reading for reading in in_words if reading is not None}


def _has_lead_alone(text: str) -> bool:
    """Whether a text has no mark but one that is left of "Á" or "Ê" where bytes were dropped.

    Who writes "Ã" or "Ă" writes other letters with marks too; only "VĂN" stands alone.
    """
    if "Ã" not in text and "Ă" not in text:
        return False
    marked = {c for c in text if c > "\x7f"}
    return marked == {"Ã"} or (marked == {"Ă"} and "Ă" in text.replace("VĂN", ""))


def is_garbled(text: str) -> bool:
    """Whether letters of a text were lost or became others, which nobody here writes."""
    return is_broken(text) or is_of_another_page(text)


def is_of_another_page(text: str) -> bool:
    """Whether a text has letters that nobody here writes: then no other letters are certain."""
    return not _COMMON.fullmatch(text) and (
        not all(map(_is_written_here, text)) or "\ufffd" in text
    )


def is_broken(text: str) -> bool:
    """Whether letters of a text were lost, whatever language it is in."""
    return "?" in text if text.isascii() else bool(_GARBLED.search(text))


@lru_cache(maxsize=1 << 12)
def _is_written_here(character: str) -> bool:
    """Whether a character is no letter, or one of Vietnam's languages."""
    is_khmer_or_cham = "\u1780" <= character < "\u1800" or "\uaa00" <= character < "\uaa60"
    is_letter = unicodedata.category(character)[0] in "LM"
    return not is_letter or is_khmer_or_cham or character in _LETTERS


def _is_letter_here(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and _is_written_here(character)


class _CodePage:
    """A page by which a reader takes bytes for characters."""

    # The bytes that UTF-8 has of letters here, of their marks, and of what a page reads them as.
    _BYTES_HERE = {*range(0x80, 0xC0), *range(0xC2, 0xC7), 0xCB, 0xCC, 0xCD, 0xE1, 0xE2, 0xEF}
    _BETWEEN = {0xA0, 0xFEFF, *range(0x200B, 0x2040)}
    _WORDS = re.compile("([ |,]+)")
    # What a page reads a byte as may stand where a text was read wrongly twice.
    read_by_any: ClassVar[set[str]] = set()

    def __init__(self, name: str) -> None:
        self.bytes_of = {
            bytes([byte]).decode(name, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)
        }
        self.read_by_any.update(self.bytes_of)
        # What it may read bytes of Vietnamese or Khmer as.
        self.read_here = {c for c, byte in self.bytes_of.items() if byte in self._BYTES_HERE}
        following = self._read_from(0x80, 0xBF)
        leads = ((0xC2, 0xDF, 1), (0xE0, 0xEF, 2), (0xF0, 0xF4, 3))
        sequences = (
            f"{self._read_from(first, last)}{following}{{{n}}}" for first, last, n in leads
        )
        self.sequence = re.compile("|".join(sequences))  # of UTF-8, as this page reads it

    def _read_from(self, first: int, last: int) -> str:
        read = "".join(c for c, byte in self.bytes_of.items() if first <= byte <= last)
        return f"[{re.escape(read)}]"

    def undone(self, text: str, high: set[str]) -> str | None:
        """Return a text read by this page; "" where letters of it are lost; None where it was not."""
        return self._undone(text) if high and high <= self.read_here else None

    def undone_in_words(self, text: str, high: set[str]) -> str | None:
        """Return a text of which some words were read by this page, and all others are Vietnamese."""
        read = high & self.read_here
        if not read or not all(map(_is_letter_here, high - read)):
            return None
        words = [(word, self._undone(word)) for word in self._WORDS.split(text)]
        if all(undone is None for _word, undone in words):
            return None
        is_lost = any(undone == "" for _word, undone in words)
        return "" if is_lost else "".join(undone or word for word, undone in words)

    def _undone(self, text: str) -> str | None:
        again = self.sequence.sub(self._decoded, text)
        if again == text:
            return None
        rest = self.sequence.sub(
            lambda match: match[0] if self._decoded(match) == match[0] else "", text
        )
        if not any(c in self.bytes_of and c not in BARS for c in rest):
            return again
        meant = map(self._decoded, self.sequence.finditer(text))
        return "" if any(len(c) == 1 and _is_letter_here(c) for c in meant) else None

    def _decoded(self, match: re.Match[str]) -> str:
        try:
            character = bytes(map(self.bytes_of.__getitem__, match[0])).decode()
        except UnicodeDecodeError:
            return match[0]
        is_mark = ord(character) in self._BETWEEN or unicodedata.combining(character) != 0
        may_be_meant = is_mark or character in self.read_by_any or _is_letter_here(character)
        return character if may_be_meant else match[0]


_PAGES = [
    _CodePage(name)
    for name in (
        "cp1252 latin-1 cp1258 cp1250 cp1251 cp1253 cp1254 cp1257 cp437 cp850 iso8859-15 iso8859-2 "
        "iso8859-3 iso8859-4 iso8859-7 iso8859-10 iso8859-13 iso8859-14 iso8859-16"
    ).split()
]


def unkeyed(name: str, *, is_foreign: bool = False) -> str | None:
    """Return a name whose marks may have been typed as VNI's digits; None where it is garbled.

    A foreigner's has whatever letters it has.
    """
    is_bad = is_broken if is_foreign else is_garbled
    if re.fullmatch("[A-Za-zÀ-ÖØ-öø-ɏẠ-ỹ ]*", name):
        return None if is_bad(name) else name
    if any(map(str.isdigit, name)):
        name = Vni.marked(name)
    scripts = set(map(_script, name)) - {"", "MODIFIER"}
    has_other = "SYMBOL" in scripts or re.search(r"[0-9!\"#$%&*+:;<=>@\[\\\]^{|}~«»]|&\w+;", name)
    return None if has_other or is_bad(name) or len(scripts) > 1 else name


@lru_cache(maxsize=1 << 12)
def _script(character: str) -> str:
    """Return the script of a letter, or "SYMBOL" for what no name holds."""
    if character.isalpha():
        return unicodedata.name(character, "?").split()[0]
    # Whoever has no "’" types "`" or "´".
    is_symbol = unicodedata.category(character)[0] in "SN" and character not in "`´"
    return "SYMBOL" if is_symbol else ""


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
    _WITHIN_A_WORD = re.compile(r"[a-z][aeiouy][1-8]{1,2}[a-z]|\bd9[a-z]", re.IGNORECASE)
    _MARKED = {"6": "aeo", "7": "ou", "8": "a"}
    _KEYS = re.compile(r"([aeiouy])([1-5]?)([678]?)([1-5]?)(?![0-9])|d9", re.IGNORECASE)

    @classmethod
    def marked(cls, text: str) -> str:
        """Return a text with marks in place of the digits that make them."""
        return unicodedata.normalize("NFC", cls._KEYS.sub(cls._letter, text))

    @classmethod
    def marked_address(cls, address: str) -> str:
        """Return an address with its marks, where it has VNI's digits within a word: "Phu7o7ng".

        "Ap3" and "QL53" are words with their numbers, as long as no other word shows VNI.
        """
        if not cls._WITHIN_A_WORD.search(address):
            return address
        words = (cls.marked(word) if len(word) > 2 else word for word in address.split(" "))
        return unicodedata.normalize("NFC", " ".join(words))

    @classmethod
    def _letter(cls, match: re.Match[str]) -> str:
        if match[1] is None:
            return "đ" if match[0][0] == "d" else "Đ"
        vowel, before, mark, after = match.groups()
        if (before and after) or (mark and vowel.lower() not in cls._MARKED[mark]):
            return match[0]
        return vowel + cls.MARKS.get(mark, "") + cls.TONES.get(before or after, "")


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
    def is_in(name: str, address: str = "") -> bool:
        """Whether Telex's keys were left in a name or an address: "Nguyeexn", "Ddức", "Hooij".

        One word that nothing else explains is enough; of words that may be names of other peoples,
        as "Lee", "Sar" and "Max" are, it takes two in a name.
        """
        of_name, of_address = Telex._keys_in(name), Telex._keys_in(address)
        # Two keys in a word are Telex's for certain, or one that no name has there.
        if any(len(keys) > 1 or keys in "dwfjSX" for keys in of_name + of_address):
            return True
        return len(of_name) > 1 and any(set(keys) & set("sx") for keys in of_name)

    @staticmethod
    @lru_cache(maxsize=1 << 14)  # people of one hamlet share their address
    def _keys_in(text: str) -> list[str]:
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
        is_stopped = match[3] in Telex._STOPS and tone.lower() in ("f", "r", "x")
        is_name = match[1].endswith("ơ") and not match[3] + stroke + tone  # "Low"
        has_other_tone = len(tone) > 1 or (tone and len(toneless) < len(parts))
        if has_other_tone or is_stopped or is_name:
            return ""
        if within == "S" and match[3] == "t":
            tone = "s"  # "Rust"
        return stroke + marks + tone
