"""The daily report as a page, as PDF, and its table by commune as a file."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards.access import area_required, signed_in, visible_lineage
from districts.models import Unit
from documents.spreadsheets import file_of

from .counting import first_day, report_of
from .forms import DayForm
from .layout import document_of
from .pdf import report_pdf
from .table import report_sheet


@never_cache
@require_safe
@area_required
def report(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show the report of a day, to be read and printed."""
    return _page(request, area, _form(request, area))


@never_cache
@require_safe
@area_required
def report_file(request: HttpRequest, area: Unit) -> HttpResponse:
    """Hand out the report of a day as PDF."""
    form = _form(request, area)
    if not form.is_valid():
        return _page(request, area, form)
    document = document_of(report_of(area, form.chosen, form.now))
    response = HttpResponse(report_pdf(document, form.now), content_type="application/pdf")
    name = f"bao-cao-{area.code}-{form.chosen:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@never_cache
@require_safe
@area_required
def report_table(request: HttpRequest, area: Unit, file_type: str) -> HttpResponseBase:
    """Hand out what is reported of each commune on a day, for a spreadsheet program."""
    form = _form(request, area)
    if not form.is_valid():
        return _page(request, area, form)
    return file_of(lambda: report_sheet(report_of(area, form.chosen, form.now)), file_type)


def _form(request: HttpRequest, area: Unit) -> DayForm:
    now = timezone.now()
    return DayForm(request.GET, now, first_day(area, now))


def _page(request: HttpRequest, area: Unit, form: DayForm) -> HttpResponse:
    status = 200 if form.is_valid() else 422
    context = {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "form": form,
        "day": form.chosen,
        "document": document_of(report_of(area, form.chosen, form.now)),
    }
    return render(request, "dashboards/report/report.html", context, status=status)
