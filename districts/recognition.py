"""Recognising the commune somebody means, by its code or by a name in any common spelling."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from .models import Level, Unit
from .spellings import LONGEST, SHORT_FORMS, Word, name_words, words

_MOST_MENTIONS = 5
_ALIKE, _ALMOST = 0.5, 0.15
_MOST_ALIKE = 3
_SHORTS = {short for kind in ("phường", "xã", "thị trấn") for short in SHORT_FORMS[kind]}


class Mention(NamedTuple):
    """Words of a text that name a unit: from which to before which."""

    start: int
    end: int
    unit: Unit
    has_kind: bool
    is_exact: bool


Chain = tuple[Mention, ...]
Accepts = Callable[[Chain, list[Word]], bool]


@dataclass(frozen=True)
class Meaning:
    """What a text may mean: one commune, or several, or none; and what stands before its place."""

    communes: tuple[Unit, ...] = ()
    rest: str = ""
    is_doubtful: bool = False  # it may as well be the district of that name


class Gazetteer:
    """The units in force on a day, as people write them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._named: dict[tuple[str, ...], list[tuple[Unit, tuple[Word, ...]]]] = defaultdict(list)
        self._above: dict[int, set[int]] = {}
        self._coded: dict[str, Unit] = {}
        for unit in units:
            name = name_words(unit.name, unit.kind)
            self._named[tuple(word.base for word in name)].append((unit, name))
            self._above[unit.pk] = {each.pk for each in unit.lineage}
            if unit.level == Level.COMMUNE:
                self._coded[unit.code] = unit
        self._longest = max(map(len, self._named), default=0)
        self._shapes = {
            unit.pk: _pieces(" ".join(word.base for word in name_words(unit.name, unit.kind)))
            for unit in self._coded.values()
        }

    @classmethod
    def on(cls, day: date) -> Self:
        """Return the names in force on a day."""
        return cls(Unit.objects.on(day).with_parents())

    def coded(self, code: str) -> Unit | None:
        """Return the commune with an official code; a spreadsheet may have lost zeros before it."""
        return self._coded.get(code.strip().zfill(5))

    def named(self, text: str) -> Meaning:
        """Return what a text means that names a commune and nothing else."""
        return self._meaning(text, _is_whole)

    def at_end_of(self, address: str) -> Meaning:
        """Return what the end of an address means; a hamlet's bare name is no commune."""
        return self._meaning(address, _is_certain)

    def like(self, text: str, communes: Iterable[Unit]) -> list[Unit]:
        """Return those of some communes whose names look like a text, the most alike first."""
        found = words(_tidy(text))
        within, name = self._parted(found)
        alike = [
            (_likeness(_pieces(name), self._shapes[unit.pk]), unit)
            for unit in communes
            if within <= self._above[unit.pk]
        ]
        near = sorted(
            (pair for pair in alike if pair[0] >= _ALIKE),
            key=lambda pair: (-pair[0], pair[1].name_order, pair[1].code),
        )
        return [unit for score, unit in near[:_MOST_ALIKE] if score > near[0][0] - _ALMOST]

    def _parted(self, found: list[Word]) -> tuple[set[int], str]:
        """Return the units above a commune that a text ends with, and the name before them."""
        within = set[int]()
        while above := [
            mention
            for mention in self._mentions(found, len(found))
            if mention.unit.level != Level.COMMUNE
        ]:
            first = min(mention.start for mention in above)
            if tuple(word.base for word in found[:first]) in _SHORTS:
                break  # "Xã Càng Long": the town of that name is meant, not its district
            named = {mention.unit.pk for mention in above if mention.start == first}
            within |= named if len(named) == 1 else set()
            found = found[:first]
        name = [word.base for word in found]
        kind = max((s for s in _SHORTS if tuple(name[: len(s)]) == s), key=len, default=())
        return within, " ".join(name[len(kind) :])

    def _meaning(self, text: str, accepts: Accepts) -> Meaning:
        text = _tidy(text)
        found = words(text)
        while [word.base for word in found[-2:]] == ["viet", "nam"]:
            found = found[:-2]
        chains = [chain for chain in self._chains(found) if accepts(chain, found)]
        if not chains:
            return Meaning()
        first = min(chain[0].start for chain in chains)
        chains = [chain for chain in chains if chain[0].start == first]
        exact = [chain for chain in chains if all(mention.is_exact for mention in chain)]
        if exact and not all(word.is_plain for word in found[first:]):
            chains = exact
        communes = {_commune(chain).unit.pk: _commune(chain).unit for chain in chains}
        rest = text[: found[first].start].rstrip(" ,;-–—/.\n")
        doubtful = len(communes) == 1 and all(self._may_be_a_district(chain) for chain in chains)
        return Meaning(tuple(communes.values()), rest, doubtful)

    def _chains(self, found: list[Word]) -> Iterator[Chain]:
        """Yield each row of neighbouring mentions at the end that has one commune in it."""
        waiting: list[tuple[int, Chain]] = [(len(found), ())]
        while waiting:
            end, chain = waiting.pop()
            if any(mention.unit.level == Level.COMMUNE for mention in chain):
                yield chain
            if len(chain) < _MOST_MENTIONS:
                waiting += [
                    (mention.start, (mention, *chain))
                    for mention in self._mentions(found, end)
                    if all(self._fit(mention.unit, other.unit) for other in chain)
                ]

    def _mentions(self, found: list[Word], end: int) -> Iterator[Mention]:
        """Yield what the words before a place may name."""
        bases = tuple(word.base for word in found[:end])
        for start in range(max(0, end - self._longest), end):
            for unit, name in self._named.get(bases[start:], ()):
                if all(map(Word.may_mean, found[start:end], name)):
                    exact = all(map(Word.is_written_as, found[start:end], name))
                    yield Mention(start, end, unit, has_kind=False, is_exact=exact)
                    yield from _with_kind(Mention(start, end, unit, True, exact), bases)

    def _fit(self, one: Unit, other: Unit) -> bool:
        """Whether both can stand in one place's name: one lies in the other."""
        if one.pk == other.pk:
            return one.level != Level.COMMUNE
        return one.level != other.level and (
            one.pk in self._above[other.pk] or other.pk in self._above[one.pk]
        )

    def _may_be_a_district(self, chain: Chain) -> bool:
        mention = chain[0]
        if len(chain) > 1 or mention.has_kind:
            return False
        name = name_words(mention.unit.name, mention.unit.kind)
        alike = self._named[tuple(word.base for word in name)]
        return any(unit.level != Level.COMMUNE for unit, _name in alike)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text[:LONGEST])


def _with_kind(bare: Mention, bases: tuple[str, ...]) -> Iterator[Mention]:
    """Yield the mention with the kind before it, as often as one can read it so."""
    for short in SHORT_FORMS.get(bare.unit.kind, ()):
        before = bare.start - len(short)
        if before >= 0 and bases[before : bare.start] == short:
            yield bare._replace(start=before)


def _commune(chain: Chain) -> Mention:
    return next(mention for mention in chain if mention.unit.level == Level.COMMUNE)


def _is_whole(chain: Chain, found: list[Word]) -> bool:
    return chain[0].start == 0


def _is_certain(chain: Chain, found: list[Word]) -> bool:
    """Whether an address means a commune by it: it says its kind, or begins anew and goes on."""
    commune = _commune(chain)
    return commune.has_kind or (len(chain) > 1 and found[commune.start].begins)


def _pieces(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _likeness(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
