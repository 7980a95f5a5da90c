"""The numbers a page shows, and how they add up."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from declarations.models import LeftReason
from districts.days import local_day

WEEK_DAYS = 7
TREND_DAYS = 2 * WEEK_DAYS


@dataclass(frozen=True)
class Period:
    """What happened in a period: today, the week, or the week before."""

    used: int = 0
    arrived: int = 0
    left: tuple[int, ...] = (0,) * len(LeftReason)
    declared: int = 0
    ask: int = 0
    stop: int = 0
    symptomatic: int = 0
    contact: int = 0

    def __add__(self, other: "Period") -> "Period":
        return Period(
            self.used + other.used,
            self.arrived + other.arrived,
            tuple(map(sum, zip(self.left, other.left, strict=True))),
            self.declared + other.declared,
            self.ask + other.ask,
            self.stop + other.stop,
            self.symptomatic + other.symptomatic,
            self.contact + other.contact,
        )

    @property
    def departed(self) -> int:
        """Everybody who left, however that is known."""
        return sum(self.left)

    @property
    def checked_out(self) -> int:
        return self.left[0]

    @property
    def inferred(self) -> int:
        """Those who went in and did not check out themselves."""
        return self.departed - self.checked_out - self.left[LeftReason.TURNED_AWAY - 1]

    @property
    def worrying(self) -> int:
        return self.ask + self.stop

    @property
    def share(self) -> float:
        """Declarations that worry among those made, in percent."""
        return percent(self.worrying, self.declared)


@dataclass(frozen=True)
class Tally:
    """The numbers of one area, one kind of venue, or one venue.

    `newest_at` is the last arrival, of a venue; `inside` is None at a moment that is past.
    """

    venues: int = 0
    inside: int = 0
    today: Period = field(default_factory=Period)
    week: Period = field(default_factory=Period)
    week_before: Period = field(default_factory=Period)
    newest_at: datetime | None = None

    @property
    def unused(self) -> int:
        """Open venues where nobody came in during the week."""
        return self.venues - self.week.used

    @property
    def share_used(self) -> float:
        """Open venues used in the week, in percent."""
        return percent(self.week.used, self.venues)

    def per_thousand(self, inhabitants: int | None) -> float | None:
        """Arrivals of the week for every 1,000 people who live there, or None if unknown."""
        return 1000 * self.week.arrived / inhabitants if inhabitants else None

    @property
    def change(self) -> int | None:
        """Arrivals of the week against those of the week before, in percent."""
        before = self.week_before.arrived
        return round(percent(self.week.arrived - before, before)) if before else None

    @property
    def fall(self) -> int:
        """The same without its sign, for a sentence that says "fewer"."""
        return -(self.change or 0)


@dataclass(frozen=True)
class AreaFigures:
    """The numbers of an area at a moment, and of its parts: units, or a commune's venues.

    `communes` are the ids of those whose people count to the area.
    """

    as_of: datetime
    communes: list[int]
    parts: dict[int, Tally]
    total: Tally
    trend: list[tuple[date, int]]
    hours: list[int]
    hours_before: list[int]

    @property
    def week_began_on(self) -> date:
        return local_day(self.as_of) - timedelta(days=WEEK_DAYS - 1)

    @property
    def was_used(self) -> bool:
        """True if anybody came in during the days of the trend."""
        return any(people for _day, people in self.trend)

    @property
    def departures(self) -> list[tuple[LeftReason, int, int]]:
        """Each way a departure is known, with the people of today and of the week."""
        return list(zip(LeftReason, self.total.today.left, self.total.week.left, strict=True))

    @property
    def share_checked_out(self) -> float:
        """How many of the week's departures we were told of, in percent: how sure "inside" is."""
        return percent(self.total.week.checked_out, self.total.week.departed)


def percent(part: int, whole: int) -> float:
    """Return a part in percent; of nothing it is nothing."""
    return 100 * part / whole if whole else 0.0
