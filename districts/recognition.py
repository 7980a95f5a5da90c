"""Recognising the commune somebody means, by its code or by a name in any common spelling.

Better not told than wrong: what is only guessed is a suggestion (`like`, `like_end_of`).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from .models import Level, Unit
from .spellings import (
    ALIKE,
    MOST,
    MUCH_ALIKE,
    SAME,
    SHORT_FORMS,
    Likeness,
    Word,
    bases,
    name_words,
    other_forms,
    starts_with_hamlet,
    words,
)

_SHORTS = {
    tuple(word.base for word in form)
    for kind in ("phường", "xã", "thị trấn")
    for form in SHORT_FORMS[kind]
}
_KINDS = {  # by the last word of the kind
    kind: {last.base: [form for form in forms if form[-1].base == last.base] for *_, last in forms}
    for kind, forms in SHORT_FORMS.items()
}
_WARDS = {("p",), ("ph",), ("f",)}


class Mention(NamedTuple):
    """Words of a text that name a unit: from which to before which."""

    start: int
    end: int
    unit: Unit
    kind: tuple[str, ...]  # the kind before its name, as it is written; or nothing
    is_exact: bool

    def with_kinds(self, written: list[Word]) -> "Iterator[Mention]":
        """Yield it with the kind before it, as often as one can read it so.

        "Xả Long Đức" is Long Đức, but "Hồ Xá Long Đức" has no kind in it.
        """
        end = self.start
        if end and written[end - 1].base in ("so", "thu") and self.unit.name[-1:].isdecimal():
            end -= 1  # "Phường số 4"
        forms = _KINDS.get(self.unit.kind, {}).get(written[end - 1].base, ()) if end else ()
        for form in forms:
            own = written[max(0, end - len(form)) : end]
            if bases(own) == bases(form) and (own[0].begins or all(map(Word.may_mean, own, form))):
                yield self._replace(start=end - len(form), kind=bases(form))

    def is_lot(self, written: list[Word]) -> bool:
        """Whether a letter and a number are of a lot or a flat, not of a ward: "Lô P-5"."""
        if self.kind not in _WARDS:
            return False
        is_behind = self.start > 0 and not written[self.start].begins
        return written[self.end - 1].begins or (is_behind and written[self.start - 1].means_lot)


class _Name(NamedTuple):
    """One way to write a unit's name, which some need their kind before."""

    unit: Unit
    words: tuple[Word, ...]
    kind: tuple[str, ...] = ()  # of a name that has its kind in it: TPTV
    needs_kind: bool = False


Chain = tuple[Mention, ...]


@dataclass(frozen=True)
class Meaning:
    """What a text may mean: one commune, or several, or none; and what stands before its place."""

    communes: tuple[Unit, ...] = ()
    rest: str = ""
    is_doubtful: bool = False  # it may as well be the district of that name
    is_former: bool = False  # it is told by names of a list that ended
    likely: tuple[Unit, ...] = ()  # what its old name became, if no list not loaded had the same


