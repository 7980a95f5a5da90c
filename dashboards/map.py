"""What a map of an area can show: its measures, each of a column of the table below it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from districts.numbers import decimal, grouped, percentage

from .drawing import Drawing, Spot, draw
from .rows import Row, UnitRow


@dataclass(frozen=True)
class Measure:
    """What decides the step of a circle, and what its size; `value` is None if not known.

    `column` is the one of the table with the same numbers.
    """

    key: str
    column: str
    label: Any
    says: Any
    size_says: Any
    value: Callable[[UnitRow], float | None]
    shown: Callable[[Any], str]
    size: Callable[[UnitRow], float]

    def spots(self, rows: Sequence[UnitRow]) -> Iterable[Spot]:
        """Yield the units as they are drawn; a circle leads to a map of the same measure."""
        bare_names = [row.unit.bare_name for row in rows]
        times = Counter(bare_names)
        for row, bare_name in zip(rows, bare_names, strict=True):
            unit, value = row.unit, self.value(row)
            asked = {"map": self.key} if self != _MEASURES[0] else {}
            if unit.valid_to:
                asked["list"] = f"{unit.valid_from}"
            yield Spot(
                code=unit.code,
                name=unit.name,
                label=bare_name if times[bare_name] == 1 else unit.name,
                href=f"../{unit.code}/{'?' if asked else ''}{urlencode(asked)}",
                latitude=unit.latitude,
                longitude=unit.longitude,
                size=self.size(row),
                measured=value,
                shown="–" if value is None else self.shown(value),
            )


_MEASURES = [
    Measure(
        "used",
        "share",
        _("Venues used"),
        _("share of open venues used in 7 days"),
        _("open venues"),
        lambda row: row.tally.share_used if row.tally.venues else None,
        percentage,
        lambda row: row.tally.venues,
    ),
    Measure(
        "silent",
        "unused",
        _("Silent venues"),
        _("open venues not used in 7 days"),
        _("open venues"),
        lambda row: row.tally.unused,
        grouped,
        lambda row: row.tally.venues,
    ),
    Measure(
        "in",
        "week",
        _("People in"),
        _("people in, 7 days"),
        _("the same number"),
        lambda row: row.tally.week.arrived,
        grouped,
        lambda row: row.tally.week.arrived,
    ),
    Measure(
        "rate",
        "rate",
        _("Per 1,000 inhabitants"),
        _("people in per 1,000 inhabitants, 7 days"),
        _("inhabitants"),
        lambda row: row.per_thousand,
        decimal,
        lambda row: row.unit.inhabitants or 0,
    ),
    Measure(
        "worry",
        "worry_share",
        _("Share worrying"),
        _("share of declarations that worry, today"),
        _("declarations made today"),
        lambda row: row.tally.today.share if row.tally.today.declared else None,
        percentage,
        lambda row: row.tally.today.declared,
    ),
]


@dataclass(frozen=True)
class AreaMap:
    """A map of an area's units with the measure that was chosen among all."""

    measure: Measure
    measures: list[Measure]
    drawing: Drawing


def area_map(rows: Iterable[Row], asked: QueryDict) -> AreaMap | None:
    """Return the map that was asked for, or None where no row is a unit with a point."""
    units = [row for row in rows if isinstance(row, UnitRow)]
    if all(row.unit.latitude is None for row in units):
        return None
    chosen = asked.get("map", "")
    measure = next((each for each in _MEASURES if each.key == chosen), _MEASURES[0])
    return AreaMap(measure, _MEASURES, draw(tuple(measure.spots(units))))
