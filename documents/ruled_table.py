"""A ruled table on paper whose heading stands on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from venues.posters.fonts import Weight
from venues.posters.marks import POINT
from venues.posters.typesetting import shaped

from .letters import LINE, Letters

_SIZE = 8.0
_PAD = 1.2
_FIRST = 2.6  # from the top of a cell's room to its first baseline
_GAP = 0.25  # between the ink of two lines
_MOST_LINES = 24  # of a paragraph: the longest name that can be typed, and a page has room for it


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


@dataclass(frozen=True)
class CellLine:
    """A line and its baseline, from the top of its cell; its ink ends at the bottom."""

    text: str
    weight: Weight
    baseline: float
    bottom: float


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
        written = [
            self.lines(cell, column) for cell, column in zip(cells, self.columns, strict=True)
        ]
        return max([least, *(lines[-1].bottom + _PAD for lines in written if lines)])

    def row(self, y: float, height: float, cells: Sequence[Cell], *, centred: bool = False) -> None:
        """Write a row of a height."""
        self.letters.paper.set_line_width(0.2)
        for place, (cell, column) in enumerate(zip(cells, self.columns, strict=True)):
            left = self.left(place)
            self.letters.paper.rect(left, y, column.width, height)
            for line in self.lines(cell, column):
                if centred or column.is_centred:
                    left_over = column.width - self.letters.width(line.text, _SIZE, line.weight)
                    start = left + left_over / 2
                else:
                    start = left + _PAD
                self.letters.write(line.text, start, y + line.baseline, _SIZE, line.weight)

    def lines(self, cell: Cell, column: Column) -> list[CellLine]:
        """Return a cell's lines, as far apart as their accents and subscripts need."""
        room = column.width - 2 * _PAD
        lines: list[CellLine] = []
        for number, paragraph in enumerate(cell.paragraphs):
            weight = Weight.STRONG if cell.is_strong and number == 0 else Weight.TEXT
            for text in self.letters.lines(paragraph, room, _SIZE, weight, _MOST_LINES):
                lines.append(_below(lines, text, weight))
        return lines


def _below(lines: Sequence[CellLine], text: str, weight: Weight) -> CellLine:
    """Return a line under others that touches none of them."""
    ink = shaped(text, weight)
    rise, drop = ink.rise * _SIZE * POINT, ink.drop * _SIZE * POINT
    if lines:
        baseline = max(lines[-1].baseline + LINE, lines[-1].bottom + _GAP + rise)
    else:
        baseline = _PAD + max(_FIRST, rise)
    return CellLine(text, weight, baseline, max(baseline + LINE - _FIRST, baseline + drop))
