"""How many posters share a sheet of A4, where each stands, and where the sheet is cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.marks import Ink, Mark, Outline, Placed
from venues.posters.words import PosterSize

_PEN = 0.2
_FROM_EDGE = 4.3  # most printers print nothing nearer to the edge
_TICK, _ARM = 4.0, 2.5


@dataclass(frozen=True)
class Imposition:
    """A sheet in millimetres, divided into equal cells by straight cuts from edge to edge."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def posters(self) -> int:
        """How many posters share a sheet."""
        return self.columns * self.rows

    def sheets(self, posters: int) -> int:
        return -(-posters // self.posters)

    def place(self, number: int, paper: PosterSize) -> tuple[float, float]:
        """Return the top left corner of a poster, in the middle of its cell."""
        row, column = divmod(number, self.columns)
        wide, high = self.width / self.columns, self.height / self.rows
        left, top = column * wide, row * high
        return left + (wide - paper.width) / 2, top + (high - paper.height) / 2

    @property
    def cuts(self) -> tuple[list[float], list[float]]:
        """Where to cut downwards, and where across."""
        return (
            [self.width * number / self.columns for number in range(1, self.columns)],
            [self.height * number / self.rows for number in range(1, self.rows)],
        )

    def cut_marks(self) -> Iterator[Mark]:
        """Ticks at both ends of every cut, and a cross where two of them meet."""
        down, across = self.cuts
        for x in down:
            yield from _ticks(f"M{x:g} {{}}L{x:g} {{}}", self.height)
        for y in across:
            yield from _ticks(f"M{{}} {y:g}L{{}} {y:g}", self.width)
        for x in down:
            for y in across:
                cross = (
                    f"M{x - _ARM:g} {y:g}L{x + _ARM:g} {y:g}M{x:g} {y - _ARM:g}L{x:g} {y + _ARM:g}"
                )
                yield _line(cross)


def imposition(paper: PosterSize) -> Imposition:
    """Return how a size is printed on A4."""
    return _IMPOSITIONS[paper]


_IMPOSITIONS = {
    PosterSize.A4: Imposition(210.0, 297.0, 1, 1),
    PosterSize.A5: Imposition(297.0, 210.0, 2, 1),
    PosterSize.A6: Imposition(210.0, 297.0, 2, 2),
    PosterSize.CARD: Imposition(210.0, 297.0, 2, 4),
}


def _ticks(line: str, length: float) -> Iterator[Mark]:
    for begin in (_FROM_EDGE, length - _FROM_EDGE - _TICK):
        yield _line(line.format(f"{begin:g}", f"{begin + _TICK:g}"))


def _line(path: str) -> Mark:
    return Placed(Outline(path, Ink.GREY, _PEN), 0, 0, 1)
