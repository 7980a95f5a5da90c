"""Every table of an area as a file, and the page that lists them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards.access import area_required, signed_in, visible_lineage
from districts.models import Unit
from documents.spreadsheets import Spreadsheet, file_of

from . import areas, register, silence
from .days import days_sheet, hours_sheet
from .forms import DaysForm

# As they stand now, by the name in their address; an area's own table has none.
_TABLES: dict[str, Callable[[Unit, datetime, Mapping[str, Any]], Spreadsheet]] = {
    "": areas.area_sheet,
    "kinds": areas.kinds_sheet,
    "venues": register.register_sheet,
    "silent": silence.silent_sheet,
    "weeks": silence.weeks_sheet,
    "communes": silence.communes_sheet,
    "decisions": silence.decisions_sheet,
}
_SPANS = {"days": days_sheet, "hours": hours_sheet}


@never_cache
@require_safe
@area_required
def sheets(request: HttpRequest, area: Unit) -> HttpResponse:
    """List the tables that can be taken away."""
    return _page(request, area, DaysForm({}, timezone.now()))


@never_cache
@require_safe
@area_required
def sheet(request: HttpRequest, area: Unit, table: str, file_type: str) -> HttpResponseBase:
    """Hand out a table as it stands now, sorted, searched and filtered as on its page."""
    if table not in _TABLES:
        raise Http404
    return file_of(lambda: _TABLES[table](area, timezone.now(), request.GET), file_type)


@never_cache
@require_safe
@area_required
def span(request: HttpRequest, area: Unit, table: str, file_type: str) -> HttpResponseBase:
    """Hand out what was counted on each day, or in each hour, of a span."""
    form = DaysForm(request.GET, timezone.now())
    if not form.is_valid():
        return _page(request, area, form)
    return file_of(lambda: _SPANS[table](area, form.days), file_type)


def _page(request: HttpRequest, area: Unit, form: DaysForm) -> HttpResponse:
    context = {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "form": form,
    }
    status = 200 if form.is_valid() else 422
    return render(request, "dashboards/sheets/sheets.html", context, status=status)
