"""How many: venues, people in and out, declarations, of one area in one snapshot.

All figures of an area come from one statement, so they agree with each other. A day is the
province's local day, a week is today with the six days before. People are counted where they
were, whatever became of the venue since; venues are counted while they are open.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from database.remembering import remembered
from database.statements import statement_of
from declarations.models import COUNTED, LEFT, LeftReason
from districts.days import day_start, local_day
from districts.models import Level, Unit, communes_counted
from venues.kinds import Kind

WEEK_DAYS = 7

_UNITS = statement_of(__file__, "area_units")
_VENUES = statement_of(__file__, "area_venues")
# On its own: the area's page, which loads itself anew every half minute, does not show it.
_KINDS = statement_of(__file__, "area_kinds")


@dataclass(frozen=True)
class Period:
    """What was counted in a period (today, the week, or the week before), not its beginning and end."""

    used: int = 0
    arrived: int = 0
    left: tuple[int, ...] = (0,) * len(LeftReason)
    declared: int = 0
    ask: int = 0
    stop: int = 0
    symptomatic: int = 0
    contact: int = 0

    @classmethod
    def of(cls, counts: Iterable[list[int]], used: int = 0) -> "Period":
        """Add up counts of all columns, in the order of COUNTED."""
        arrived, *others = map(sum, zip([0] * len(COUNTED), *counts, strict=True))
        return cls(used, arrived, tuple(others[: len(LEFT)]), *others[len(LEFT) :])

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
class PlaceFigures:
    """The numbers of one area, one kind of venue, or one venue.

    `newest_at` is the last arrival, where it is known by venue.
    """

    venues: int = 0
    inside: int = 0
    today: Period = field(default_factory=Period)
    week: Period = field(default_factory=Period)
    week_before: Period = field(default_factory=Period)
    newest_at: datetime | None = None

    @classmethod
    def of(
        cls, venues: list[Any], week_before: list[Any], earlier: list[Any], today: list[Any]
    ) -> "PlaceFigures":
        """Add up rows of venues, and counts of the week before, the days until today, and today."""
        number, used_today, used_in_week, inside = (
            sum(column) for column in zip([0] * 4, *(row[:4] for row in venues), strict=True)
        )
        newest_at = max((row[4] for row in venues if row[4]), default=None)
        return cls(
            venues=number,
            inside=inside,
            today=Period.of(today, used_today),
            week=Period.of(earlier + today, used_in_week),
            week_before=Period.of(week_before),
            newest_at=datetime.fromtimestamp(newest_at, UTC) if newest_at else None,
        )

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
        """`change` with its sign turned round, for a sentence that says "fewer"; 0 if unknown."""
        return -(self.change or 0)


@dataclass(frozen=True)
class AreaFigures:
    """The numbers of an area at a moment, and of its parts: units, or a commune's venues.

    `communes` are the ids of those whose people count to the area.
    """

    as_of: datetime
    communes: list[int]
    parts: dict[int, PlaceFigures]
    total: PlaceFigures
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
    """Return a share from 0 to 100; 0 where the whole is 0."""
    return 100 * part / whole if whole else 0.0


# Every page asks, and the answer changes with a new list of units only.
_counted = remembered(seconds=60)(communes_counted)


def area_figures(area: Unit, now: datetime) -> AreaFigures:
    """Count an area as it stands now."""
    is_commune = area.level == Level.COMMUNE
    registered, summed, by_day, by_hour = _rows(_VENUES if is_commune else _UNITS, area, now)
    days = _trend_days(now)
    today = int(day_start(days[-1]).timestamp())
    week_ago = int(day_start(days[-1 - WEEK_DAYS]).timestamp())
    communes = _counted(area, days[-1])
    arrived = {day: counts[0] for day, _period, counts in by_day}
    return AreaFigures(
        as_of=now,
        communes=list(communes),
        parts=_figures(registered, summed)
        if is_commune
        else _figures(registered, summed, communes.__getitem__),
        total=_figures(registered, by_day, lambda _key: 0).get(0, PlaceFigures()),
        trend=[(day, arrived.get(day.isoformat(), 0)) for day in days],
        hours=[by_hour.get(str(today + 3600 * hour), 0) for hour in range(24)],
        hours_before=[by_hour.get(str(week_ago + 3600 * hour), 0) for hour in range(24)],
    )


def kind_figures(area: Unit, now: datetime) -> dict[Kind, PlaceFigures]:
    """Count an area by kind of venue, as it stands now."""
    registered, summed = _rows(_KINDS, area, now)
    figures = _figures(registered, summed)
    return {kind: figures[kind] for kind in Kind if kind in figures}


def _rows(statement: str, area: Unit, now: datetime) -> list[Any]:
    days = _trend_days(now)
    parameters: dict[str, Any] = {
        "communes": list(_counted(area, days[-1])),
        "first": days[0],
        "today": days[-1],
        "before": days[-WEEK_DAYS - 1],
        "since": day_start(days[0]),
        "until": day_start(days[-1] + timedelta(days=1)),
        "today_began": day_start(days[-1]),
        "week_began": day_start(days[-WEEK_DAYS]),
        "week_ago_began": day_start(days[-WEEK_DAYS - 1]),
        "week_ago_ended": day_start(days[-WEEK_DAYS]),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [rows or {} for rows in cursor.fetchone()]


def _trend_days(now: datetime) -> list[date]:
    today = local_day(now)
    return [today - timedelta(days=n) for n in reversed(range(2 * WEEK_DAYS))]


def _figures(
    registered: Iterable[Any],
    summed: Iterable[Any],
    part_of: Callable[[Any], Any] = lambda key: key,
) -> dict[Any, PlaceFigures]:
    """Return the numbers of each part, as `part_of` says of a commune, a venue, a kind or a day.

    Periods are as the statements number them: 2 is today, 1 the other days of the week, 0 the
    week before.
    """
    venues: dict[Any, list[Any]] = defaultdict(list)
    for key, *numbers in registered:
        venues[part_of(key)].append(numbers)
    counts: dict[Any, list[list[Any]]] = defaultdict(lambda: [[], [], []])
    for key, period, numbers in summed:
        counts[part_of(key)][period].append(numbers)
    return {part: PlaceFigures.of(venues[part], *counts[part]) for part in {*venues, *counts}}
