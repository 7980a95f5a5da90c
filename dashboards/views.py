"""What an official sees of the own area: figures, a trend, and the units or venues below."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of, official_required, units_visible_to
from accounts.models import Account
from districts.days import local_day
from districts.models import Level, Unit

from . import rows, tallies
from .charts import bar_chart
from .figures import AreaFigures

ROWS_PER_PAGE = 100
REFRESH_SECONDS = 30
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


@never_cache
@require_safe
@official_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead officials to their own area."""
    account = account_of(request)
    if account is None or account.area is None:
        raise Http404
    return redirect("dashboards:area", code=account.area.code)


@never_cache
@require_safe
@official_required
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show the figures of an area, counted at this moment; other areas do not exist."""
    now = timezone.now()
    account = account_of(request)
    units = units_visible_to(account).on(local_day(now)).with_parents()
    unit = get_object_or_404(units, code=code)
    figures = tallies.area_figures(unit, now)
    context = {
        "area": unit,
        "lineage": _visible_lineage(unit, account),
        "figures": figures,
        "chart": _chart(figures),
        "refresh_seconds": REFRESH_SECONDS,
        "registration_address": f"{settings.SITE_ADDRESS}/venues/register/",
    }
    return render(request, "dashboards/area.html", context | _table(unit, figures, request.GET))


def _visible_lineage(unit: Unit, account: Account | None) -> list[Unit]:
    """Return the unit and those above it, as far up as the account may see."""
    lineage = unit.lineage
    own = [place for place, above in enumerate(lineage) if account and above == account.area]
    return lineage[own[0] :] if own else [unit]


def _chart(figures: AreaFigures) -> dict[str, Any]:
    chart = bar_chart([people for _day, people in figures.trend])
    days = [
        {"day": day, "weekday": WEEKDAYS[day.weekday()], "people": people, "bar": bar}
        for (day, people), bar in zip(figures.trend, chart.bars, strict=True)
    ]
    return {"days": days, "grid": chart.grid, "height": chart.height}


def _table(unit: Unit, figures: AreaFigures, asked: QueryDict) -> dict[str, Any]:
    """Return the rows to show, as sorted, searched and turned to by the address."""
    is_commune = unit.level == Level.COMMUNE
    columns = rows.VENUE_COLUMNS if is_commune else rows.UNIT_COLUMNS
    every_row = rows.venue_rows(figures) if is_commune else rows.unit_rows(unit, figures)
    sort = rows.sort_of(columns, asked.get("sort", ""))
    typed = "".join(filter(str.isprintable, asked.get("q", "")))[:_LONGEST_SEARCH].strip()
    found = rows.matching(every_row, typed)
    page = Paginator(rows.ordered(found, columns, sort), ROWS_PER_PAGE).get_page(asked.get("page"))
    return {
        "columns": columns,
        "sort": sort,
        "typed": typed,
        "page": page,
        "every_row": len(every_row),
        "is_commune": is_commune,
    }
