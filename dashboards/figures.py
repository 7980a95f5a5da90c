"""The numbers a page shows, and how they add up."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from declarations.models import LeftReason
from districts.days import local_day

WEEK_DAYS = 7


@dataclass(frozen=True)
class Period:
    """What happened in a period: today, or the week."""

    used: int = 0
    arrived: int = 0
    left: tuple[int, ...] = (0,) * len(LeftReason)
    ask: int = 0
    stop: int = 0

    def __add__(self, other: "Period") -> "Period":
        return Period(
            self.used + other.used,
            self.arrived + other.arrived,
            tuple(map(sum, zip(self.left, other.left, strict=True))),
            self.ask + other.ask,
            self.stop + other.stop,
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
        """Those who did not check out themselves."""
        return self.departed - self.checked_out

    @property
    def worrying(self) -> int:
        return self.ask + self.stop


@dataclass(frozen=True)
class Tally:
    """The numbers of one area, or of one venue."""

    venues: int = 0
    inside: int = 0
    today: Period = field(default_factory=Period)
    week: Period = field(default_factory=Period)
    newest_at: datetime | None = None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.venues + other.venues,
            self.inside + other.inside,
            self.today + other.today,
            self.week + other.week,
        )

    @property
    def unused(self) -> int:
        """Open venues where nobody came in during the week."""
        return self.venues - self.week.used


@dataclass(frozen=True)
class AreaFigures:
    """The numbers of an area at a moment, and of its parts: units, or a commune's venues."""

    as_of: datetime
    parts: dict[int, Tally]
    total: Tally
    trend: list[tuple[date, int]]
    declared_today: int = 0
    declared_in_week: int = 0

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
    def share_today(self) -> float:
        """Declarations that worry among today's, in percent."""
        return _percent(self.total.today.worrying, self.declared_today)

    @property
    def share_in_week(self) -> float:
        return _percent(self.total.week.worrying, self.declared_in_week)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
