"""How much a misspelt text looks like the names of communes: by the threes of letters they share."""

from collections import defaultdict
from collections.abc import Iterable

from .models import Level, Unit
from .spellings import Word, bases, name_words, words

ALIKE, MUCH_ALIKE, SAME = 0.5, 0.8, 1.0
_ALMOST = 0.15
MOST = 3


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
            written = (name_words(upper.name, upper.kind), words(upper.name))
            self._upper.setdefault(upper.pk, [_pieces(name) for name in written])

    def most_alike(
        self, found: list[Word], communes: Iterable[Unit], possible: set[int], least: float = ALIKE
    ) -> list[Unit]:
        """Return the communes most alike; only names of `possible` units count."""
        pieces = _pieces(found)
        scores = {
            commune: max(
                (
                    _shared(pieces, shape)
                    for unit, shape in self._shapes[commune.pk]
                    if unit.pk in possible
                ),
                default=0,
            )
            for commune in communes
        }
        near = sorted(
            (commune for commune in scores if scores[commune] >= least),
            key=lambda commune: (-scores[commune], commune.name_order, commune.code),
        )
        return [each for each in near[:MOST] if scores[each] > scores[near[0]] - _ALMOST]

    def is_like_upper(self, found: list[Word]) -> bool:
        """Whether words look like the name of a district or a province."""
        pieces = _pieces(found)
        return any(
            _shared(pieces, shape) >= ALIKE for shapes in self._upper.values() for shape in shapes
        )


def _pieces(found: Iterable[Word]) -> set[str]:
    padded = f"  {' '.join(bases(found))} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _shared(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
