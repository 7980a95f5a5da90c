"""What a paper consists of before it is a PDF or an SVG: letters and outlines on a sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import qr
from .fonts import Weight
from .typesetting import Box, fitted, shaped, spacing

POINT = 25.4 / 72  # in millimetres


class Ink(StrEnum):
    """The accent is the green of a receipt that says go; in black and white it is a dark grey."""

    BLACK = "#000000"
    GREY = "#4a4a4a"
    ACCENT = "#00684a"
    WHITE = "#ffffff"


@dataclass(frozen=True)
class Style:
    """How a line is set; the size is in millimetres on A4."""

    size: float
    weight: Weight = Weight.TEXT
    ink: Ink = Ink.BLACK


@dataclass(frozen=True)
class Lettering:
    """A line of text from its left end on the baseline; millimetres on A4."""

    text: str
    x: float
    baseline: float
    style: Style


@dataclass(frozen=True)
class Outline:
    """An SVG path in units of its own: filled, or drawn with a pen `pen` units wide."""

    path: str
    ink: Ink
    pen: float | None = None


@dataclass(frozen=True)
class Placed:
    """An outline on the sheet: its origin, and millimetres on A4 per unit."""

    outline: Outline
    x: float
    y: float
    unit: float


Mark = Lettering | Placed


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Return the path of a rectangle with round corners."""
    right, bottom, near = x + width, y + height, radius * 0.45
    return (
        f"M{x + radius:g} {y:g}L{right - radius:g} {y:g}"
        f"C{right - near:g} {y:g} {right:g} {y + near:g} {right:g} {y + radius:g}"
        f"L{right:g} {bottom - radius:g}"
        f"C{right:g} {bottom - near:g} {right - near:g} {bottom:g} {right - radius:g} {bottom:g}"
        f"L{x + radius:g} {bottom:g}"
        f"C{x + near:g} {bottom:g} {x:g} {bottom - near:g} {x:g} {bottom - radius:g}"
        f"L{x:g} {y + radius:g}"
        f"C{x:g} {y + near:g} {x + near:g} {y:g} {x + radius:g} {y:g}Z"
    )


def disc(x: float, y: float, radius: float) -> str:
    return rounded(x - radius, y - radius, 2 * radius, 2 * radius, radius)


def symbol_mark(
    text: str, left: float, top: float, side: float, least_version: int = qr.LEAST_VERSION
) -> Mark:
    """Return the code that phones read."""
    symbol = qr.symbol(text, least_version)
    return Placed(Outline(symbol.outline, Ink.BLACK), left, top, side / symbol.modules)


def quiet_zone(side: float) -> float:
    """Return how much white a code needs on each of its sides."""
    return side * qr.QUIET_MODULES / qr.LEAST_MODULES


def centred(text: str, middle: float, baseline: float, style: Style) -> Lettering:
    left = middle - shaped(text, style.weight).width * style.size / 2
    return Lettering(text, left, baseline, style)


def block(
    text: str, at: tuple[float, float], box: Box, style: Style, *, centre: bool = False
) -> Iterator[Lettering]:
    """Yield lines as large as their box allows, from its top left corner or in the middle of it."""
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
