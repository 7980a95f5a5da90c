"""What the pages of an area show: charts, what to do today, and the table below."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

from districts.models import Level, Unit

from . import rows
from .charts import bar_chart
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


@dataclass(frozen=True)
class ToDo:
    """What an official should look at first."""

    silent: int
    worrying: list[Row]
    least_used: list[rows.UnitRow]


def area_page(area: Unit, figures: AreaFigures, asked: QueryDict) -> dict[str, Any]:
    """Return what an area's page shows, with the table as sorted, searched and turned to."""
    is_commune = area.level == Level.COMMUNE
    every_row = rows.venue_rows(figures) if is_commune else rows.unit_rows(area, figures)
    return {
        "area": area,
        "figures": figures,
        "to_do": to_do(figures, every_row),
        "map": area_map(every_row, asked),
        "per_thousand": figures.total.per_thousand(area.inhabitants),
        "trend": _trend(figures),
        "week": week_chart(figures),
        "hours": hours_chart(figures.hours, figures.hours_before),
        "registration_address": f"{settings.SITE_ADDRESS}/venues/register/",
        "is_commune": is_commune,
        "total_line": None if is_commune else _total(area, figures),
    } | _table(every_row, is_commune, asked)


def to_do(figures: AreaFigures, every_row: list[Row]) -> ToDo:
    """Return the silent venues, where declarations worry today, and which units are used least."""
    worrying = sorted(every_row, key=lambda row: -row.tally.today.worrying)
    units = [row for row in every_row if isinstance(row, rows.UnitRow) and row.tally.unused]
    return ToDo(
        silent=figures.total.unused,
        worrying=[row for row in worrying[:_WORST] if row.tally.today.worrying],
        least_used=sorted(units, key=lambda row: row.tally.share_used)[:_WORST],
    )


def _trend(figures: AreaFigures) -> dict[str, Any]:
    chart = bar_chart([people for _day, people in figures.trend])
    days = [
        {"day": day, "weekday": WEEKDAYS[day.weekday()], "people": people, "bar": bar}
        for (day, people), bar in zip(figures.trend, chart.bars, strict=True)
    ]
    return {"days": days, "grid": chart.grid, "height": chart.height}


def week_chart(figures: AreaFigures) -> dict[str, Any]:
    """Lay out the seven days of the week, each with the same weekday of the week before."""
    before, week = figures.trend[:WEEK_DAYS], figures.trend[WEEK_DAYS:]
    chart = bar_chart([people for _day, people in week], [people for _day, people in before])
    days = [
        {"name": WEEKDAYS[day.weekday()], "label": date_format(day, "l, j/n"), "bar": bar}
        for (day, _people), bar in zip(week, chart.bars, strict=True)
    ]
    return {"slots": days, "grid": chart.grid, "height": chart.height}


def hours_chart(today: list[int], week_ago: list[int]) -> dict[str, Any]:
    """Lay out the hours of today, each with the same hour a week ago."""
    chart = bar_chart(today, week_ago)
    hours = [
        {"name": hour, "label": f"{hour}:00–{hour}:59", "bar": bar}
        for hour, bar in enumerate(chart.bars)
    ]
    return {"slots": hours, "grid": chart.grid, "height": chart.height}


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
