"""Names on a map: where each one fits without hiding a circle or another name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

# As wide as a phone, so that its text is readable there; it grows with the page.
WIDTH, HEIGHT = 360.0, 350.0
LETTER, GAP = 6.8, 3.0
_LINE = 13.0
_CELL = 2.0


@dataclass(frozen=True)
class Spot:
    """A unit to draw: its code, its name in full and in short, what decides its size and its step.

    `shown` is the value as the reader's language writes it, `measured` is not known if None.
    """

    code: str
    name: str
    label: str
    href: str
    latitude: float | None
    longitude: float | None
    size: float
    measured: float | None
    shown: str


@dataclass(frozen=True)
class Label:
    """A text at a place; `anchor` is where on the text the place is: start, middle or end."""

    text: str
    x: str
    y: str
    anchor: str


@dataclass(frozen=True)
class Disc:
    """A circle while it is laid out."""

    spot: Spot
    x: float
    y: float
    radius: float = 0.0


class Paper:
    """What of the map is taken: for each row of cells a number whose bits are its columns."""

    def __init__(self, discs: Sequence[Disc]) -> None:
        self.rows = [0] * _cell(HEIGHT)
        for disc in discs:
            self._cover(disc)

    def _cover(self, disc: Disc) -> None:
        top, bottom = disc.y - disc.radius, disc.y + disc.radius
        for number in range(max(0, _cell(top)), min(_cell(bottom), len(self.rows))):
            down = (number + 0.5) * _CELL - disc.y
            across = sqrt(max(0.0, disc.radius**2 - down**2))
            self.rows[number] |= _columns(disc.x - across, disc.x + across)

    def claim(self, left: float, middle: float, width: float) -> bool:
        """Take the room of a line of text if all of it is on the map and free."""
        top, bottom = middle - _LINE / 2, middle + _LINE / 2
        if left < 0 or left + width > WIDTH or top < 0 or bottom > HEIGHT:
            return False
        columns, place = _columns(left, left + width), slice(_cell(top), _cell(bottom))
        lines = self.rows[place]
        is_free = not any(line & columns for line in lines)
        if is_free:
            self.rows[place] = [line | columns for line in lines]
        return is_free


def place_labels(discs: Sequence[Disc], values_outside: Sequence[bool]) -> list[Label | None]:
    """Name the units, the largest first, where a name hides neither a circle nor a name.

    A value that does not stand inside its circle follows the name, if there is room for it.
    """
    paper = Paper(discs)
    return [
        (_placed(disc, f"{disc.spot.label} {disc.spot.shown}", paper) if is_outside else None)
        or _placed(disc, disc.spot.label, paper)
        for disc, is_outside in zip(discs, values_outside, strict=True)
    ]


# Below, above, right, left, then at the corners: how far from the middle in radii and in lines,
# which part of the text lies before the place, and what that is called.
_PLACES = (
    (0.0, 1.0, 0.5, 0.5, "middle"),
    (0.0, -1.0, -0.5, 0.5, "middle"),
    (1.0, 0.0, 0.0, 0.0, "start"),
    (-1.0, 0.0, 0.0, 1.0, "end"),
    (0.75, 0.75, 0.0, 0.0, "start"),
    (0.75, -0.75, 0.0, 0.0, "start"),
    (-0.75, 0.75, 0.0, 1.0, "end"),
    (-0.75, -0.75, 0.0, 1.0, "end"),
)


def _placed(disc: Disc, words: str, paper: Paper) -> Label | None:
    width, away = len(words) * LETTER, disc.radius + GAP
    for across, down, lines, before, anchor in _PLACES:
        x, middle = disc.x + across * away, disc.y + down * away + lines * _LINE
        if paper.claim(x - before * width, middle, width):
            return Label(words, text(x), text(middle), anchor)
    return None


def value_fits(disc: Disc, above: Sequence[Disc]) -> bool:
    """Tell whether the value can stand inside, where no circle that lies above hides it."""
    half = len(disc.spot.shown) * LETTER / 2
    if half + GAP / 2 > disc.radius:
        return False
    return not any(
        hypot(max(0.0, abs(disc.x - other.x) - half), max(0.0, abs(disc.y - other.y) - _LINE / 2))
        < other.radius
        for other in above
    )


def text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _cell(place: float) -> int:
    """Return the first cell whose middle lies beyond a place."""
    return round(place / _CELL)


def _columns(left: float, right: float) -> int:
    first, end = max(0, _cell(left)), _cell(right)
    return (1 << end) - (1 << first) if end > first else 0
