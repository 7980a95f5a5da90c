"""Maps: a circle at each unit's point, and the names that fit; pure geometry, no words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import combinations
from math import cos, hypot, radians, sqrt

from django.utils.safestring import SafeString, mark_safe

# As wide as a phone, so that its text is readable there; it grows with the page.
WIDTH, HEIGHT = 360.0, 350.0
_LEGEND = 74.0
_LETTER, _LINE, _GAP = 6.8, 13.0, 3.0
_CELL = 2.0
_LARGEST, _SMALLEST = 34.0, 4.0


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
    x: float
    y: float
    anchor: str

    @property
    def svg(self) -> str:
        return (
            f'<text class="name" x="{_text(self.x)}" y="{_text(self.y)}" dy=".35em" '
            f'text-anchor="{self.anchor}" aria-hidden="true">{escape(self.text)}</text>'
        )


@dataclass(frozen=True)
class Circle:
    """A unit as drawn: a link; its step is 0 if the measure is not known."""

    spot: Spot
    x: float
    y: float
    radius: float = 0.0
    step: int = 0
    value_fits: bool = False
    label: Label | None = None

    def can_hold_value(self, above: Sequence["Circle"]) -> bool:
        """Whether the value can stand inside, where no circle that lies above hides it."""
        half = len(self.spot.shown) * _LETTER / 2
        if half + _GAP / 2 > self.radius:
            return False
        return not any(
            hypot(
                max(0.0, abs(self.x - other.x) - half), max(0.0, abs(self.y - other.y) - _LINE / 2)
            )
            < other.radius
            for other in above
        )

    @property
    def svg(self) -> str:
        spot, x, y = self.spot, _text(self.x), _text(self.y)
        title = escape(f"{spot.name}: {spot.shown}")
        value = (
            f'<text class="value on-{self.step}" x="{x}" y="{y}" dy=".35em" '
            f'text-anchor="middle">{escape(spot.shown)}</text>'
        )
        return (
            f'<a id="circle-{escape(spot.code)}" href="{escape(spot.href)}" aria-label="{title}">'
            f'<title>{title}</title><circle class="step-{self.step}" cx="{x}" cy="{y}" '
            f'r="{_text(self.radius)}"/>{value if self.value_fits else ""}</a>'
        )


@dataclass(frozen=True)
class Step:
    """A class of values, from its lowest to its highest, with how many units are in it."""

    number: int
    lowest: str
    highest: str
    units: int


class StepScale:
    """Classes of values: fifths of the units, like values together."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        known = sorted(spot.measured for spot in spots if spot.measured is not None)
        fifths = {known[len(known) * fifth // 5] for fifth in range(1, 5)} if known else set()
        # Where each step but the first begins.
        self._begins = sorted(begin for begin in fifths if begin > known[0])

    def number(self, spot: Spot) -> int:
        """Return a step from 1, or 0 of what is not known; the highest values are always step 5."""
        if spot.measured is None:
            return 0
        place = sum(spot.measured >= begin for begin in self._begins)
        return 1 + round(place * 4 / len(self._begins)) if self._begins else 1

    def legend(self, spots: Iterable[Spot]) -> list[Step]:
        classes: dict[int, list[Spot]] = {}
        for spot in sorted(spots, key=lambda spot: spot.measured or 0.0):
            if spot.measured is not None:
                classes.setdefault(self.number(spot), []).append(spot)
        return [
            Step(number, members[0].shown, members[-1].shown, len(members))
            for number, members in sorted(classes.items())
        ]


@dataclass(frozen=True)
class Size:
    """A circle of the legend; places are texts, as a template would write them with a comma."""

    value: int
    x: str
    y: str
    radius: str
    text_x: str


class Sizes:
    """How large circles are: as large as neighbours leave room for."""

    def __init__(self, circles: Sequence[Circle]) -> None:
        self._largest = max((circle.spot.size for circle in circles), default=0)
        self._unit = self._fitting(circles) / sqrt(self._largest) if self._largest > 0 else 0.0

    def radius(self, size: float) -> float:
        return max(_SMALLEST, sqrt(max(size, 0)) * self._unit)

    def legend(self) -> list[Size]:
        """Return three round values with circles as large as on the map, side by side."""
        values = [value for share in (1, 4, 20) if (value := round_below(self._largest / share))]
        sizes, left, middle = [], _GAP, HEIGHT + _LEGEND / 2
        for value in dict.fromkeys(values):
            radius = self.radius(value)
            x, text_x = left + radius, left + 2 * radius + _GAP
            sizes.append(Size(value, _text(x), _text(middle), _text(radius), _text(text_x)))
            left = text_x + _LETTER * (len(f"{value:,}") + 2)
        return sizes

    def _fitting(self, circles: Sequence[Circle]) -> float:
        """Return the radius of the largest circle."""
        places = [
            (circle.x, circle.y, sqrt(circle.spot.size))
            for circle in circles
            if circle.spot.size > 0
        ]
        fits = sorted(
            hypot(x - other_x, y - other_y) / (size + other_size)
            for (x, y, size), (other_x, other_y, other_size) in combinations(places, 2)
        )
        # Of more than four units, one pair of circles for each four may overlap.
        may_overlap = len(circles) // 4 if len(circles) > 4 else 0
        allowed = fits[min(may_overlap, len(fits) - 1)] if fits else _LARGEST
        # However crowded, the largest stays so large that sizes can be told apart.
        return max(12.0, min(allowed * sqrt(self._largest), _LARGEST))


@dataclass(frozen=True)
class Drawing:
    """Circles from the largest to the smallest, so that small ones lie on top, and the legend.

    `missing` are units without a point; of others the measure may be unknown.
    """

    circles: list[Circle]
    steps: list[Step]
    sizes: list[Size]
    missing: list[Spot]
    has_unknown: bool
    width: int = int(WIDTH)
    height: int = int(HEIGHT + _LEGEND)

    @property
    def svg(self) -> SafeString:
        """The circles, then their names over all; a template takes ten times as long."""
        names = [circle.label.svg for circle in self.circles if circle.label]
        circles = [circle.svg for circle in self.circles]
        return mark_safe("".join(circles + names))  # noqa: S308 - texts are escaped


@lru_cache(maxsize=32)
def draw(spots: tuple[Spot, ...]) -> Drawing:
    """Lay out a map of units: sized by one number, in steps of another.

    It is remembered, as all officials of an area look at the same numbers again and again.
    """
    steps = StepScale(spots)
    placed = _projected(spots)
    sizes = Sizes(placed)
    circles = [
        replace(circle, radius=sizes.radius(circle.spot.size), step=steps.number(circle.spot))
        for circle in placed
    ]
    circles.sort(key=lambda circle: (-circle.radius, circle.spot.name))
    circles = [
        replace(circle, value_fits=circle.can_hold_value(circles[place:]))
        for place, circle in enumerate(circles, start=1)
    ]
    return Drawing(
        circles=Room(circles).labelled(),
        steps=steps.legend(spots),
        sizes=sizes.legend(),
        missing=[spot for spot in spots if spot.latitude is None or spot.longitude is None],
        has_unknown=any(circle.spot.measured is None for circle in circles),
    )


def _projected(spots: Iterable[Spot]) -> list[Circle]:
    """Place the points on the map: north is up, and a kilometre is as long in both ways."""
    known = [
        (spot, spot.latitude, spot.longitude)
        for spot in spots
        if spot.latitude is not None and spot.longitude is not None
    ]
    if not known:
        return []
    north = max(latitude for _spot, latitude, _longitude in known)
    south = min(latitude for _spot, latitude, _longitude in known)
    narrowed = cos(radians((north + south) / 2))
    west = min(longitude for _spot, _latitude, longitude in known) * narrowed
    east = max(longitude for _spot, _latitude, longitude in known) * narrowed
    scale = min((WIDTH - 80) / max(east - west, 1e-6), (HEIGHT - 60) / max(north - south, 1e-6))
    left = (WIDTH - (east - west) * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2
    return [
        Circle(spot, left + (longitude * narrowed - west) * scale, top + (north - latitude) * scale)
        for spot, latitude, longitude in known
    ]


def round_below(number: float) -> int:
    """Return the next round number that is not above: 1, 2 or 5 with noughts."""
    if number < 1:
        return 0
    size = 10 ** (len(str(int(number))) - 1)
    return max(step * size for step in (1, 2, 5) if step * size <= number)


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


class Room:
    """What of the map is taken: for each row of cells a number whose bits are its columns."""

    def __init__(self, circles: Sequence[Circle]) -> None:
        self.circles = circles
        self.rows = [0] * self._cell(HEIGHT)
        for circle in circles:
            self._cover(circle)

    def _cover(self, circle: Circle) -> None:
        top, bottom = circle.y - circle.radius, circle.y + circle.radius
        for number in range(max(0, self._cell(top)), min(self._cell(bottom), len(self.rows))):
            down = (number + 0.5) * _CELL - circle.y
            across = sqrt(max(0.0, circle.radius**2 - down**2))
            self.rows[number] |= self._columns(circle.x - across, circle.x + across)

    def labelled(self) -> list[Circle]:
        """Name the units, the largest first, where a name hides neither a circle nor a name.

        A value that does not stand inside its circle follows the name, if there is room for it.
        """
        labelled = []
        for circle in self.circles:
            spot, label = circle.spot, None
            if not circle.value_fits and spot.measured is not None:
                label = self._label(circle, f"{spot.label} {spot.shown}")
            labelled.append(replace(circle, label=label or self._label(circle, spot.label)))
        return labelled

    def _label(self, circle: Circle, words: str) -> Label | None:
        """Write words beside a circle where there is room for them, and take it."""
        width, away = len(words) * _LETTER, circle.radius + _GAP
        for across, down, lines, before, anchor in _PLACES:
            x, middle = circle.x + across * away, circle.y + down * away + lines * _LINE
            if self._claim(x - before * width, middle, width):
                return Label(words, x, middle, anchor)
        return None

    def _claim(self, left: float, middle: float, width: float) -> bool:
        """Take the room of a line of text if all of it is on the map and free."""
        top, bottom = middle - _LINE / 2, middle + _LINE / 2
        if left < 0 or left + width > WIDTH or top < 0 or bottom > HEIGHT:
            return False
        columns = self._columns(left, left + width)
        place = slice(self._cell(top), self._cell(bottom))
        lines = self.rows[place]
        is_free = not any(line & columns for line in lines)
        if is_free:
            self.rows[place] = [line | columns for line in lines]
        return is_free

    def _cell(self, place: float) -> int:
        """Return the first cell whose middle lies beyond a place."""
        return round(place / _CELL)

    def _columns(self, left: float, right: float) -> int:
        first, end = max(0, self._cell(left)), self._cell(right)
        return (1 << end) - (1 << first) if end > first else 0


def _text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
