"""What an official sees of the own area: what to do, figures, charts, the units or venues below."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of, official_required, units_visible_to
from dashboards import figures
from districts.days import local_day
from districts.models import Unit

from . import ended, pages
from .access import area_in_force_required, area_required, signed_in, visible_lineage
from .rows import kind_rows

REFRESH_SECONDS = 30


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
    context = pages.area_page(unit, figures.area_figures(unit, now), request.GET) | {
        "lineage": visible_lineage(unit, signed_in(request)),
        "refresh_seconds": REFRESH_SECONDS,
    }
    return render(request, "dashboards/area.html", context)


def _ended(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show the last days of a unit that a reform ended."""
    account = signed_in(request)
    context = ended.ended_page(unit) | {
        "lineage": visible_lineage(unit, account),
        "made_of_it": units_visible_to(account).made_of(unit),
    }
    return render(request, "dashboards/ended.html", context)


@never_cache
@require_safe
@area_in_force_required
def kinds(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show the figures of an area by kind of venue."""
    now = timezone.now()
    context = {
        "area": unit,
        "lineage": visible_lineage(unit, signed_in(request)),
        "as_of": now,
        "rows": kind_rows(figures.kind_figures(unit, now)),
    }
    return render(request, "dashboards/kinds.html", context)
