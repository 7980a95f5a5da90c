"""What the pages of an area show: charts, what to do today, and the table below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from districts.models import Level, Unit
from stations.models import Station

from . import rows
from .charts import BarChart, DaySlot, Slot, bar_chart
from .figures import WEEK_DAYS, AreaFigures
from .map.measures import area_map
from .rows import Line, Row

ROWS_PER_PAGE = 50
# Short enough to stand below a bar: T2 … T7, CN.
WEEKDAYS = [
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
]
_LONGEST_SEARCH = 100
_WORST = 3
# A door that asked about more people than it can let in is shown for a week.
_CROWDED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class ToDo:
    """What an official should look at first."""

    silent: int
    worrying: list[Row]
    least_used: list[rows.UnitRow]
    crowded: list[Station]


def area_page(area: Unit, figures: AreaFigures, asked: QueryDict) -> dict[str, Any]:
    """Return what an area's page shows, with the table as sorted, searched and turned to."""
    is_commune = area.level == Level.COMMUNE
    every_row = rows.venue_rows(figures) if is_commune else rows.unit_rows(area, figures)
    return {
        "area": area,
        "figures": figures,
        "to_do": to_do(area, figures, every_row),
        "map": area_map(every_row, asked),
        "per_thousand": figures.total.per_thousand(area.inhabitants),
        "trend": _trend(figures),
        "week": week_chart(figures),
        "hours": hours_chart(figures.hours, figures.hours_before),
        "registration_address": f"{settings.SITE_ADDRESS}/venues/register/",
        "is_commune": is_commune,
        "total_line": None if is_commune else _total(area, figures),
    } | _table(every_row, is_commune, asked)


def to_do(area: Unit, figures: AreaFigures, every_row: list[Row]) -> ToDo:
    """Return what to look at: silent venues, worries, units used least, doors that ask too much."""
    crowded = Station.objects.within(area).crowded(figures.as_of - _CROWDED_FOR)
    worrying = sorted(every_row, key=lambda row: -row.tally.today.worrying)
    units = [row for row in every_row if isinstance(row, rows.UnitRow) and row.tally.unused]
    return ToDo(
        silent=figures.total.unused,
        worrying=[row for row in worrying[:_WORST] if row.tally.today.worrying],
        least_used=sorted(units, key=lambda row: row.tally.share_used)[:_WORST],
        crowded=list(crowded.select_related("venue").order_by("-crowded_at")[:_WORST]),
    )


def _trend(figures: AreaFigures) -> dict[str, Any]:
    """Lay out the days up to today, which is not over."""
    chart = bar_chart([people for _day, people in figures.trend])
    today = figures.trend[-1][0]
    days = [
        DaySlot(
            name=str(WEEKDAYS[day.weekday()]),
            label=date_format(day, "l, j/n/Y"),
            bar=bar,
            day=day.day,
            is_newest=day == today,
            remark=_("(so far)") if day == today else "",
        )
        for (day, _people), bar in zip(figures.trend, chart.bars, strict=True)
    ]
    return _slots(chart, days)


def week_chart(figures: AreaFigures) -> dict[str, Any]:
    """Lay out the seven days of the week, each with the same weekday of the week before."""
    before, week = figures.trend[:WEEK_DAYS], figures.trend[WEEK_DAYS:]
    chart = bar_chart([people for _day, people in week], [people for _day, people in before])
    days = [
        Slot(str(WEEKDAYS[day.weekday()]), date_format(day, "l, j/n"), bar)
        for (day, _people), bar in zip(week, chart.bars, strict=True)
    ]
    return _slots(chart, days)


def hours_chart(today: list[int], week_ago: list[int]) -> dict[str, Any]:
    """Lay out the hours of today, each with the same hour a week ago."""
    chart = bar_chart(today, week_ago)
    hours = [Slot(str(hour), f"{hour}:00–{hour}:59", bar) for hour, bar in enumerate(chart.bars)]
    return _slots(chart, hours)


def _slots(chart: BarChart, slots: Sequence[Slot]) -> dict[str, Any]:
    return {"slots": slots, "grid": chart.grid, "height": chart.height}


def _total(area: Unit, figures: AreaFigures) -> Line:
    row = rows.UnitRow(area.name, area.name_order, figures.total, area)
    return rows.lines([row], rows.UNIT_COLUMNS)[0]


def _table(every_row: list[Row], is_commune: bool, asked: QueryDict) -> dict[str, Any]:
    columns = rows.VENUE_COLUMNS if is_commune else rows.UNIT_COLUMNS
    sort = rows.sort_of(columns, asked.get("sort", ""))
    typed = "".join(filter(str.isprintable, asked.get("q", "")))[:_LONGEST_SEARCH].strip()
    found = rows.matching(every_row, typed)
    page = Paginator(rows.ordered(found, columns, sort), ROWS_PER_PAGE).get_page(asked.get("page"))
    return {
        "columns": columns,
        "sort": sort,
        "typed": typed,
        "page": page,
        "lines": rows.lines(page.object_list, columns),
        "every_row": len(every_row),
    }
