"""What the page of a unit shows that a reform ended: the figures of its last days."""

from datetime import timedelta
from typing import Any

from dashboards import figures
from districts.days import day_start
from districts.models import Level, Unit

from . import rows
from .pages import week_chart

_MOMENT = timedelta(microseconds=1)


def ended_page(area: Unit) -> dict[str, Any]:
    """Return the figures at the end of the unit's last day, and the units that were below it."""
    assert area.valid_to is not None  # noqa: S101 - who asks saw to it
    figures = area_figures(area, day_start(area.valid_to) - _MOMENT)
    below = [] if area.level == Level.COMMUNE else rows.unit_rows(area, figures)
    in_order = rows.ordered(below, rows.ENDED_COLUMNS, "name")
    return {
        "area": area,
        "figures": figures,
        "week": week_chart(figures),
        "columns": rows.ENDED_COLUMNS,
        "lines": rows.lines(in_order, rows.ENDED_COLUMNS),
    }
