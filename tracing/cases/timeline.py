"""Where a case was, day by day: what is certain, what is possible, and days nobody knows of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format

from declarations.models import LeftReason
from declarations.nonces import Nonce
from districts.days import LOCAL_ZONE, day_period, local_day
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
class PeriodOnDay:
    """A period as the page of one local day shows it; false where it is empty."""

    period: Any
    day: date

    def __bool__(self) -> bool:
        return not self.period.isempty

    @property
    def start(self) -> str:
        return clock(self.period.lower, self.day) if self else ""

    @property
    def end(self) -> str:
        return clock(self.period.upper, self.day) if self else ""

    @property
    def span(self) -> Span | None:
        """The part of the period within the day, if any."""
        start, end = day_period(self.day)
        if not self or self.period.upper <= start or self.period.lower >= end:
            return None
        begins = max(self.period.lower, start) - start
        ends = min(self.period.upper, end) - start
        x = int(begins.total_seconds() // 60)
        return Span(x, max(1, int(-(-ends.total_seconds() // 60)) - x))


@dataclass(frozen=True)
class StayPart:
    """What one local day saw of a stay."""

    stay: Stay
    day: date
    arrived_at: datetime
    is_continued: bool

    @property
    def certain(self) -> PeriodOnDay:
        return PeriodOnDay(self.stay.certain_period, self.day)

    @property
    def possible(self) -> PeriodOnDay:
        """False where somebody left in the second of arriving."""
        return PeriodOnDay(self.stay.possible_period, self.day)

    @property
    def unsafe(self) -> PeriodOnDay:
        return PeriodOnDay(self.stay.unsafe_period, self.day)

    @property
    def has_more_than_certain(self) -> bool:
        """Whether the stay may have been longer than is certain."""
        return bool(self.stay.certain_period != self.stay.possible_period)

    @property
    def is_turned_away(self) -> bool:
        return self.stay.left_reason == LeftReason.TURNED_AWAY

    @property
    def is_only_leaving(self) -> bool:
        """Whether nobody saw them arrive, but leave."""
        period, at = self.stay.possible_period, self.arrived_at
        return not period.isempty and at >= period.upper - timedelta(milliseconds=1)

    @property
    def arrived(self) -> str:
        return clock(self.arrived_at, self.day)


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
        day = TimelineDay(on, on, here, PeriodOnDay(infectious, on).span)
        before = days[-1] if days else day
        if before.is_gap and day.is_gap and before.infectious == day.infectious:
            days[-1:] = [TimelineDay(before.first, on, [], day.infectious)]
        else:
            days.append(day)
    return days


def clock(moment: datetime, day: date) -> str:
    """Write a moment as the clocks of a local day show it, with its day where that is another."""
    if moment == day_period(day)[1]:
        return "24:00"
    is_here = local_day(moment) == day
    return date_format(moment.astimezone(LOCAL_ZONE), "H:i" if is_here else "H:i (j/n)")


def _parts(stay: Stay) -> Iterator[StayPart]:
    possible = stay.possible_period
    # A visit's id holds its arrival, whatever its period became.
    arrived_at = Nonce.of(stay.visit).moment if stay.visit else possible.lower
    if possible.isempty:
        yield StayPart(stay, local_day(arrived_at), arrived_at, is_continued=False)
        return
    first, last = local_day(possible.lower), local_day(possible.upper - timedelta(microseconds=1))
    for number in range((last - first).days + 1):
        yield StayPart(stay, first + number * _DAY, arrived_at, is_continued=number > 0)
