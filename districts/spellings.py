"""How people write names of units, with or without marks and kinds, and how much two are alike."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .models import Level, Unit
from .names import TONES

ALIKE, MUCH_ALIKE, SAME = 0.5, 0.8, 1.0
MOST = 3  # communes that are proposed
_BREAK = re.compile(r"[,;/|()\[\]\n\r–—-]")


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

    @property
    def means_lot(self) -> bool:
        """Whether what follows is the number of a lot or a flat."""
        return self.base in _LOTS and self.may_mean(_LOTS[self.base])

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
    written, end = list[Word](), 0
    for match in re.finditer(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+", text):
        start = match.start()
        begins = end == 0 or _BREAK.search(text, end, start) is not None
        written.append(Word(*_letters(match[0]), start, begins))
        end = match.end()
    return written


def bases(written: Iterable[Word]) -> tuple[str, ...]:
    """Return the bare letters of words."""
    return tuple([word.base for word in written])


@lru_cache(8192)
def _letters(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a word's bare letters, its tone and its other marks."""
    if text.isdecimal():
        return str(int(text)), "", ()
    base, tone, marks = "", "", list[str]()
    for character in unicodedata.normalize("NFKD", text.casefold()):
        if character in TONES:
            tone = character
        elif unicodedata.combining(character):
            marks[-1:] = [character]
        else:
            base += "d" if character == "đ" else character
            marks.append(character if character == "đ" else "")
    # "Mĩ" and "Mỹ", "Lí" and "Lý" are one word to whoever writes them.
    if base.endswith("y") and re.fullmatch("[a-z]?[bcdghklmnpqrstvx]y", base):
        base = f"{base[:-1]}i"
    return base, tone, tuple(marks)


def name_words(name: str, kind: str) -> tuple[Word, ...]:
    """Return the words of a unit's name without its kind."""
    written = words(unicodedata.normalize("NFC", name))
    before = [word.base for word in words(unicodedata.normalize("NFC", kind))]
    own = [word.base for word in written]
    return tuple(written[len(before) :] if before and own[: len(before)] == before else written)


# What stands before the name of a unit of each kind.
SHORT_FORMS = {
    kind: tuple(tuple(words(form)) for form in forms)
    for kind, forms in {
        "tỉnh": ("tỉnh", "t"),
        "thành phố": ("thành phố", "tp", "t p", "t phố"),
        "thị xã": ("thị xã", "tx", "t x", "t xã"),
        "huyện": ("huyện", "h"),
        "quận": ("quận", "q"),
        "phường": ("phường", "p", "ph", "f"),
        "xã": ("xã", "x"),
        "thị trấn": ("thị trấn", "tt", "t t", "ttr", "t trấn"),
    }.items()
}
# "Lô P-5" is a lot in a market and "căn P7" a flat.
_LOTS = {
    word.base: word
    for word in words("lô dãy quầy sạp căn hộ phòng khu block kiốt ốt gian số tầng cổng")
}
_HAMLETS = [words(hamlet) for hamlet in ("ấp", "khóm", "tổ", "khu phố", "kp", "k")]


def other_forms(
    name: tuple[Word, ...], kind: str
) -> Iterator[tuple[tuple[Word, ...], tuple[str, ...]]]:
    """Yield a name's other forms, "VII" and "TV", and with the kind that is in them, "TPTV"."""
    if len(name) == 1 and name[0].base.isdecimal():
        for row in (
            "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(),
            "một hai ba bốn năm sáu bảy tám chín mười".split(),
        ):
            if 0 < int(name[0].base) <= len(row):
                yield tuple(words(row[int(name[0].base) - 1])), ()
    if kind in ("tỉnh", "thành phố", "thị xã", "huyện") and len(name) > 1:
        initials = "".join(word.base[0] for word in name)
        yield tuple(words(initials)), ()
        for short, *rest in map(bases, SHORT_FORMS[kind]):
            if not rest and len(short) <= len("tp"):
                yield tuple(words(short + initials)), (short,)


def starts_with_hamlet(written: list[Word]) -> bool:
    """Whether words begin with what a hamlet is called by: "Khóm 3", "Ấp Chợ"."""
    return any(
        len(written) > len(hamlet) and all(map(Word.may_mean, written, hamlet))
        for hamlet in _HAMLETS
    )


class Likeness:
    """The shapes of the names by which communes may be meant, and of what these lie in."""

    def __init__(self) -> None:
        self.districts = set[int]()
        self._upper: dict[int, list[set[str]]] = {}
        self._shapes: dict[int, list[tuple[Unit, set[str]]]] = defaultdict(list)

    def add(self, unit: Unit, successor: Unit) -> None:
        """Know the name of a commune, by which the one is meant that it became."""
        self._shapes[successor.pk].append((unit, _pieces(name_words(unit.name, unit.kind))))
        for upper in unit.lineage[:-1]:
            self.districts |= {upper.pk} if upper.level == Level.DISTRICT else set()
            names = (name_words(upper.name, upper.kind), words(upper.name))
            self._upper.setdefault(upper.pk, [_pieces(name) for name in names])

    def most_alike(
        self,
        written: list[Word],
        communes: Iterable[Unit],
        possible: set[int],
        least: float = ALIKE,
    ) -> list[Unit]:
        """Return the communes most alike; only names of `possible` units count."""
        pieces = _pieces(written)
        scores = {
            commune: max(
                [_shared(pieces, s) for unit, s in self._shapes[commune.pk] if unit.pk in possible],
                default=0,
            )
            for commune in communes
        }
        near = sorted(
            (commune for commune in scores if scores[commune] >= least),
            key=lambda commune: (-scores[commune], commune.name_order, commune.code),
        )
        return [each for each in near[:MOST] if scores[each] > scores[near[0]] - 0.15]

    def is_like_upper(self, written: list[Word]) -> bool:
        """Whether words look like the name of a district or a province."""
        pieces = _pieces(written)
        return any(
            _shared(pieces, shape) >= ALIKE for shapes in self._upper.values() for shape in shapes
        )


def _pieces(written: Iterable[Word]) -> set[str]:
    padded = f"  {' '.join(bases(written))} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _shared(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
