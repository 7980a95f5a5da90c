"""A ruled table on paper whose heading stands on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from venues.posters.fonts import Weight

from .letters import LINE, Letters

_SIZE, _HEAD_SIZE = 8.0, 8.5
_PAD = 1.2
_MOST_LINES = 4


@dataclass(frozen=True)
class Column:
    """A column and its width in millimetres."""

    title: str
    width: float
    is_centred: bool = False


@dataclass(frozen=True)
class Cell:
    """Paragraphs of a cell; of a strong one the first is bold."""

    paragraphs: list[str]
    is_strong: bool = False


class Table:
    """Rows under a heading, from a left edge on."""

    def __init__(self, letters: Letters, columns: Sequence[Column], left: float) -> None:
        self.letters = letters
        self.columns = columns
        self._left = left

    def left(self, place: int) -> float:
        """Return where a column begins."""
        return self._left + sum(column.width for column in self.columns[:place])

    def head(self, y: float) -> float:
        """Write the heading; return where the first row begins."""
        cells = [Cell([column.title], is_strong=True) for column in self.columns]
        height = self.height(cells, 9)
        paper = self.letters.paper
        paper.set_fill_color(232)
        paper.rect(self._left, y, sum(column.width for column in self.columns), height, style="F")
        self.row(y, height, cells, centred=True)
        return y + height

    def height(self, cells: Sequence[Cell], least: float) -> float:
        """Return how high a row must be."""
        most = max(len(self._lines(cell, place)) for place, cell in enumerate(cells))
        return max(least, most * LINE + 2 * _PAD)

    def row(self, y: float, height: float, cells: Sequence[Cell], *, centred: bool = False) -> None:
        """Write a row of a height."""
        self.letters.paper.set_line_width(0.2)
        for place, cell in enumerate(cells):
            column, left = self.columns[place], self.left(place)
            self.letters.paper.rect(left, y, column.width, height)
            baseline = y + _PAD + 2.6
            for text, weight in self._lines(cell, place):
                if centred or column.is_centred:
                    self.letters.centred(text, left + column.width / 2, baseline, _SIZE, weight)
                else:
                    self.letters.write(text, left + _PAD, baseline, _SIZE, weight)
                baseline += LINE

    def _lines(self, cell: Cell, place: int) -> list[tuple[str, Weight]]:
        room = self.columns[place].width - 2 * _PAD
        found: list[tuple[str, Weight]] = []
        for number, paragraph in enumerate(cell.paragraphs):
            weight = Weight.STRONG if cell.is_strong and number == 0 else Weight.TEXT
            lines = self.letters.lines(paragraph, room, _SIZE, weight, _MOST_LINES)
            found += [(line, weight) for line in lines]
        return found
