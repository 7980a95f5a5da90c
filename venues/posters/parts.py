"""What posters of all sizes share: the code that people type, and pictograms for who reads none."""

from collections.abc import Iterator, Sequence

from documents.fonts import Weight
from documents.marks import POINT, Ink, Mark, Outline, Placed, Style, centred, disc, rounded
from venues import codes

# Pictograms are 48 units high, for people who read none of the languages.
_PEN = 2.2
_THIN_PEN = 1.7


def _phone(x: float) -> Outline:
    speaker = f"M{x + 10:g} 7.5L{x + 14:g} 7.5"
    return Outline(rounded(x, 3, 24, 42, 4.5) + speaker, Ink.BLACK, _PEN)


SCAN = (
    _phone(6),
    Outline(
        "M11 19L11 15L15 15M21 15L25 15L25 19M25 27L25 31L21 31M15 31L11 31L11 27",
        Ink.ACCENT,
        _PEN,
    ),
    Outline(
        rounded(13.8, 18.8, 3.6, 3.6, 0.4)
        + rounded(18.6, 18.8, 3.6, 3.6, 0.4)
        + rounded(13.8, 23.6, 3.6, 3.6, 0.4)
        + rounded(19.4, 24.4, 2.2, 2.2, 0.3),
        Ink.BLACK,
    ),
    Outline("M15 39L21 39", Ink.BLACK, _THIN_PEN),
)

DECLARE = (
    _phone(6),
    Outline("M11 15.5L13 17.5L16.2 13M11 24.5L13 26.5L16.2 22", Ink.ACCENT, _PEN),
    Outline("M20 15.5L25 15.5M20 24.5L25 24.5", Ink.BLACK, _PEN),
    Outline(rounded(11, 32, 14, 6.5, 2), Ink.ACCENT),
)

SHOW = (
    Outline("M20 45L20 3L35 3L35 45M18 45L37 45", Ink.BLACK, _PEN),
    Outline(disc(31, 25, 1.4), Ink.BLACK),
    Outline(rounded(-1, 10, 20, 33, 4), Ink.WHITE, 5),
    Outline(rounded(-1, 10, 20, 33, 4), Ink.ACCENT),
    Outline("M4 27L8 31L14.5 21.5", Ink.WHITE, 2.8),
)

KEYBOARD = (
    Outline(rounded(2, 11, 44, 27, 4), Ink.BLACK, _PEN),
    Outline("M16 31L32 31", Ink.ACCENT, 2.6),
    Outline(
        "".join(disc(10 + 7 * column, 18.5, 1.7) for column in range(5))
        + "".join(disc(10 + 7 * column, 24.7, 1.7) for column in range(5)),
        Ink.BLACK,
    ),
)

ON_DUTY = (
    Outline(disc(18, 15, 7.5), Ink.BLACK, _PEN),
    Outline("M4 44L4 39C4 31.5 10 27.5 18 27.5C26 27.5 32 31.5 32 39L32 44Z", Ink.BLACK, _PEN),
    Outline(rounded(20.5, 34, 6.5, 4.5, 0.8), Ink.ACCENT),
    Outline(
        "M31 4L43 4C45 4 46 5 46 7L46 14C46 16 45 17 43 17L37 17L32.5 21L32.5 17L31 17"
        "C29 17 28 16 28 14L28 7C28 5 29 4 31 4Z",
        Ink.ACCENT,
        _THIN_PEN,
    ),
)

STEPS = (SCAN, DECLARE, SHOW)


def pill(code: str, middle: float, centre: float, size: tuple[float, float]) -> Iterator[Mark]:
    """Yield the code that people type, white on the accent."""
    width, height = size
    outline = rounded(-width / 2, -height / 2, width, height, height / 2)
    yield Placed(Outline(outline, Ink.ACCENT), middle, centre, 1)
    style = Style(28 * POINT * height / 12.4, Weight.STRONG, Ink.WHITE)
    yield centred(codes.displayed(code), middle, centre + 3.6 * height / 12.4, style)


def pictogram(outlines: Sequence[Outline], x: float, y: float, height: float) -> Iterator[Mark]:
    for outline in outlines:
        yield Placed(outline, x, y, height / 48)
