"""Bar charts: where each bar stands, and its rectangles and texts as SVG, without any colour.

A page has a hundred bars and as many lines of tables: they are written here, not by the template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import ceil, log10

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from districts.numbers import grouped

from .figures import WEEK_DAYS, AreaFigures

HEIGHT = 300

# Short enough to stand below a bar: T2 … T7, CN.
_WEEKDAYS = [
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
]


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
    before: int
    before_top: str

    @property
    def box(self) -> SafeString:
        """Where a rectangle for the value stands, as its attributes."""
        return _safe(f'x="{self.x}" y="{self.top}" width="{self.width}" height="{self.height}"')

    @property
    def before_line(self) -> str:
        """A line for what it is compared with; of nothing there is none."""
        place = f'x="{self.x}" y="{self.before_top}" width="{self.width}" height="3"'
        return f'<rect class="before" {place}/>' if self.before else ""


@dataclass(frozen=True)
class Slot:
    """A bar with the name below it, and with its words in the table of the same numbers."""

    name: str
    label: str
    bar: Bar

    @property
    def drawn(self) -> SafeString:
        """The bar, what it is compared with, and its name, as SVG."""
        bar = self.bar
        return _safe(
            f'<rect class="bar" {bar.box}/>{bar.before_line}{self._below("slot", 18, self.name)}'
        )

    @property
    def row(self) -> SafeString:
        return self._row(escape(self.label), self.bar.value, self.bar.before)

    def _below(self, kind: str, down: int, words: str) -> str:
        place = f'x="{self.bar.middle}" y="{HEIGHT}" dy="{down}"'
        return f'<text class="{kind}" {place}>{escape(words)}</text>'

    @staticmethod
    def _row(heading: str, *values: int) -> SafeString:
        cells = "".join(f'<td class="number">{grouped(value)}</td>' for value in values)
        return _safe(f'<tr><th scope="row">{heading}</th>{cells}</tr>')


@dataclass(frozen=True)
class DaySlot(Slot):
    """A day with its value above, and its weekday and day of the month below."""

    day: int
    is_newest: bool = False
    remark: str = ""

    @property
    def drawn(self) -> SafeString:
        bar = self.bar
        marks = " marked" * (bar.is_highest or self.is_newest) + " newest" * self.is_newest
        return _safe(
            f'<rect class="bar{" so-far" * self.is_newest}" {bar.box}/>'
            f'<text class="value{marks}" x="{"100%" if self.is_newest else bar.middle}" '
            f'y="{bar.top}" dy="-6">{grouped(bar.value)}</text>'
            f"{self._below('weekday', 18, self.name)}{self._below('day', 36, str(self.day))}"
        )

    @property
    def row(self) -> SafeString:
        remark = f' <span class="muted">{escape(self.remark)}</span>' if self.remark else ""
        return self._row(escape(self.label) + remark, self.bar.value)


@dataclass(frozen=True)
class BarChart:
    """Bars over a scale that begins at nothing and ends at a round number, and their words.

    `grid` are the lines across the chart: the value each stands for, and how far down it is.
    """

    bars: list[Bar]
    grid: list[tuple[int, str]]
    slots: Sequence[Slot] = ()
    height: int = HEIGHT

    @classmethod
    def of(cls, values: Sequence[int], before: Sequence[int] = ()) -> "BarChart":
        """Lay out one bar for each value, on the same scale as what they are compared with."""
        highest = max([*values, *before], default=0)
        step = round_step(highest)
        top_value = step * max(1, ceil(highest / step))
        slot, share = 100 / max(1, len(values)), 0.72
        tallest = values.index(max(values)) if any(values) else None
        bars = [
            Bar(
                value=value,
                x=f"{_text(slot * (place + (1 - share) / 2))}%",
                width=f"{_text(slot * share)}%",
                middle=f"{_text(slot * (place + 0.5))}%",
                top=_text(HEIGHT - HEIGHT * (value / top_value)),
                height=_text(HEIGHT * (value / top_value)),
                is_highest=place == tallest,
                before=earlier,
                before_top=_text(HEIGHT * (1 - earlier / top_value)),
            )
            for place, (value, earlier) in enumerate(zip_longest(values, before, fillvalue=0))
        ]
        lines = range(0, top_value + 1, step)
        return cls(bars, [(value, _text(HEIGHT * (1 - value / top_value))) for value in lines])

    @classmethod
    def of_trend(cls, figures: AreaFigures) -> "BarChart":
        """Lay out the days up to today, which is not over."""
        chart = cls.of([people for _day, people in figures.trend])
        today = figures.trend[-1][0]
        days = [
            DaySlot(
                name=str(_WEEKDAYS[day.weekday()]),
                label=date_format(day, "l, j/n/Y"),
                bar=bar,
                day=day.day,
                is_newest=day == today,
                remark=_("(so far)") if day == today else "",
            )
            for (day, _people), bar in zip(figures.trend, chart.bars, strict=True)
        ]
        return replace(chart, slots=days)

    @classmethod
    def of_week(cls, figures: AreaFigures) -> "BarChart":
        """Lay out the seven days of the week, each with the same weekday of the week before."""
        before, week = figures.trend[:WEEK_DAYS], figures.trend[WEEK_DAYS:]
        chart = cls.of([people for _day, people in week], [people for _day, people in before])
        days = [
            Slot(str(_WEEKDAYS[day.weekday()]), date_format(day, "l, j/n"), bar)
            for (day, _people), bar in zip(week, chart.bars, strict=True)
        ]
        return replace(chart, slots=days)

    @classmethod
    def of_hours(cls, today: list[int], week_ago: list[int]) -> "BarChart":
        """Lay out the hours of today, each with the same hour a week ago."""
        chart = cls.of(today, week_ago)
        slots = [
            Slot(f"{hour}", f"{hour}:00–{hour}:59", bar) for hour, bar in enumerate(chart.bars)
        ]
        return replace(chart, slots=slots)


def round_step(highest: int) -> int:
    """Return a round distance of grid lines, so that about four reach the highest value."""
    rough = max(1, highest / 4)
    size = 10 ** int(log10(rough))
    return next(step * size for step in (1, 2, 5, 10) if step * size >= rough)


def _safe(markup: str) -> SafeString:
    """Trust markup of ours, in which every word was escaped."""
    return mark_safe(markup)  # noqa: S308


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
