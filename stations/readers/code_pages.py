"""What readers set to another code page make of a card's letters, undone where it is certain.

A reader says "Nguyá»…n" for "Nguyễn": by the one page it is set to, and some drop the bytes that
their page lacks. What cannot be undone for certain is told, so that no such name is kept.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_CODE_PAGES = (
    "cp1252 latin-1 cp1258 cp1250 cp1251 cp1253 cp1254 cp1257 cp437 cp850 iso8859-15 iso8859-2 "
    "iso8859-3 iso8859-4 iso8859-7 iso8859-10 iso8859-13 iso8859-14 iso8859-16"
).split()
_OF_WINDOWS = 3  # the first ones: by which lists are stored wrongly, of which cards are printed
_MOST_ROUNDS = 3  # read wrongly, stored, and read wrongly again
_BARS = "¦‖｜∣ǀ│"  # a bar as other keyboards type it, and a byte of several pages

# Vietnamese with its tones, and what Ê Đê, Gia Rai and their neighbours write besides; a breve
# stands alone behind "ê", "ô", "ơ" and "ư". Some type "ð" for "đ".
_TONES = ("", *"\u0300\u0301\u0303\u0309\u0323")
_VOWELS = {unicodedata.normalize("NFC", a + b) for a, b in product("aăâeêioôơuưy", _TONES)}
_SMALL = _VOWELS | set("bcdfghjklmnpqrstvwxzđðĕĭŏŭƀčñ")
_LETTERS = _SMALL | {letter.upper() for letter in _SMALL} | {"\u0306"}
_KHMER, _CHAM = range(0x1780, 0x1800), range(0xAA00, 0xAA60)
# The bytes that UTF-8 has of these letters, of their marks, and of what a page reads them as.
_BYTES_HERE = {*range(0x80, 0xC0), *range(0xC2, 0xC7), 0xCB, 0xCC, 0xCD, 0xE1, 0xE2, 0xEF}
_WORDS = re.compile("([ |,]+)")
_BETWEEN = {0xA0, 0xFEFF, *range(0x200B, 0x2040)}

_small, _large = (
    "".join(c for c in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]) if is_of(c))
    for is_of in (str.islower, str.isupper)
)
_GARBLED = re.compile(
    "[\ufffd?\u0080-\u009f¡-¦¨-ª¬-¯±-¶¸-º¼-¿×÷]"
    "|[\u2500-\u25ff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u2039\u0152\u2122\u203a\u0153]"
    # A capital with a mark within a small word: half a letter, or one of TCVN3.
    f"|[a-z{_small}][{_large}]|[A-Z{_large}][{_large}][a-z{_small}]"
    "|[aeAE][áàãâêéèÁÀÃÂÊÉÈ]|[uU][úùÚÙ]"  # VNI fonts write a mark behind its vowel
    r"|\w[Ðð]"
)


_COMMON = re.compile(f"[ -~{''.join(sorted(_LETTERS))}]*")  # what most cards are made of


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
    for _ in range(_MOST_ROUNDS):
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
    high = _high(text)
    whole = [page.undone(text, high) for page in _PAGES]
    return _said(whole) or _said(
        [page.undone_in_words(text, high) for page in _PAGES[:_OF_WINDOWS]]
    )


def _said(readings: list[str | None]) -> set[str]:
    return {reading for reading in readings if reading is not None}


def _high(text: str) -> set[str]:
    """Return what a page may have read a byte as."""
    return {c for c in text if c > "\x7f" and not c.isdecimal() and c not in _BARS + "\ufeff"}


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
    if character in _LETTERS or ord(character) in _KHMER or ord(character) in _CHAM:
        return True
    return unicodedata.category(character)[0] not in "LM"


def _is_letter_here(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and _is_written_here(character)


@dataclass(frozen=True)
class _CodePage:
    """The byte that each character was read from, and what UTF-8's sequences look like."""

    bytes_of: dict[str, int]
    sequence: re.Pattern[str]
    read_here: frozenset[str]  # what it may read bytes of Vietnamese or Khmer as

    def undone(self, text: str, high: set[str]) -> str | None:
        """Return a text read by this page; "" where letters of it are lost; None where it was not."""
        return self._undone(text) if high and high <= self.read_here else None

    def undone_in_words(self, text: str, high: set[str]) -> str | None:
        """Return a text of which some words were read by this page, and all others are Vietnamese."""
        read = high & self.read_here
        if not read or not all(map(_is_letter_here, high - read)):
            return None
        words = [(word, self._undone(word)) for word in _WORDS.split(text)]
        if all(undone is None for _word, undone in words):
            return None
        is_lost = any(undone == "" for _word, undone in words)
        return "" if is_lost else "".join(undone or word for word, undone in words)

    def _undone(self, text: str) -> str | None:
        again = self.sequence.sub(self._decoded, text)
        if again == text:
            return None
        rest = self.sequence.sub(self._nothing, text)
        if not any(c in self.bytes_of and c not in _BARS for c in rest):
            return again
        meant = map(self._decoded, self.sequence.finditer(text))
        return "" if any(len(c) == 1 and _is_letter_here(c) for c in meant) else None

    def _decoded(self, found: re.Match[str]) -> str:
        try:
            character = bytes(map(self.bytes_of.__getitem__, found[0])).decode()
        except UnicodeDecodeError:
            return found[0]
        return character if _may_be_meant(character) else found[0]

    def _nothing(self, found: re.Match[str]) -> str:
        return found[0] if self._decoded(found) == found[0] else ""


def _code_page(name: str) -> _CodePage:
    bytes_of = {
        bytes([byte]).decode(name, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)
    }

    def read_from(first: int, last: int) -> str:
        read = "".join(c for c, byte in bytes_of.items() if first <= byte <= last)
        return f"[{re.escape(read)}]"

    following = read_from(0x80, 0xBF)
    leads = ((0xC2, 0xDF, 1), (0xE0, 0xEF, 2), (0xF0, 0xF4, 3))
    sequences = (f"{read_from(first, last)}{following}{{{n}}}" for first, last, n in leads)
    read_here = frozenset(c for c, byte in bytes_of.items() if byte in _BYTES_HERE)
    return _CodePage(bytes_of, re.compile("|".join(sequences)), read_here)


_PAGES = [_code_page(name) for name in _CODE_PAGES]
# What a page reads a byte as may stand where a text was read wrongly twice.
_READ = {character for page in _PAGES for character in page.bytes_of}


def _may_be_meant(character: str) -> bool:
    is_mark = ord(character) in _BETWEEN or unicodedata.combining(character) != 0
    return is_mark or character in _READ or _is_letter_here(character)
