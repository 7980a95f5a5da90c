"""Words on paper in the posters' fonts, shaped; what these lack is spelled in Latin letters."""

from fpdf import FPDF

from documents.fonts import Weight, legible
from documents.marks import POINT
from documents.pdf import give_every_glyph_a_character, write_line
from documents.typesetting import shaped, wrapped

LINE = 3.5  # from one line of small print to the next, in millimetres
_SLACK = 0.3  # of a line's width, in ems: a break may cost the kerning of two letters
_ELLIPSIS = 1.0
_EDGE = 8.0  # of the paper, where printers leave it white


class Letters:
    """Writes on one paper; sizes are in points, places in millimetres, `y` is the baseline."""

    def __init__(self, paper: FPDF) -> None:
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

    @staticmethod
    def width(text: str, size: float, weight: Weight = Weight.TEXT) -> float:
        return shaped(legible(text), weight).width * size * POINT

    @staticmethod
    def lines(text: str, width: float, size: float, weight: Weight, most: int) -> list[str]:
        """Break a text into lines of a width; what has no room ends in an ellipsis."""
        ems = width / (size * POINT) - _SLACK
        lines = wrapped(legible(text), weight, ems, may_break=True)
        if len(lines) > most:
            shorter = wrapped(legible(text), weight, ems - _ELLIPSIS, may_break=True)
            return [*shorter[: most - 1], f"{shorter[most - 1]}…"]
        return lines

    def finished(self) -> bytes:
        """Return the document."""
        give_every_glyph_a_character(self.paper)
        return bytes(self.paper.output())
