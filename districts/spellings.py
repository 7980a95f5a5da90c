"""How people write names of units: with or without diacritics, with the kind or its short form."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 500  # characters; nobody writes a place in more

# What stands before the name of a unit of each kind, as `folded` words.
SHORT_FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "tỉnh": (("tinh",), ("t",)),
    "thành phố": (("thanh", "pho"), ("tp",), ("t", "p")),
    "thị xã": (("thi", "xa"), ("tx",), ("t", "x")),
    "huyện": (("huyen",), ("h",)),
    "quận": (("quan",), ("q",)),
    "phường": (("phuong",), ("p",), ("ph",), ("f",)),
    "xã": (("xa",), ("x",)),
    "thị trấn": (("thi", "tran"), ("tt",), ("t", "t"), ("ttr",)),
}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")
_BREAK = re.compile(r"[,;/|()\[\]\n\r–—-]")
# "Mĩ" and "Mỹ", "Lí" and "Lý" are one word to whoever writes them.
_FINAL_Y = re.compile(r"(?<=^[bcdghklmnpqrstvx])y$|(?<=^[a-z][bcdghklmnpqrstvx])y$")


class Word(NamedTuple):
    """A word or number: its bare letters, its tone, its other marks, and where it stands."""

    base: str
    tone: str
    marks: tuple[str, ...]
    start: int
    begins: bool  # after a comma, a dash or the like

    @property
    def is_plain(self) -> bool:
        """Whether it is written without any diacritic."""
        return not self.tone and not any(self.marks)

    def is_written_as(self, name: "Word") -> bool:
        """Whether no diacritic of the name is left out; where its tone stands does not matter."""
        return (self.tone, self.marks) == (name.tone, name.marks)

    def may_mean(self, name: "Word") -> bool:
        """Whether this is how somebody writes a word of a name, perhaps leaving diacritics out."""
        return (
            self.base == name.base
            and self.tone in ("", name.tone)
            and all(
                mine in ("", theirs) for mine, theirs in zip(self.marks, name.marks, strict=False)
            )
        )


def words(text: str) -> list[Word]:
    """Return the words and numbers of a text that is in NFC."""
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    end = 0
    for found in _WORD.finditer(text):
        begins = end == 0 or _BREAK.search(text, end, found.start()) is not None
        yield _word(found[0], found.start(), begins=begins)
        end = found.end()


def _word(text: str, start: int, *, begins: bool) -> Word:
    if text.isdecimal():
        return Word(str(int(text)), "", (), start, begins)
    base, tone, marks = "", "", list[str]()
    for character in unicodedata.normalize("NFKD", text.casefold()):
        if character in _TONES:
            tone = character
        elif unicodedata.combining(character):
            marks[-1:] = [character]
        else:
            base += "d" if character == "đ" else character
            marks.append(character if character == "đ" else "")
    return Word(_FINAL_Y.sub("i", base), tone, tuple(marks), start, begins)


def name_words(name: str, kind: str) -> tuple[Word, ...]:
    """Return the words of a unit's name without its kind."""
    found = words(unicodedata.normalize("NFC", name))
    before = [word.base for word in words(unicodedata.normalize("NFC", kind))]
    own = [word.base for word in found]
    return tuple(found[len(before) :] if before and own[: len(before)] == before else found)
