"""What all sizes of poster have in common: the code, its eight characters, lines of words."""

from collections.abc import Iterator, Sequence

from documents import marks
from documents.fonts import Weight, printable
from documents.marks import POINT, Ink, Mark, Outline, Placed, Style, centred
from venues import codes
from venues.posters.words import PosterSheet

from . import pictograms, words


def shown_name(sheet: PosterSheet) -> str:
    """The venue's name in our fonts' letters; a name without one of them gives way to its code."""
    name = printable(sheet.venue_name)
    if any(character.isalnum() for character in name):
        return name
    return words.UNNAMED.format(code=codes.displayed(sheet.code))


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
