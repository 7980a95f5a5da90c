"""Maps as numbers a template can draw: a circle at each unit's point; pure geometry, no words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import cos, hypot, radians, sqrt

from .labels import (
    GAP,
    HEIGHT,
    LETTER,
    WIDTH,
    Disc,
    Label,
    Spot,
    place_labels,
    text,
    value_fits,
)

STEPS = 5
_MARGINS = (40.0, 30.0)
_LARGEST, _SMALLEST = 34.0, 4.0
# However crowded: the largest unit stays as large as this, so that sizes can be told apart.
_LARGEST_AT_LEAST = 12.0
# Of so many units one pair of circles may overlap.
_CROWDED = 4
_LEGEND = 74.0
_LEGEND_SHARES = (1, 4, 20)
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True)
class Circle:
    """A unit as drawn; numbers are texts, as a template would write them with a comma."""

    spot: Spot
    x: str
    y: str
    radius: str
    step: int
    label: Label | None
    value_fits: bool


@dataclass(frozen=True)
class Step:
    """A class of values, from its lowest to its highest, with how many units are in it."""

    number: int
    lowest: str
    highest: str
    units: int


@dataclass(frozen=True)
class Size:
    """A circle of the legend: what it stands for, and where it is drawn."""

    value: int
    x: str
    y: str
    radius: str
    text_x: str


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


@lru_cache(maxsize=32)
def draw(spots: tuple[Spot, ...]) -> Drawing:
    """Lay out a map of units: sized by one number, in steps of another.

    It is remembered, as all officials of an area look at the same numbers again and again.
    """
    steps = _steps([spot.measured for spot in spots if spot.measured is not None])
    discs = _projected(spots)
    scale = _scale(discs)
    discs = [replace(disc, radius=_radius(disc.spot.size, scale)) for disc in discs]
    discs.sort(key=lambda disc: (-disc.radius, disc.spot.name))
    inside = [value_fits(disc, discs[place:]) for place, disc in enumerate(discs, start=1)]
    outside = [
        not is_inside and disc.spot.measured is not None
        for disc, is_inside in zip(discs, inside, strict=True)
    ]
    labels = place_labels(discs, outside)
    return Drawing(
        circles=[
            Circle(
                spot=disc.spot,
                x=text(disc.x),
                y=text(disc.y),
                radius=text(disc.radius),
                step=_step_of(disc.spot, steps),
                label=label,
                value_fits=is_inside,
            )
            for disc, label, is_inside in zip(discs, labels, inside, strict=True)
        ],
        steps=_legend_of_steps(spots, steps),
        sizes=_legend_of_sizes(discs, scale),
        missing=[spot for spot in spots if spot.latitude is None or spot.longitude is None],
        has_unknown=any(disc.spot.measured is None for disc in discs),
    )


def _projected(spots: Iterable[Spot]) -> list[Disc]:
    """Place the points on the paper: north is up, and a kilometre is as long in both ways."""
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
    room = (WIDTH - 2 * _MARGINS[0], HEIGHT - 2 * _MARGINS[1])
    scale = min(room[0] / max(east - west, 1e-6), room[1] / max(north - south, 1e-6))
    left = (WIDTH - (east - west) * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2
    return [
        Disc(spot, left + (longitude * narrowed - west) * scale, top + (north - latitude) * scale)
        for spot, latitude, longitude in known
    ]


def _scale(discs: Sequence[Disc]) -> float:
    """Return the radius of a unit of size one: as large as neighbours leave room for."""
    largest = max((disc.spot.size for disc in discs), default=0)
    if largest <= 0:
        return 0.0
    places = [(disc.x, disc.y, sqrt(disc.spot.size)) for disc in discs if disc.spot.size > 0]
    fits = sorted(
        hypot(x - other_x, y - other_y) / (size + other_size)
        for (x, y, size), (other_x, other_y, other_size) in combinations(places, 2)
    )
    may_overlap = len(discs) // _CROWDED if len(discs) > _CROWDED else 0
    allowed = fits[min(may_overlap, len(fits) - 1)] if fits else _LARGEST
    return max(_LARGEST_AT_LEAST, min(allowed * sqrt(largest), _LARGEST)) / sqrt(largest)


def _radius(size: float, scale: float) -> float:
    return max(_SMALLEST, sqrt(max(size, 0)) * scale)


def _steps(values: Sequence[float]) -> list[float]:
    """Return where each step but the first begins: fifths of the units, like values together."""
    ordered = sorted(values)
    begins = {ordered[len(ordered) * fifth // STEPS] for fifth in range(1, STEPS)} if values else ()
    return sorted(begin for begin in begins if begin > ordered[0])


def _step_of(spot: Spot, steps: Sequence[float]) -> int:
    """Return a step from 1, or 0 of what is not known; the highest values are always step 5."""
    if spot.measured is None:
        return 0
    place = sum(spot.measured >= begin for begin in steps)
    return 1 + round(place * (STEPS - 1) / len(steps)) if steps else 1


def _legend_of_steps(spots: Iterable[Spot], steps: Sequence[float]) -> list[Step]:
    classes: dict[int, list[Spot]] = {}
    for spot in sorted(spots, key=lambda spot: spot.measured or 0.0):
        if spot.measured is not None:
            classes.setdefault(_step_of(spot, steps), []).append(spot)
    return [
        Step(number, members[0].shown, members[-1].shown, len(members))
        for number, members in sorted(classes.items())
    ]


def _legend_of_sizes(discs: Sequence[Disc], scale: float) -> list[Size]:
    """Return three round values with circles as large as on the map, side by side."""
    largest = max((disc.spot.size for disc in discs), default=0)
    values = [value for share in _LEGEND_SHARES if (value := round_below(largest / share))]
    sizes, left, middle = [], GAP, HEIGHT + _LEGEND / 2
    for value in dict.fromkeys(values):
        radius = _radius(value, scale)
        text_x = left + 2 * radius + GAP
        sizes.append(Size(value, text(left + radius), text(middle), text(radius), text(text_x)))
        left = text_x + LETTER * (len(f"{value:,}") + 2)
    return sizes


def round_below(number: float) -> int:
    """Return the next round number that is not above: 1, 2 or 5 with noughts."""
    if number < 1:
        return 0
    size = 10 ** (len(str(int(number))) - 1)
    return max(step * size for step in _ROUND if step * size <= number)
