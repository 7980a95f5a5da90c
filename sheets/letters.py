"""Words on paper in the posters' fonts: Vietnamese as it is, Khmer shaped."""

from fpdf import FPDF
from fpdf.fonts import TTFFont

from venues.posters.fonts import Script, Weight
from venues.posters.lettering import BREAK, printable
from venues.posters.typesetting import shaped, wrapped

LINE = 3.5  # from one line of small print to the next, in millimetres
_MM = 25.4 / 72


class Letters:
    """Writes on one paper; sizes are in points, places in millimetres, `y` is the baseline."""

    def __init__(self, paper: FPDF) -> None:
        self.paper = paper
        self._now: tuple[str, float] | None = None

    def write(
        self, text: str, x: float, y: float, size: float, weight: Weight = Weight.TEXT
    ) -> None:
        """Write one line from its left end."""
        height = size * _MM
        for run in shaped(printable(text), weight).runs:
            self._take(run.face.key, str(run.face.path), size)
            self.paper.set_text_shaping(run.face.key.startswith(Script.KHMER))
            self.paper.text(x + run.x * height, y, run.text)

    def centred(
        self, text: str, middle: float, y: float, size: float, weight: Weight = Weight.TEXT
    ) -> None:
        """Write one line around its middle."""
        self.write(text, middle - self.width(text, size, weight) / 2, y, size, weight)

    @staticmethod
    def width(text: str, size: float, weight: Weight = Weight.TEXT) -> float:
        return shaped(printable(text), weight).width * size * _MM

    @staticmethod
    def lines(text: str, width: float, size: float, weight: Weight, most: int) -> list[str]:
        """Break a text into lines of a width; what has no room ends in an ellipsis."""
        found = wrapped(printable(text), weight, width / (size * _MM) - 0.3, may_break=True)
        if len(found) > most:
            return [*found[: most - 1], found[most - 1] + "…"]
        return found

    def again(self) -> None:
        """Forget the font in hand, on a page one returns to."""
        self._now = None

    def finished(self) -> bytes:
        """Return the document; a glyph without a character would be copied as another."""
        for font in self.paper.fonts.values():
            for glyph, _place in font.subset.items() if isinstance(font, TTFFont) else ():
                if glyph and glyph.unicode == ():
                    glyph.unicode = (ord(BREAK),)
        return bytes(self.paper.output())

    def _take(self, key: str, path: str, size: float) -> None:
        if key not in self.paper.fonts:
            self.paper.add_font(key, fname=path)
        if self._now != (key, size):
            self.paper.set_font(key, size=size)
            self._now = (key, size)
