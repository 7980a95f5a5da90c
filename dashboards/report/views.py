"""The daily report as a page, as PDF, and its table by commune as a file."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboards.access import area_context, area_required
from dashboards.sheets.tables import place_cells, place_fields
from districts.days import LOCAL_ZONE, local_day
from districts.models import Unit
from documents.responses import file_response
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet, file_name, file_of
from forms.fields import DayField, shown
from forms.pages import form_page

from .counting import Report, ReportCounts, first_day, report_of
from .document import report_pdf
from .sentences import document_of


class _AnyDayField(DayField):
    """A day of any century: the form itself says what is wrong with it."""

    def clean(self, value: Any) -> Any:
        return forms.DateField.clean(self, value)


class ReportDayForm(forms.Form):
    """The day of an area's report; none is the usual one."""

    use_required_attribute = False
    day = _AnyDayField(label=gettext_lazy("Day of the report"))

    def __init__(self, area: Unit, data: Any, now: datetime) -> None:
        self.now, self.usual, self.today = now, usual_day(now), local_day(now)
        self.first = min(first_day(area, now) or self.usual, self.usual)
        super().__init__({"day": shown(data.get("day", "")) or self.usual})
        reach = {"min": f"{self.first:%Y-%m-%d}", "max": f"{self.today:%Y-%m-%d}"}
        self.fields["day"].widget.attrs |= reach

    def clean_day(self) -> date:
        """Return a day that has begun and of which something is known."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("Choose today or an earlier day."))
        if day < self.first:
            raise forms.ValidationError(
                _("Nothing is known of that day. Choose %(first)s or a later day."),
                params={"first": f"{self.first:%d/%m/%Y}"},
            )
        return day

    @property
    def chosen(self) -> date:
        """The day, or the usual one where none can be made out."""
        return self.cleaned_data["day"] if self.is_valid() else self.usual


def usual_day(now: datetime) -> date:
    """Return the day one reports of at a moment: yesterday in the morning, else today."""
    local = now.astimezone(LOCAL_ZONE)
    return local.date() - timedelta(days=local.time() < time(12))


@never_cache
@require_safe
@area_required
def report(request: HttpRequest, area: Unit) -> HttpResponse:
    """Show the report of a day, to be read and printed."""
    return _page(request, area, ReportDayForm(area, request.GET, timezone.now()))


@never_cache
@require_safe
@area_required
def report_file(request: HttpRequest, area: Unit) -> HttpResponse:
    form = ReportDayForm(area, request.GET, timezone.now())
    if not form.is_valid():
        return _page(request, area, form)
    pdf = report_pdf(document_of(report_of(area, form.chosen, form.now)), form.now)
    name = f"{file_name('bao-cao', area, form.chosen)}.pdf"
    return file_response(pdf, "application/pdf", name, is_shown=True)


@never_cache
@require_safe
@area_required
def report_table(request: HttpRequest, area: Unit, file_type: str) -> HttpResponseBase:
    """Hand out what is reported of each commune on a day, for a spreadsheet program."""
    form = ReportDayForm(area, request.GET, timezone.now())
    if not form.is_valid():
        return _page(request, area, form)
    return file_of(lambda: _report_sheet(report_of(area, form.chosen, form.now)), file_type)


def _page(request: HttpRequest, area: Unit, form: ReportDayForm) -> HttpResponse:
    context = {
        **area_context(request, area),
        "day": form.chosen,
        "document": document_of(report_of(area, form.chosen, form.now)),
    }
    return form_page(request, "dashboards/report/report.html", form, context)


def _report_sheet(report: Report) -> Spreadsheet:
    """Return the communes of a report with the numbers of its day and week."""
    fields = [
        *place_fields(),
        *map(Field, (_("Venues"), _("Newly registered"), _("Newly closed"))),
        *map(Field, (_("Used on the day"), _("Used in 7 days"))),
        Field(_("Share used in 7 days (%)"), Holds.DECIMAL),
        *map(Field, (_("People in"), _("People out"), _("Inhabitants"))),
        Field(_("People in per 1,000 inhabitants"), Holds.DECIMAL),
        *map(Field, (_("Declarations"), _("“Ask the person on duty”"), _("“Do not enter”"))),
        Field(_("Share of both (%)"), Holds.DECIMAL),
        *map(Field, (_("With symptoms"), _("With contact"))),
        *map(Field, (_("People in, 7 days"), _("People in, 7 days before those"))),
    ]
    about = f"{_('By commune')} · {report.area.place} · {report.day:%d/%m/%Y}"
    cells = (_cells(report, commune, counts) for commune, counts in report.communes)
    return Spreadsheet(file_name("bao-cao", report.area, report.day), about, fields, cells)


def _cells(report: Report, commune: Unit, counts: ReportCounts) -> list[Cell]:
    """Return the numbers of a commune; what is no longer known is left empty."""
    day, inhabitants = counts.day, commune.inhabitants
    return [
        *place_cells(commune),
        counts.venues,
        counts.opened,
        counts.closed,
        counts.used if report.knows_day else None,
        counts.used_in_week if report.knows_week else None,
        counts.share_used if report.knows_week and counts.venues else None,
        day.arrived,
        day.departed,
        inhabitants,
        1000 * day.arrived / inhabitants if inhabitants else None,
        day.declared,
        day.ask,
        day.stop,
        day.share if day.declared else None,
        day.symptomatic,
        day.contact,
        counts.week.arrived,
        counts.week_before.arrived,
    ]
