"""Official documents: letterhead, small print, and a ruled table whose rows stay whole.

The table is ours because fpdf2's own sets every line of a cell alike: it knows nothing of accents
and subscripts that need more room, and breaks Khmer within a syllable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from districts.days import LOCAL_ZONE
from districts.models import Unit

from .fonts import Weight, legible
from .marks import POINT
from .pdf import MarkedPdf, write_line
from .typesetting import shaped, wrapped

LEFT, RIGHT, TOP, BOTTOM = 10.0, 287.0, 10.0, 196.0
MIDDLE = (LEFT + RIGHT) / 2
_LEFT_HALF, _RIGHT_HALF = 75.0, 215.0
_FOOT = 203.0
LINE = 3.5  # from one line of small print to the next, in millimetres
_EDGE = 8.0  # of the paper, where printers leave it white
_SIZE = 8.0
_PAD = 1.2
_FIRST = 2.6  # from the top of a cell's room to its first baseline
_GAP = 0.25  # between the ink of two lines
_MOST_LINES = 24  # of a paragraph: the longest name that can be typed, and a page has room for it


@dataclass(frozen=True)
class RuledColumn:
    """A column and its width in millimetres."""

    title: str
    width: float
    is_centred: bool = False


@dataclass(frozen=True)
class RuledCell:
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


@dataclass(frozen=True)
class Letterhead:
    """Where the head of an official document stands, in millimetres.

    On the left the authority stands above its area, on the right the state above its motto, with a
    rule under each; the place and day follow at `dated`. `sizes` are of those four, in points;
    `rules` are half as long as the rules.
    """

    middles: tuple[float, float]
    top: float
    dated: float
    sizes: tuple[float, float, float, float]
    rules: tuple[float, float]


_ACROSS = Letterhead((_LEFT_HALF, _RIGHT_HALF), 14, 27, (10, 10, 10, 10.5), (18, 25))


class OfficialPaper:
    """One document as officials know them; places are in millimetres."""

    def __init__(self, title: str, columns: Sequence[RuledColumn], now: datetime) -> None:
        self.now = now.astimezone(LOCAL_ZONE)
        # A4 across, to the hundredth of a point as PDF has it.
        self.paper = MarkedPdf(841.89 * POINT, 595.28 * POINT, title, now)
        self.letters = Letters(self.paper)
        self.table = RuledTable(self.letters, columns, LEFT)
        self.paper.add_page()

    def letterhead(self, area: Unit, number: str) -> None:
        """Write who sends it, where and when, and its number, down to 27 mm."""
        self.letters.letterhead(area, self.now, _ACROSS)
        self.letters.centred(f"Danh sách số: {number}", _LEFT_HALF, _ACROSS.dated, 9)

    def rows(
        self,
        top: float,
        rows: Sequence[Sequence[RuledCell]],
        least: float,
        drawn: Callable[[int, float], None] = lambda _place, _y: None,
    ) -> float:
        """Write the table, and with each row what is `drawn` there; return where it ends.

        No row breaks across pages, and the signatures do not stand on a page alone.
        """
        y = self.table.head(top)
        for place, cells in enumerate(rows):
            height = self.table.height(cells, least)
            below = 30.0 if place == len(rows) - 1 else 0  # for who signs
            if y + height + below > BOTTOM:
                self.paper.add_page()
                y = self.table.head(TOP)
            self.table.row(y, height, cells)
            drawn(place, y)
            y += height
        return y

    def signatures(self, y: float, *titles: str) -> None:
        """Leave room for two people who sign."""
        for title, middle in zip(titles, (_LEFT_HALF, _RIGHT_HALF), strict=True):
            self.letters.centred(title, middle, y + 9, 10, Weight.STRONG)
            self.letters.centred("(Ký, ghi rõ họ tên)", middle, y + 13.5, 8.5)

    def finished(self, foot: str) -> bytes:
        """Return the document, with its foot and number on each page."""
        pages = len(self.paper.pages)
        for page in range(1, pages + 1):
            self.paper.page = page
            self.letters.write(foot, LEFT, _FOOT, 8)
            self.letters.centred(f"Trang {page}/{pages}", RIGHT - 12, _FOOT, 8)
        return self.paper.finished()


class Letters:
    """Writes on one paper; sizes are in points, places in millimetres, `y` is the baseline."""

    def __init__(self, paper: MarkedPdf) -> None:
        self.paper = paper

    def write(
        self, text: str, x: float, y: float, size: float, weight: Weight = Weight.TEXT
    ) -> None:
        """Write one line from its left end."""
        write_line(self.paper, legible(text), (x, y), size * POINT, weight)

    def centred(
        self, text: str, middle: float, y: float, size: float, weight: Weight = Weight.TEXT
    ) -> None:
        """Write one line around its middle, smaller where the paper has no room for it."""
        room = 2 * min(middle - _EDGE, self.paper.w - _EDGE - middle)
        width = self.width(text, size, weight)
        fitting = size * min(1, room / max(width, room))
        self.write(text, middle - min(width, room) / 2, y, fitting, weight)

    def letterhead(self, area: Unit, on: date, form: Letterhead) -> None:
        """Write who sends a document, where and on which day."""
        (left, right), top = form.middles, form.top
        lines = (
            ("BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH COVID-19", left, top),
            (area.place.upper(), left, top + 5.5),
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right, top),
            ("Độc lập - Tự do - Hạnh phúc", right, top + 5.5),
        )
        for (text, middle, y), size in zip(lines, form.sizes, strict=True):
            self.centred(text, middle, y, size, Weight.STRONG)
        self.paper.set_line_width(0.3)
        for middle, half in zip(form.middles, form.rules, strict=True):
            self.paper.line(middle - half, top + 7.5, middle + half, top + 7.5)
        day = f"ngày {on:%d} tháng {on:%m} năm {on:%Y}"
        self.centred(f"{area.bare_name}, {day}", right, form.dated, 9)

    @staticmethod
    def width(text: str, size: float, weight: Weight = Weight.TEXT) -> float:
        return shaped(legible(text), weight).width * size * POINT

    @staticmethod
    def lines(text: str, width: float, size: float, weight: Weight, most: int) -> list[str]:
        """Break a text into lines of a width; what has no room ends in an ellipsis."""
        # A break may cost the kerning of two letters.
        ems = width / (size * POINT) - 0.3
        lines = wrapped(legible(text), weight, ems, may_break=True)
        if len(lines) > most:
            shorter = wrapped(legible(text), weight, ems - 1.0, may_break=True)
            return [*shorter[: most - 1], f"{shorter[most - 1]}…"]
        return lines


class RuledTable:
    """Rows under a heading, from a left edge on."""

    def __init__(self, letters: Letters, columns: Sequence[RuledColumn], left: float) -> None:
        self.letters = letters
        self.columns = columns
        self._left = left

    def left(self, place: int) -> float:
        return self._left + sum(column.width for column in self.columns[:place])

    def head(self, y: float) -> float:
        """Write the heading; return where the first row begins."""
        cells = [RuledCell([column.title], is_strong=True) for column in self.columns]
        height = self.height(cells, 9)
        paper = self.letters.paper
        paper.set_fill_color(232)
        paper.rect(self._left, y, sum(column.width for column in self.columns), height, style="F")
        self.row(y, height, cells, centred=True)
        return y + height

    def height(self, cells: Sequence[RuledCell], least: float) -> float:
        written = [
            self.lines(cell, column) for cell, column in zip(cells, self.columns, strict=True)
        ]
        return max([least, *(lines[-1].bottom + _PAD for lines in written if lines)])

    def row(
        self, y: float, height: float, cells: Sequence[RuledCell], *, centred: bool = False
    ) -> None:
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

    def lines(self, cell: RuledCell, column: RuledColumn) -> list[CellLine]:
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
