"""What all sizes of poster have in common: the code, its eight characters, lines of words."""

from collections.abc import Iterator, Sequence

from documents import marks, qr
from documents.fonts import Weight, printable
from documents.marks import POINT, Ink, Lettering, Mark, Outline, Placed, Style
from documents.typesetting import Box, fitted, shaped, spacing
from venues import codes

from . import pictograms, words
from .sheet import PosterSheet


def shown_name(sheet: PosterSheet) -> str:
    """The venue's name in our fonts' letters; a name without one of them gives way to its code."""
    name = printable(sheet.venue_name)
    if any(character.isalnum() for character in name):
        return name
    return words.UNNAMED.format(code=codes.displayed(sheet.code))


def symbol(address: str, left: float, top: float, side: float) -> Mark:
    """The code that phones read."""
    drawn = qr.symbol(address)
    return Placed(Outline(drawn.outline, Ink.BLACK), left, top, side / drawn.modules)


def quiet_zone(side: float) -> float:
    """How much white a code needs on each of its sides."""
    return side * qr.QUIET_MODULES / qr.LEAST_MODULES


def pill(code: str, middle: float, centre: float, size: tuple[float, float]) -> Iterator[Mark]:
    """The code that people type, white on the accent."""
    width, height = size
    outline = marks.rounded(-width / 2, -height / 2, width, height, height / 2)
    yield Placed(Outline(outline, Ink.ACCENT), middle, centre, 1)
    style = Style(28 * POINT * height / 12.4, Weight.STRONG, Ink.WHITE)
    yield centred(codes.displayed(code), middle, centre + 3.6 * height / 12.4, style)


def pictogram_marks(
    outlines: Sequence[Outline], x: float, y: float, height: float
) -> Iterator[Mark]:
    for outline in outlines:
        yield Placed(outline, x, y, height / pictograms.HEIGHT)


def centred(text: str, middle: float, baseline: float, style: Style) -> Lettering:
    left = middle - shaped(text, style.weight).width * style.size / 2
    return Lettering(text, left, baseline, style)


def block(
    text: str, at: tuple[float, float], box: Box, style: Style, *, centre: bool = False
) -> Iterator[Lettering]:
    """Lines as large as their box allows, from its top left corner or in the middle of it."""
    size, lines = fitted(text, style.weight, box)
    pitch, first = spacing(lines, style.weight)
    top = at[1] + ((box.height - len(lines) * pitch * size) / 2 if centre else 0)
    fitting = Style(size, style.weight, style.ink)
    for number, line in enumerate(lines):
        baseline = top + (first + number * pitch) * size
        if centre:
            yield centred(line, at[0] + box.width / 2, baseline, fitting)
        else:
            yield Lettering(line, at[0], baseline, fitting)
