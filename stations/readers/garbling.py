"""What readers and keyboards do to a card's text on its way, undone where it is certain.

A reader set to another code page says "Nguyá»…n"; a Vietnamese keyboard that is on makes "á" of
the hexadecimal digits "a1". What cannot be undone is told, so that no such name is kept.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

_CODE_PAGES = ("cp1252", "cp1258", "latin-1")
_MOST_ROUNDS = 3  # read wrongly, stored, and read wrongly again
_MOST_CANDIDATES = 64

_MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_MARKED_BY = {"6": "aeo", "7": "ou", "8": "a"}
_VNI_WITHIN = re.compile(r"[a-z][aeiouy][1-8]{1,2}[a-z]|\bd9[a-z]", re.IGNORECASE)
_VNI = re.compile(r"([aeiouy])([1-5]?)([678]?)([1-5]?)(?![0-9])|d9", re.IGNORECASE)

# In a Vietnamese name no letter of Latin-1 stands but these: others are those of fonts of old.
_LETTERS = "àáâãèéêìíòóôõùúýð"
_OF_OLD_FONTS = "".join(
    chr(number)
    for number in range(0xA1, 0x100)
    if chr(number).lower() not in _LETTERS and chr(number) not in "«°·»"
)
_SMALL, _LARGE = (
    "".join(c for c in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]) if is_of(c))
    for is_of in (str.islower, str.isupper)
)
_GARBLED = re.compile(
    "[\ufffd?\u0080-\u009f" + re.escape(_OF_OLD_FONTS) + "]"
    "|[\u2500-\u25ff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u2039\u0152\u2122\u203a\u0153]"
    # A capital with a mark within a small word: half a letter, or one of TCVN3.
    f"|[a-z{_SMALL}][{_LARGE}]|[A-Z{_LARGE}][{_LARGE}][a-z{_SMALL}]"
    "|[aeAE][áàãâêéèÁÀÃÂÊÉÈ]|[uU][úùÚÙ]"  # VNI fonts write a mark behind its vowel
    r"|\w[Ðð]"
)
LATIN = re.compile(f"[A-Za-z{_SMALL}{_LARGE}'’. -]*")
_NO_PART_OF_A_NAME = re.compile(r"[0-9!\"#$%&*+:;<=>@\[\\\]^{|}~]|&\w+;")


def mended(text: str) -> str:
    """Return a text of UTF-8 that was read as a code page of Windows as it was, however often."""
    for _ in range(_MOST_ROUNDS):
        if not _BEGINNING.search(text):
            break
        again = _SEQUENCE.sub(_decoded, text)
        if again == text:
            break
        text = again
    return text


def is_garbled(text: str) -> bool:
    """Whether letters of a text were lost or became others."""
    return "?" in text if text.isascii() else any(map(_is_garbled_word, text.split(" ")))


@lru_cache(maxsize=1 << 14)  # names and addresses share their words
def _is_garbled_word(word: str) -> bool:
    return bool(_GARBLED.search(word))


def unkeyed(name: str) -> str | None:
    """Return a name whose marks may have been typed as VNI's digits; None where it is garbled."""
    is_latin = LATIN.fullmatch(name)
    if not is_latin and any(map(str.isdigit, name)):
        name = unicodedata.normalize("NFC", _VNI.sub(_marked, name))
    has_other = not is_latin and (_NO_PART_OF_A_NAME.search(name) or len(_scripts(name)) > 1)
    return None if has_other or is_garbled(name) else name


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
    return {unicodedata.name(c, "?").split()[0] for c in name if c.isalpha()} - {"MODIFIER"}


def _bytes_of_characters() -> dict[str, int]:
    """Return the byte that each character of the code pages was read from."""
    found: dict[str, int] = {}
    for page in _CODE_PAGES:
        for byte in range(0x80, 0x100):
            character = bytes([byte]).decode(page, errors="replace")
            found.setdefault(character, byte)
    found.pop("\ufffd", None)
    return found


_BYTES = _bytes_of_characters()


def _read_from(first: int, last: int) -> str:
    characters = (character for character, byte in _BYTES.items() if first <= byte <= last)
    return "[" + re.escape("".join(characters)) + "]"


_NEXT = _read_from(0x80, 0xBF)
_BEGINNING = re.compile(_read_from(0xC2, 0xF4) + _NEXT)  # of a sequence, found at once
_SEQUENCE = re.compile(
    f"{_read_from(0xC2, 0xDF)}{_NEXT}|{_read_from(0xE0, 0xEF)}{_NEXT}{{2}}"
    f"|{_read_from(0xF0, 0xF4)}{_NEXT}{{3}}"
)


def _decoded(found: re.Match[str]) -> str:
    try:
        character = bytes(map(_BYTES.__getitem__, found[0])).decode()
    except UnicodeDecodeError:
        return found[0]
    return character if _may_stand_on_a_card(character) else found[0]


def _may_stand_on_a_card(character: str) -> bool:
    """Letters of Latin and Khmer, their marks, and what a code page reads of them."""
    number = ord(character)
    is_letter = number < 0x250 or 0x300 <= number < 0x370 or 0x1E00 <= number < 0x1F00
    is_other = character in _BYTES or 0x200B <= number < 0x2040 or number == 0xFEFF
    return is_letter or is_other or 0x1780 <= number < 0x1800
