"""What is reported of an area and a day, in one snapshot: today until now, or a day that is past.

People come of the tallies by commune, kind and day, which are kept; which venues were used comes
of the tallies by venue and hour, which are forgotten with their day.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q

from dashboards.figures import WEEK_DAYS, Period, percent
from dashboards.models import Approach, ApproachWay
from database.remembering import remembered
from database.statements import statement_of
from declarations.models import DeletionRecord
from districts.days import day_period, day_start, local_day
from districts.models import Level, Unit, communes_counted
from venues.kinds import Kind


@dataclass(frozen=True)
class ReportCounts:
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

    def __add__(self, other: "ReportCounts") -> "ReportCounts":
        return ReportCounts(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(ReportCounts))
        )

    @property
    def unused(self) -> int:
        """Open venues where nobody came in during the week."""
        return self.venues - self.used_in_week

    @property
    def is_nowhere_used(self) -> bool:
        return self.venues == self.unused > 0

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

    @classmethod
    def of(cls, communes: list[int], day: date) -> "FollowedUp":
        approaches = Approach.objects.filter(commune__in=communes, made_on=day).values("way")
        venues = dict(approaches.annotate(n=Count("venue", distinct=True)).values_list("way", "n"))
        ways = (ApproachWay.REMINDED, ApproachWay.CALLED, ApproachWay.VISITED)
        return cls(*(venues.get(way, 0) for way in ways))


@dataclass(frozen=True)
class Report:
    """What one reports of an area and a day.

    The days up to `forgotten` are known by commune only, no longer by venue.
    """

    area: Unit
    day: date
    now: datetime
    is_today: bool
    total: ReportCounts
    communes: list[tuple[Unit, ReportCounts]]
    kinds: list[tuple[Kind, ReportCounts]]
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
    def districts(self) -> list[tuple[Unit, ReportCounts]]:
        """The units between the area and its communes, in their order; none where there are none."""
        districts: dict[Unit, ReportCounts] = {}
        for commune, counts in self.communes:
            above = commune.parent
            if above and self.area not in (above, commune):
                districts[above] = districts.get(above, ReportCounts()) + counts
        return sorted(districts.items(), key=lambda part: part[0].name_order)

    @property
    def units(self) -> list[tuple[Unit, ReportCounts]]:
        """The units that a report compares: districts, or communes where there are none."""
        return self.districts or self.communes

    @property
    def below(self) -> list[Unit]:
        """The units right below the area; a commune has none."""
        units = [unit for unit, _counts in self.units]
        return [] if units == [self.area] else units

    def _knows(self, day: date) -> bool:
        return self.forgotten is None or day > self.forgotten


_REPORT = statement_of(__file__, "report")


def report_of(area: Unit, day: date, now: datetime) -> Report:
    """Count what is reported of an area and a local day that has begun."""
    began, ended = day_period(day)
    shown = _shown_communes(area, local_day(now))
    communes = list(shown)
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, _parameters(communes, day, now))
        registered, people, (first, *sums) = cursor.fetchone()
    counts = _counts(registered or [], people or [])
    of_communes = _of_communes(area, shown, counts, local_day(now))
    return Report(
        area=area,
        day=day,
        now=now,
        is_today=began <= now < ended,
        total=sum((numbers for _unit, numbers in of_communes), ReportCounts()),
        communes=of_communes,
        kinds=[(kind, counts[kind]) for kind in Kind if kind in counts],
        to_date=ToDate(date.fromisoformat(first) if first else None, *(n or 0 for n in sums)),
        followed_up=FollowedUp.of(communes, day),
        forgotten=DeletionRecord.objects.aggregate(newest=Max("day"))["newest"],
    )


def first_day(area: Unit, now: datetime) -> date | None:
    """Return the first day of which anything is known; a mark counts wherever it was made."""
    statement = """
        SELECT (SELECT min(day) FROM declarations_daytally WHERE commune_id = ANY (%(communes)s)),
            (SELECT min(at) FROM declarations_tallymark),
            (SELECT min(registered_at) FROM venues_venue WHERE commune_id = ANY (%(communes)s))
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"communes": list(_shown_communes(area, local_day(now)))})
        day, *moments = cursor.fetchone()
    return min([*filter(None, [day]), *map(local_day, filter(None, moments))], default=None)


def _parameters(communes: list[int], day: date, now: datetime) -> dict[str, Any]:
    began, ended = day_period(day)
    week_ago = day - timedelta(days=WEEK_DAYS)
    return {
        "communes": communes,
        "moment": min(now, ended - timedelta(microseconds=1)),
        "began": began,
        "ended": ended,
        "week_began": day_start(week_ago + timedelta(days=1)),
        "day": day,
        "day_before": day - timedelta(days=1),
        "week_ago": week_ago,
        "first": week_ago - timedelta(days=WEEK_DAYS - 1),
    }


def _counts(registered: Iterable[Any], people: Iterable[Any]) -> dict[str, ReportCounts]:
    """Return the numbers of each commune and each kind, by its id or name."""
    # Of each day as the statement numbers them: the periods of the report that it belongs to.
    periods_of_day = {
        0: ("day", "week"),
        1: ("day_before", "week"),
        2: ("week",),
        3: ("week_ago", "week_before"),
        4: ("week_before",),
    }
    counted: dict[str, dict[str, list[list[int]]]] = defaultdict(lambda: defaultdict(list))
    for name, number, counts in people:
        for period in periods_of_day[number]:
            counted[name][period].append(counts)
    venues = {name: numbers for name, *numbers in registered}
    periods: dict[str, dict[str, Any]] = {
        name: {period: Period.of(counts) for period, counts in counted[name].items()}
        for name in {*venues, *counted}
    }
    return {name: ReportCounts(*venues.get(name, []), **of) for name, of in periods.items()}


def _of_communes(
    area: Unit, shown: dict[int, int], counts: dict[str, ReportCounts], today: date
) -> list[tuple[Unit, ReportCounts]]:
    """Return the area's communes with their numbers and those of communes they came of."""
    sums: dict[int, ReportCounts] = {}
    for pk, commune in shown.items():
        if str(pk) in counts:
            sums[commune] = sums.get(commune, ReportCounts()) + counts[str(pk)]
    own = Unit.objects.within(area).communes().on(area.last_day(today))
    units = Unit.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=sums)).with_parents()

    def order(unit: Unit) -> tuple[str, str, int]:
        return (unit.parent.name_order if unit.parent else "", unit.name_order, unit.pk)

    return [(unit, sums.get(unit.pk, ReportCounts())) for unit in sorted(units, key=order)]


@remembered(seconds=60)
def _shown_communes(area: Unit, day: date) -> dict[int, int]:
    """Return under which commune each one's people are told, by their ids."""
    counted = communes_counted(area, day)
    parts = Unit.objects.in_bulk(set(counted.values()))
    shown = {pk: part if parts[part].level == Level.COMMUNE else pk for pk, part in counted.items()}
    for part in parts.values():
        if part.level != Level.COMMUNE:
            shown |= communes_counted(part, day)
    return {pk: shown[pk] for pk in counted}
