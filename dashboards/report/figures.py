"""The numbers of a daily report, as they stood at the end of a day, or of today until now."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from dashboards.figures import WEEK_DAYS, Period, percent
from districts.models import Unit
from venues.kinds import Kind


@dataclass(frozen=True)
class Counts:
    """The numbers of an area or of one kind of venue.

    `inside` and `unused_ever` are as of now; the week is the day with the six days before.
    """

    venues: int = 0
    opened: int = 0
    closed: int = 0
    used: int = 0
    used_before: int = 0
    used_in_week: int = 0
    unused_ever: int = 0
    inside: int = 0
    day: Period = field(default_factory=Period)
    day_before: Period = field(default_factory=Period)
    week_ago: Period = field(default_factory=Period)
    week: Period = field(default_factory=Period)
    week_before: Period = field(default_factory=Period)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    @property
    def unused(self) -> int:
        """Open venues where nobody came in during the week."""
        return self.venues - self.used_in_week

    @property
    def share_used(self) -> float:
        """Open venues used in the week, in percent."""
        return percent(self.used_in_week, self.venues)


@dataclass(frozen=True)
class ToDate:
    """All that was ever counted until the end of the day."""

    first: date | None
    arrived: int
    departed: int
    declared: int


@dataclass(frozen=True)
class FollowedUp:
    """Venues to which officials turned on the day because they were silent."""

    reminded: int
    called: int
    visited: int


@dataclass(frozen=True)
class Report:
    """What one reports of an area and a day.

    The days up to `forgotten` are known by commune only, no longer by venue.
    """

    area: Unit
    day: date
    now: datetime
    is_today: bool
    total: Counts
    communes: list[tuple[Unit, Counts]]
    kinds: list[tuple[Kind, Counts]]
    to_date: ToDate
    followed_up: FollowedUp
    forgotten: date | None

    @property
    def knows_day(self) -> bool:
        """True while it is known which venues were used on the day."""
        return self._knows(self.day)

    @property
    def knows_day_before(self) -> bool:
        return self._knows(self.day - timedelta(days=1))

    @property
    def knows_week(self) -> bool:
        """The same of the week; today every venue's last use says it."""
        return self.is_today or self._knows(self.week_began)

    @property
    def week_began(self) -> date:
        return self.day - timedelta(days=WEEK_DAYS - 1)

    @property
    def districts(self) -> list[tuple[Unit, Counts]]:
        """The units between the area and its communes, in their order; none where there are none."""
        found: dict[Unit, Counts] = {}
        for commune, counts in self.communes:
            above = commune.parent
            if above and self.area not in (above, commune):
                found[above] = found.get(above, Counts()) + counts
        return sorted(found.items(), key=lambda one: one[0].name_order)

    @property
    def below(self) -> list[Unit]:
        """The units right below the area; a commune has none."""
        units = [unit for unit, _counts in self.districts or self.communes]
        return [] if units == [self.area] else units

    def _knows(self, day: date) -> bool:
        return self.forgotten is None or day > self.forgotten
