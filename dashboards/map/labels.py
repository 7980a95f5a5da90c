"""Names on a map: where each one fits without hiding a circle or another name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

# As wide as a phone, so that its text is readable there; it grows with the page.
WIDTH, HEIGHT = 360.0, 350.0
LETTER, GAP = 7.0, 3.0
_LINE = 13.0


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

    def overlaps(self, box: "Box") -> bool:
        across = self.x - min(max(self.x, box.left), box.right)
        down = self.y - min(max(self.y, box.top), box.bottom)
        return hypot(across, down) < self.radius + 1


@dataclass(frozen=True)
class Box:
    """The room a text takes."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    @property
    def is_on_map(self) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= WIDTH and self.bottom <= HEIGHT


def place_labels(discs: Sequence[Disc]) -> list[Label | None]:
    """Name the units, the largest first, where a name hides neither a circle nor a name."""
    taken: list[Box] = []
    labels: list[Label | None] = []
    for disc in discs:
        found = next(
            (
                (label, box)
                for label, box in _places(disc)
                if box.is_on_map
                and not any(box.overlaps(other) for other in taken)
                and not any(other.overlaps(box) for other in discs if other is not disc)
            ),
            None,
        )
        labels.append(found[0] if found else None)
        if found:
            taken.append(found[1])
    return labels


def _places(disc: Disc) -> Iterable[tuple[Label, Box]]:
    """Yield where the name may stand: below, above, right, left, then at the corners."""
    width, away = len(disc.spot.label) * LETTER, disc.radius + GAP
    corner = away * 0.75
    for across, down, anchor in (
        (0, away + _LINE / 2, "middle"),
        (0, -away - _LINE / 2, "middle"),
        (away, 0, "start"),
        (-away, 0, "end"),
        (corner, corner, "start"),
        (corner, -corner, "start"),
        (-corner, corner, "end"),
        (-corner, -corner, "end"),
    ):
        x, middle = disc.x + across, disc.y + down
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        box = Box(left, middle - _LINE / 2, left + width, middle + _LINE / 2)
        yield Label(disc.spot.label, text(x), text(middle), anchor), box


def value_fits(disc: Disc, above: Sequence[Disc]) -> bool:
    """Tell whether the value can stand inside, where no circle that lies above hides it."""
    half = len(disc.spot.shown) * LETTER / 2
    box = Box(disc.x - half, disc.y - _LINE / 2, disc.x + half, disc.y + _LINE / 2)
    return half + GAP / 2 <= disc.radius and not any(other.overlaps(box) for other in above)


def text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
