"""What an official sees of the own area: what to do, figures, charts, the units or venues below."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of, official_of, official_required
from districts.days import day_start, local_day
from districts.models import Level, Unit
from forms.pages import form_page_only
from stations.models import Station
from stations.printed_cards import for_somebody

from .access import area_context, area_in_force_required, area_required
from .charts import BarChart
from .figures import AreaFigures, area_figures, kind_figures
from .map import area_map
from .rows import AreaTable, KindRow, Row, UnitRow

REFRESH_SECONDS = 30
ROWS_PER_PAGE = 50
_WORST = 3


@never_cache
@require_safe
@official_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead officials to their own area, and tracers to their cases."""
    account = account_of(request)
    if account is not None and account.is_tracer:
        return redirect("tracing:home")
    if account is None or account.area is None:
        raise Http404
    return redirect("dashboards:area", unit=account.area.code)


@never_cache
@require_safe
@area_required
def area(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show the figures of an area, counted at this moment; other areas do not exist."""
    now = timezone.now()
    if unit.ended_by(local_day(now)):
        return _ended(request, unit)
    figures = area_figures(unit, now)
    table, is_commune = AreaTable.of(unit, figures, request.GET), unit.level == Level.COMMUNE
    page = Paginator(table.chosen, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    total = UnitRow.of(unit, figures.total)
    context = {
        **area_context(request, unit),
        "refresh_seconds": REFRESH_SECONDS,
        "figures": figures,
        "to_do": ToDo.of(unit, figures, table.rows),
        "map": area_map(table.rows, request.GET),
        "per_thousand": total.per_thousand,
        "trend": BarChart.of_trend(figures),
        "week": BarChart.of_week(figures),
        "hours": BarChart.of_hours(figures.hours, figures.hours_before),
        "registration_address": f"{settings.SITE_ADDRESS}/venues/register/",
        "is_commune": is_commune,
        "total_line": None if is_commune else table.lines([total])[0],
        "table": table,
        "page": page,
        "lines": table.lines(page.object_list),
    }
    return render(request, "dashboards/area.html", context)


@dataclass(frozen=True)
class ToDo:
    """What an official should look at first."""

    silent: int
    worrying: list[Row]
    least_used: list[UnitRow]
    crowded: list[Station]

    @classmethod
    def of(cls, area: Unit, figures: AreaFigures, every_row: list[Row]) -> "ToDo":
        """Return silent venues, worries, the units used least, and doors that ask too much."""
        # A door that asked about more people than it can let in is shown for a week.
        crowded = Station.objects.within(area).crowded(figures.as_of - timedelta(days=7))
        worrying = sorted(every_row, key=lambda row: -row.tally.today.worrying)
        units = [row for row in every_row if isinstance(row, UnitRow) and row.tally.unused]
        return cls(
            silent=figures.total.unused,
            worrying=[row for row in worrying[:_WORST] if row.tally.today.worrying],
            least_used=sorted(units, key=lambda row: row.tally.share_used)[:_WORST],
            crowded=list(crowded.select_related("venue").order_by("-crowded_at")[:_WORST]),
        )


def _ended(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show a unit that a reform ended: its figures at the end of its last day."""
    assert unit.valid_to is not None  # noqa: S101 - who asks saw to it
    figures = area_figures(unit, day_start(unit.valid_to) - timedelta(microseconds=1))
    table = AreaTable.of_ended(unit, figures)
    context = {
        **area_context(request, unit),
        "made_of_it": official_of(request).visible_units().made_of(unit),
        "figures": figures,
        "week": BarChart.of_week(figures),
        "table": table,
        "lines": table.lines(table.chosen),
    }
    return render(request, "dashboards/ended.html", context)


@never_cache
@require_safe
@area_in_force_required
def kinds(request: HttpRequest, unit: Unit) -> HttpResponse:
    now = timezone.now()
    context = {
        **area_context(request, unit),
        "as_of": now,
        "rows": KindRow.each(kind_figures(unit, now)),
    }
    return render(request, "dashboards/kinds.html", context)


@never_cache
@form_page_only
@area_in_force_required
def cards(request: HttpRequest, area: Unit) -> HttpResponse:
    """Ask for whom a card is, to be printed for somebody without a phone, and hand it out."""
    return for_somebody(request, {"area": area})
