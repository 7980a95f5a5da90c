"""Where a case was, day by day: what is certain, what is possible, and days nobody knows of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format

from declarations.models import LeftReason
from declarations.nonces import Nonce
from districts.days import day_period, local_day
from tracing.models import Stay

_DAY = timedelta(days=1)
# A case whose symptoms began long ago has days before anything is remembered.
_MOST_DAYS = 60


@dataclass(frozen=True)
class Span:
    """A part of a day's line, in minutes from its midnight."""

    x: int
    width: int


@dataclass(frozen=True)
class StayPart:
    """What one local day saw of a stay."""

    stay: Stay
    day: date
    arrived_at: datetime
    is_continued: bool

    @property
    def is_long_enough(self) -> bool:
        """Whether it is a period at all: somebody may have left in the second of arriving."""
        return not self.stay.possible_period.isempty

    @property
    def is_turned_away(self) -> bool:
        return self.stay.left_reason == LeftReason.TURNED_AWAY

    @property
    def is_only_leaving(self) -> bool:
        """Whether nobody saw them arrive, but leave."""
        period, at = self.stay.possible_period, self.arrived_at
        return not period.isempty and at >= period.upper - timedelta(milliseconds=1)

    @property
    def is_certain(self) -> bool:
        return not self.stay.certain_period.isempty

    @property
    def is_unsafe(self) -> bool:
        return not self.stay.unsafe_period.isempty

    @property
    def has_more_than_certain(self) -> bool:
        """Whether the stay may have been longer than is certain."""
        return bool(self.stay.certain_period != self.stay.possible_period)

    @property
    def arrived(self) -> str:
        return self._clock(self.arrived_at)

    @property
    def certain(self) -> tuple[str, str]:
        return self._clocks(self.stay.certain_period)

    @property
    def possible(self) -> tuple[str, str]:
        return self._clocks(self.stay.possible_period)

    @property
    def unsafe(self) -> tuple[str, str]:
        return self._clocks(self.stay.unsafe_period)

    @property
    def certain_span(self) -> Span | None:
        return span(self.stay.certain_period, self.day)

    @property
    def possible_span(self) -> Span | None:
        return span(self.stay.possible_period, self.day)

    @property
    def unsafe_span(self) -> Span | None:
        return span(self.stay.unsafe_period, self.day)

    def _clocks(self, period: Any) -> tuple[str, str]:
        if period.isempty:
            return "", ""
        return self._clock(period.lower), self._clock(period.upper)

    def _clock(self, moment: datetime) -> str:
        """Return a time, with its day where that is another one."""
        on = local_day(moment)
        is_here = on == self.day or moment == day_period(self.day)[1]
        if on != self.day and is_here:
            return "24:00"
        return date_format(moment_here(moment), "H:i" if is_here else "H:i (j/n)")


@dataclass(frozen=True)
class TimelineDay:
    """A local day, or several on end of which nothing is known."""

    first: date
    last: date
    parts: list[StayPart]
    infectious: Span | None

    @property
    def is_gap(self) -> bool:
        return not self.parts


def days_of(stays: Iterable[Stay], infectious: Any, today: date) -> list[TimelineDay]:
    """Return the days of a case from the first that matters to the last, gaps drawn together."""
    parts = [part for stay in stays for part in _parts(stay)]
    shown = [local_day(infectious.lower), min(local_day(infectious.upper), today)]
    shown += [part.day for part in parts]
    first = max(min(shown), max(shown) - _MOST_DAYS * _DAY)
    days: list[TimelineDay] = []
    for number in range((max(shown) - first).days + 1):
        on = first + number * _DAY
        here = sorted((p for p in parts if p.day == on), key=lambda p: (p.arrived_at, p.stay.pk))
        day = TimelineDay(on, on, here, span(infectious, on))
        if days and _goes_on(days[-1], day):
            days[-1] = TimelineDay(days[-1].first, on, [], day.infectious)
        else:
            days.append(day)
    return days


def span(period: Any, day: date) -> Span | None:
    """Return the part of a period within a local day, or None."""
    start, end = day_period(day)
    if period.isempty or period.upper <= start or period.lower >= end:
        return None
    begins = max(period.lower, start) - start
    ends = min(period.upper, end) - start
    x = int(begins.total_seconds() // 60)
    return Span(x, max(1, int(-(-ends.total_seconds() // 60)) - x))


def moment_here(moment: datetime) -> datetime:
    """Return a moment as the province's clocks show it."""
    return moment.astimezone(day_period(local_day(moment))[0].tzinfo)


def _goes_on(before: TimelineDay, day: TimelineDay) -> bool:
    """Tell whether a day without visits belongs to the gap before it."""
    both_whole = before.infectious == day.infectious
    return before.is_gap and day.is_gap and both_whole


def _parts(stay: Stay) -> Iterator[StayPart]:
    arrived_at = _arrived_at(stay)
    if stay.possible_period.isempty:
        yield StayPart(stay, local_day(arrived_at), arrived_at, is_continued=False)
        return
    first = local_day(stay.possible_period.lower)
    last = local_day(stay.possible_period.upper - timedelta(microseconds=1))
    for number in range((last - first).days + 1):
        yield StayPart(stay, first + number * _DAY, arrived_at, is_continued=number > 0)


def _arrived_at(stay: Stay) -> datetime:
    """A visit's id holds its arrival, whatever its period became."""
    if stay.visit:
        return Nonce.of(stay.visit).moment
    lower: datetime = stay.possible_period.lower
    return lower
