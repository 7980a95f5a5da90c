"""Bar charts as numbers a template can draw: pure geometry, no colour and no words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, log10

from django.utils.html import format_html

HEIGHT = 300
_BAR_SHARE = 0.72
_LINE = "3"
_GRID_LINES = 4
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Bar:
    """One bar: across in percent of the width, so that text keeps its size; down in pixels.

    The numbers are texts because a template would write them with the language's comma. `before`
    is what it is compared with, drawn as a line across the bar's place.
    """

    value: int
    x: str
    width: str
    middle: str
    top: str
    height: str
    is_highest: bool
    before: int = 0
    before_top: str = ""

    @property
    def box(self) -> str:
        """Where a rectangle for the value stands, as its attributes."""
        return _box(self.x, self.top, self.width, self.height)

    @property
    def before_box(self) -> str:
        """The same for the line of what it is compared with; of nothing there is none."""
        return _box(self.x, self.before_top, self.width, _LINE) if self.before else ""


@dataclass(frozen=True)
class GridLine:
    """A line across the chart and the value it stands for."""

    value: int
    y: str


@dataclass(frozen=True)
class BarChart:
    """Bars over a scale that begins at nothing and ends at a round number."""

    bars: list[Bar]
    grid: list[GridLine]
    height: int = HEIGHT


def bar_chart(values: Sequence[int], before: Sequence[int] = ()) -> BarChart:
    """Lay out one bar for each value, on the same scale as what they are compared with."""
    highest = max([*values, *before], default=0)
    step = round_step(highest)
    top_value = step * max(1, ceil(highest / step))
    slot = 100 / max(1, len(values))
    tallest = values.index(max(values)) if any(values) else None
    bars = [
        _bar(place, value, slot, value / top_value, place == tallest)
        for place, value in enumerate(values)
    ]
    if before:
        bars = [
            replace(bar, before=value, before_top=_text(HEIGHT * (1 - value / top_value)))
            for bar, value in zip(bars, before, strict=True)
        ]
    lines = range(0, top_value + 1, step)
    grid = [GridLine(value, _text(HEIGHT * (1 - value / top_value))) for value in lines]
    return BarChart(bars, grid)


def round_step(highest: int) -> int:
    """Return a round distance of grid lines, so that about four reach the highest value."""
    rough = max(1, highest / _GRID_LINES)
    size = 10 ** int(log10(rough))
    return next(step * size for step in _STEPS if step * size >= rough)


def _bar(place: int, value: int, slot: float, share: float, is_highest: bool) -> Bar:
    height = HEIGHT * share
    return Bar(
        value=value,
        x=f"{_text(slot * (place + (1 - _BAR_SHARE) / 2))}%",
        width=f"{_text(slot * _BAR_SHARE)}%",
        middle=f"{_text(slot * (place + 0.5))}%",
        top=_text(HEIGHT - height),
        height=_text(height),
        is_highest=is_highest,
    )


def _box(*sides: str) -> str:
    return format_html('x="{}" y="{}" width="{}" height="{}"', *sides)


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
