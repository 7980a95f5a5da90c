"""What an official sees of the own area: what to do, figures, charts, the units or venues below."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of, official_required
from districts.models import Unit

from . import pages, tallies
from .access import area_required, signed_in, visible_lineage
from .rows import kind_rows

REFRESH_SECONDS = 30


@never_cache
@require_safe
@official_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead officials to their own area."""
    account = account_of(request)
    if account is None or account.area is None:
        raise Http404
    return redirect("dashboards:area", unit=account.area.code)


@never_cache
@require_safe
@area_required
def area(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show the figures of an area, counted at this moment; other areas do not exist."""
    figures = tallies.area_figures(unit, timezone.now())
    context = pages.area_page(unit, figures, request.GET) | {
        "lineage": visible_lineage(unit, signed_in(request)),
        "refresh_seconds": REFRESH_SECONDS,
    }
    return render(request, "dashboards/area.html", context)


@never_cache
@require_safe
@area_required
def kinds(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Show the figures of an area by kind of venue."""
    now = timezone.now()
    context = {
        "area": unit,
        "lineage": visible_lineage(unit, signed_in(request)),
        "as_of": now,
        "rows": kind_rows(tallies.kind_figures(unit, now)),
    }
    return render(request, "dashboards/kinds.html", context)
