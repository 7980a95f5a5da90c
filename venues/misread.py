"""Vietnamese that was written in an old encoding, or read in a wrong one, and what it says.

TCVN3 (fonts .VnTime) and VNI (fonts VNI-Times) put Vietnamese letters in the places of Western
ones, so that without the font "Nguyễn" is "NguyÔn" or "Nguyeãn"; UTF-8 taken for a Western
encoding is "Nguyá»…n". A text is only doubted where it is no Vietnamese as it stands.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from districts.names import parted

LETTERS_LOST = "letters_lost"

_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)
_SINGLE = dict(zip("íìæóòôöîñ", "íìỉĩịơưỵđ", strict=True))
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_MARKS = (
    dict(zip("ùøûõï", _TONES[1:], strict=True))
    | {mark: "\u0302" + tone for mark, tone in zip("âáàåãä", _TONES, strict=True)}
    | {mark: "\u0306" + tone for mark, tone in zip("êéèúüë", _TONES, strict=True)}
)
_BEARING = {"a": "ùøûõïâáàåãäêéèúüë", "e": "ùøûõïâáàåãä", "o": "ùøûõïâáàåãä", "u": "ùøûõï",
            "y": "ùøûõ", "ô": "ùøûõï", "ö": "ùøûõï"}  # fmt: skip


def _vni() -> dict[str, str]:
    """Return what each letter or pair of letters of VNI says, small and capital."""
    said = dict(_SINGLE)
    for base, marks in _BEARING.items():
        for mark in marks:
            letter = _SINGLE.get(base, base) + _MARKS[mark]
            said[base + mark] = unicodedata.normalize("NFC", letter)
    capitals = {letters.upper(): letter.upper() for letters, letter in said.items()}
    mixed = {
        letters[0].upper() + letters[1]: letter.upper()
        for letters, letter in said.items()
        if len(letters) > 1
    }
    return said | capitals | mixed


_VNI = _vni()
_VNI_LETTERS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_ONSET = "(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
_RIMES = """
    a ai ao au ay am an ang anh  ăm ăn ăng  âu ây âm ân âng  e eo em en eng  ê êu êm ên ênh
    i ia iu im in inh  iê iêu iêm iên iêng  y yê yêu yêm yên yêng  o oi om on ong oong oa oai oao oay oam
    oan oang oanh oăm oăn oăng oe oeo oen  ô ôi ôm ôn ông  ơ ơi ơm ơn ơng
    u ua ui um un ung uô uôi uôm uôn uông uơ uân uâng uây uê uênh uy uya uyn uynh uyu uyên
    ư ưa ưi ưu ưm ưn ưng ươ ươi ươu ươm ươn ương
"""
_STOPPED = """
    ac at ap ach  ăc ăt ăp  âc ât âp  ec et ep  êt êp êch  it ip ich  iêc iêt iêp  yêt yt
    oc ot op ooc oac oat oap oach oăc oăt oet  ôc ôt ôp  ơt ơp  uc ut up uôc uôt uât uêch uych uyt uyêt
    ưc ưt ươc ươt ươp
"""
_FREE = re.compile(f"{_ONSET}(?:{'|'.join(_RIMES.split())})")
_STOP = re.compile(f"{_ONSET}(?:{'|'.join(_STOPPED.split())})")
_BETWEEN_WORDS = re.compile(r"[\s,.;:/()\"'’&+\\|_\[\]\d–—-]+")
_NOT_WESTERN = re.compile("[^\u0000-ÿŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_LOST = re.compile(r"\w\?\w|\ufffd")
_BROKEN_UTF_8 = re.compile("á[»º]|Ã[\u0080-¿]|Ä[‘’\u0091\u0090]|Æ[°¡]|áž|áŸ")


class Misread(NamedTuple):
    """How a text came to be unreadable, and what it probably says; empty where that is lost."""

    how: str
    proposal: str


@lru_cache(1 << 14)
def misread(text: str, usual: str = "") -> Misread | None:
    """Return how a text was misread, or None; `usual` is how others of its sheet were.

    In a sheet of TCVN3 even a text that could be Vietnamese as it stands, as "Phóc", is TCVN3.
    """
    if "&#" in text and html.unescape(text) != text:
        return Misread("utf_8", unicodedata.normalize("NFC", html.unescape(text)))
    octets = None if text.isascii() else _octets(text)
    old = _in_western_letters(text, octets, usual) if octets else None
    return old or (Misread(LETTERS_LOST, "") if _LOST.search(text) else None)


def _in_western_letters(text: str, octets: bytes, usual: str) -> Misread | None:
    """Return how a text came to have Western letters only, unless they are Vietnamese."""
    repaired = _from_utf_8(octets)
    if repaired:
        return Misread("utf_8", repaired)
    if _BROKEN_UTF_8.search(text):
        return Misread(LETTERS_LOST, "")
    plain = unicodedata.normalize("NFC", text)
    if usual in ("tcvn3", "vni") or not all(map(_is_word, _words(plain))):
        for how, reading in _readings(text):
            if (how == usual or not usual) and _is_better(plain, reading):
                return Misread(how, reading)
    return None


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(text) if word and not word.isascii()]


def _is_word(word: str) -> bool:
    """Whether a word is a syllable of Vietnamese, in small letters, capitals, or with one first."""
    if not (word.islower() or word.isupper() or word[1:].islower()):
        return False
    letters, tones = parted(unicodedata.normalize("NFD", word.lower()))
    bare = unicodedata.normalize("NFC", letters)
    if len(tones) > 1:
        return False
    if _STOP.fullmatch(bare):
        return tones in ("\u0301", "\u0323")
    return bool(_FREE.fullmatch(bare))


def _western(text: str) -> Iterator[str]:
    """Yield the letters as a Western program shows the bytes of a text."""
    for encoding in ("latin-1", "cp1252"):
        try:
            yield text.encode(encoding).decode("latin-1")
        except UnicodeError:
            continue


def _readings(text: str) -> Iterator[tuple[str, str]]:
    for letters, how in product(dict.fromkeys(_western(text)), ("tcvn3", "vni")):
        reading = (
            letters.translate(_TCVN3)
            if how == "tcvn3"
            else _VNI_LETTERS.sub(lambda match: _VNI[match[0]], letters)
        )
        yield how, " ".join(map(_in_one_case, reading.split(" ")))


def _in_one_case(word: str) -> str:
    """Return a word in capitals where those letters are that have no mark: "NGUYễN"."""
    plain = [letter for letter in word if letter.isascii() and letter.isalpha()]
    if len(plain) > 1 and all(map(str.isupper, plain)):
        return word.upper()
    # Without its font a soft hyphen is nothing: "M­êng" came to be "Mêng".
    return word if _is_word(word) else re.sub("(?<!ư)[ơờớởỡợ](?=ng|c|u)", r"ư\g<0>", word)


def _is_better(text: str, reading: str) -> bool:
    words = _words(reading)
    return reading != text and bool(words) and all(map(_is_word, words))


def _from_utf_8(octets: bytes) -> str:
    """Return what UTF-8 says that was taken for a Western encoding, once or several times."""
    read = ""
    for _time in range(3):
        try:
            read = octets.decode("utf-8")
        except UnicodeDecodeError:
            break
        octets = _octets(read) or b"\xff"
    return unicodedata.normalize("NFC", read)


def _octets(text: str) -> bytes | None:
    """Return the bytes that a Western program would show so, or None where there are none."""
    return None if _NOT_WESTERN.search(text) else b"".join(map(_octet, text))


def _octet(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