class Gazetteer:
    """The units in force on a day, as people write them, and the former ones they came of."""

    def __init__(self, units: Iterable[Unit], former: Mapping[Unit, Unit] | None = None) -> None:
        """`former` tells which commune in force each former commune became."""
        self._named: dict[tuple[str, ...], list[_Name]] = defaultdict(list)
        self._above: dict[int, set[int]] = {}
        self._meant: dict[int, Unit] = {}
        self._coded: dict[str, Unit] = {}
        self._in_force = set[int]()
        self._upper = set[tuple[str, ...]]()
        self._likeness = Likeness()
        for unit in units:
            self._in_force.add(unit.pk)
            if unit.level == Level.COMMUNE:
                self._coded[unit.code] = unit
            self._add(unit)
        for unit, successor in (former or {}).items():
            self._add_former(unit, successor)
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of names, by their last word
        for name in self._named:
            self._lengths[name[-1]].add(len(name))

    @classmethod
    def on(cls, day: date) -> Self:
        """Return the names in force on a day, and those that led to them."""
        units = {unit.pk: unit for unit in Unit.objects.begun_by(day).with_parents()}
        former = dict[Unit, Unit]()
        for unit in units.values():
            last: Unit | None = unit
            while last and last.ended_by(day):  # there may have been several reforms
                last = units.get(last.successor_id or 0)
            if last and last != unit and unit.level == Level.COMMUNE:
                former[unit] = last
        return cls((unit for unit in units.values() if not unit.ended_by(day)), former)

    def coded(self, code: str) -> Unit | None:
        """Return the commune with an official code; a spreadsheet may have lost zeros before it."""
        return self._coded.get(code.strip().zfill(5))

    def named(self, text: str) -> Meaning:
        """Return what a text means that names a commune, perhaps with its hamlet, and no more."""
        return self._meaning(text, self._is_whole)

    def at_end_of(self, address: str) -> Meaning:
        """Return what the end of an address means; a bare name may be of a hamlet or a district."""
        return self._meaning(address, self._is_certain)

    def like(self, text: str, communes: Iterable[Unit]) -> list[Unit]:
        """Return those of some communes whose names look like a text, the most alike first."""
        within, written = self._parted(words(_tidy(text)))
        kind = max((s for s in _SHORTS if bases(written[: len(s)]) == s), key=len, default=())
        return self._most_alike(written[len(kind) :], communes, within)

    def like_end_of(self, address: str, communes: Iterable[Unit]) -> list[Unit]:
        """Return those of some communes that the end of an address may mean, misspelt."""
        within, written = self._parted(words(_tidy(address)))
        starts = [place for place, word in enumerate(written) if word.begins][-2:]
        parts = [
            written[start:end] for start, end in zip(starts, [*starts[1:], None], strict=False)
        ]
        # "Long Đức, Cầu Kề": what comes last may be a district, misspelt as well.
        is_placed = bool(within & self._likeness.districts) or bool(
            parts and _after_kind(parts[-1])
        )
        has_upper = len(parts) > 1 and not is_placed and self._likeness.is_like_upper(parts[-1])
        if not has_upper:
            parts = parts[-1:]
        for part in parts:
            kind = _after_kind(part)
            name = part[kind:]
            is_number = name[0].base.isdecimal() and not kind
            if is_number or starts_with_hamlet(name) or part[0].means_lot:
                continue
            least = ALIKE if within or has_upper or kind else MUCH_ALIKE
            if like := self._most_alike(name, communes, within, least):
                return like
        return []

    def _most_alike(
        self, name: list[Word], communes: Iterable[Unit], within: set[int], least: float = ALIKE
    ) -> list[Unit]:
        """Return communes in some units; before them those of the very name, if of other districts."""
        communes, same = list(communes), list[Unit]()
        for above in (within, within - self._likeness.districts):
            same = same or self._likeness.most_alike(name, communes, self._possible(above), SAME)
        like = self._likeness.most_alike(name, communes, self._possible(within), least)
        return list(dict.fromkeys([*same, *like]))[:MOST]

    def _possible(self, within: set[int]) -> set[int]:
        """Return the units that lie, or lay, in all of some others."""
        return {pk for pk, above in self._above.items() if within <= above}

    def _add(self, unit: Unit) -> None:
        name = name_words(unit.name, unit.kind)
        self._named[bases(name)].append(_Name(unit, name))
        for form, kind in other_forms(name, unit.kind):
            is_bare = not kind and unit.level != Level.PROVINCE
            self._named[bases(form)].append(_Name(unit, form, kind, needs_kind=is_bare))
        self._above[unit.pk] = {each.pk for each in unit.lineage}
        if unit.level == Level.COMMUNE:
            self._mean(unit, unit)
        else:
            self._upper.add(bases(name))

    def _add_former(self, unit: Unit, successor: Unit) -> None:
        """Let a former commune mean its successor, below the districts and provinces of both."""
        now = {each.pk for each in successor.lineage[:-1]}
        for each in unit.lineage:
            if each.pk not in self._above:
                self._add(each)
            self._above[each.pk] |= now if each.pk == unit.pk else {successor.lineage[0].pk}
        self._above[successor.pk] |= {each.pk for each in unit.lineage[:-1]}
        self._mean(unit, successor)

    def _mean(self, unit: Unit, successor: Unit) -> None:
        if self._meant.get(unit.pk) != successor:
            self._meant[unit.pk] = successor
            self._likeness.add(unit, successor)

    def _parted(self, written: list[Word]) -> tuple[set[int], list[Word]]:
        """Return the units above a commune that a text ends with, and the words before them."""
        within = set[int]()
        while above := [
            mention
            for mention in self._mentions(written, len(written))
            if mention.unit.level != Level.COMMUNE
        ]:
            first = min(mention.start for mention in above)
            if bases(written[:first]) in _SHORTS:
                break  # "Xã Càng Long": the town of that name is meant, not its district
            named = {mention.unit.pk for mention in above if mention.start == first}
            within |= named if len(named) == 1 else set()
            written = written[:first]
        return within, written

    def _meaning(self, text: str, accepts: Callable[[Chain, list[Word]], bool]) -> Meaning:
        text = _tidy(text)
        # "Phường 7 (cũ), TP Trà Vinh" is written of former units.
        written = [word for word in words(text) if (word.base, word.tone) != ("cu", "\u0303")]
        while bases(written[-2:]) == ("viet", "nam"):
            written = written[:-2]
        chains = [chain for chain in self._chains(written) if accepts(chain, written)]
        if not chains:
            return Meaning()
        first = min(chain[0].start for chain in chains)
        chains = _fullest([chain for chain in chains if chain[0].start == first])
        exact = [chain for chain in chains if all(mention.is_exact for mention in chain)]
        if exact and not all(word.is_plain for word in written[first:]):
            chains = exact
        communes = {unit.pk: unit for unit in map(self._meant_by, chains)}
        if any(self._is_contradicted(written, first, unit) for unit in communes.values()):
            return Meaning()
        rest = text[: written[first].start].rstrip(" ,:;-–—/.([|\n")
        doubtful = len(communes) == 1 and all(self._may_be_upper(each, written) for each in chains)
        former = all(map(self._is_old, chains))
        if all(map(self._is_unplaced, chains)):
            return Meaning(rest=rest, is_former=former, likely=tuple(communes.values()))
        return Meaning(tuple(communes.values()), rest, doubtful, former)

    def _chains(self, written: list[Word]) -> Iterator[Chain]:
        """Yield each row of neighbouring mentions at the end that has one commune in it."""
        waiting: list[tuple[int, Chain]] = [(len(written), ())]
        before: dict[int, list[Mention]] = {}
        while waiting:
            end, chain = waiting.pop()
            if any(mention.unit.level == Level.COMMUNE for mention in chain):
                yield chain
            if len(chain) < 5:
                if end not in before:
                    before[end] = list(self._mentions(written, end))
                waiting += [
                    (mention.start, (mention, *chain))
                    for mention in before[end]
                    if all(self._fit(mention.unit, other.unit) for other in chain)
                ]

    def _mentions(self, written: list[Word], end: int) -> Iterator[Mention]:
        """Yield what the words before a place may name."""
        for length in self._lengths.get(written[end - 1].base, ()) if end else ():
            start = max(0, end - length)
            own = written[start:end]
            for name in self._named.get(bases(own), ()):
                if all(map(Word.may_mean, own, name.words)):
                    exact = all(map(Word.is_written_as, own, name.words))
                    bare = Mention(start, end, name.unit, name.kind, exact)
                    if not name.needs_kind:
                        yield bare
                    yield from bare.with_kinds(written)

    def _fit(self, unit: Unit, other: Unit) -> bool:
        """Whether both can stand in one place's name: one lies, or came to lie, in the other."""
        if unit.pk == other.pk:
            return unit.level != Level.COMMUNE
        return unit.pk in self._above[other.pk] or other.pk in self._above[unit.pk]

    def _meant_by(self, chain: Chain) -> Unit:
        return self._meant[_commune_of(chain).unit.pk]

    def _is_old(self, chain: Chain) -> bool:
        return any(mention.unit.pk not in self._in_force for mention in chain)

    def _is_whole(self, chain: Chain, written: list[Word]) -> bool:
        """Whether a text names a commune and nothing else but its hamlet."""
        if chain[0].start == 0:
            return True
        says_kind = bool(_commune_of(chain).kind)
        return says_kind and starts_with_hamlet(written) and self._is_certain(chain, written)

    def _is_certain(self, chain: Chain, written: list[Word]) -> bool:
        """Whether an address means a commune by it: it says its kind, or begins anew and goes on.

        A number without its kind is of a house or a street: "30/4, TP Trà Vinh".
        """
        commune = _commune_of(chain)
        above = chain[: chain.index(commune)]
        if not all(written[mention.start].begins for mention in above):
            return False
        if commune.kind:
            return not (commune.is_lot(written) or self._may_be_town(commune, written))
        return (
            len(chain) > 1
            and written[commune.start].begins
            and not written[commune.start].base.isdecimal()
            and not self._may_be_upper(chain, written)
        )

    def _is_unplaced(self, chain: Chain) -> bool:
        """Whether it is a former commune without what it lay in: other provinces had the name, too."""
        unit = _commune_of(chain).unit
        old = {
            each.pk
            for each in unit.lineage[:-1]
            if each.level != Level.PROVINCE or each.pk not in self._in_force
        }
        return unit.pk not in self._in_force and not any(
            mention.unit.pk in old for mention in chain
        )

    def _may_be_upper(self, chain: Chain, written: list[Word]) -> bool:
        """Whether its bare name may be a district's or province's, of now or of former lists."""
        commune = _commune_of(chain)
        if commune.kind:
            return False
        below = {unit.pk for unit in commune.unit.lineage[1:]}
        if any(mention.unit.pk in below for mention in chain[chain.index(commune) + 1 :]):
            return False
        return bases(written[commune.start : commune.end]) in self._upper

    def _may_be_town(self, commune: Mention, written: list[Word]) -> bool:
        """Whether kind and name are parts of others: "Hồ Xa, Cầu Kè"; "TP. Trà Vinh" without T."""
        name = bases(words(commune.unit.bare_name))
        if name not in self._upper:
            return False
        if written[commune.end - len(name)].begins and len(name) < commune.end - commune.start:
            return True
        return commune.kind in _WARDS and (
            not written[commune.start].begins
            or any(
                mention.unit.level == Level.COMMUNE
                and (mention.kind or not written[mention.start].base.isdecimal())
                for mention in self._mentions(written, commune.start)
            )
        )

    def _is_contradicted(self, written: list[Word], end: int, commune: Unit) -> bool:
        """Whether another commune stands right before it: "Phường 5, Phường 7"."""
        return any(
            mention.kind and self._meant.get(mention.unit.pk, commune) != commune
            for mention in self._mentions(written, end)
        )


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text[:500])  # nobody writes a place in more


def _after_kind(part: list[Word]) -> int:
    """Return the place after the last kind of commune in some words that is not their end, or 0."""
    letters = bases(part)
    ends = [
        place + len(short)
        for short in _SHORTS
        for place in range(len(letters) - len(short))
        if letters[place : place + len(short)] == short
    ]
    return max(ends, default=0)


def _commune_of(chain: Chain) -> Mention:
    return next(mention for mention in chain if mention.unit.level == Level.COMMUNE)


def _fullest(chains: list[Chain]) -> list[Chain]:
    """Return those that name most levels: "Trà Vinh, Trà Vinh" is the town and its province."""
    if len(chains) == 1:
        return chains
    levels = [len({mention.unit.level for mention in chain}) for chain in chains]
    return [chain for chain, each in zip(chains, levels, strict=True) if each == max(levels)]
