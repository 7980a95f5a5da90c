"""Every table of an area as a file, and the page that lists them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.turns import making_files
from dashboards.access import area_context, area_required
from dashboards.silence import progress, worklist
from districts.days import local_day
from districts.models import Unit
from documents.spreadsheets import Spreadsheet, file_of
from forms.fields import DayField, shown
from forms.pages import form_page

from . import tables
from .days import Days, days_sheet, hours_sheet

_MOST_DAYS = 3500  # of all communes together: a month of the province, half a year of a district

# As they stand now, by the name in their address; an area's own table has none.
_TABLES: dict[str, Callable[[Unit, datetime, Mapping[str, Any]], Spreadsheet]] = {
    "": tables.area_sheet,
    "kinds": tables.kinds_sheet,
    "venues": tables.register_sheet,
    "silent": worklist.worklist_sheet,
    "weeks": progress.weeks_sheet,
    "communes": progress.communes_sheet,
    "decisions": progress.decisions_sheet,
}
_SPANS = {"days": days_sheet, "hours": hours_sheet}


class DaysForm(forms.Form):
    """From which day to which; none are the past two weeks."""

    use_required_attribute = False
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, area: Unit, data: Any, now: datetime) -> None:
        self.area, self.today = area, local_day(now)
        usual = {"first": self.today - timedelta(days=13), "last": self.today}
        super().__init__({name: shown(data.get(name, "")) or day for name, day in usual.items()})
        for field in self.fields.values():
            field.widget.attrs["max"] = f"{self.today:%Y-%m-%d}"

    def clean(self) -> dict[str, Any]:
        """Refuse days to come, days the wrong way round, and more of them than a file can hold."""
        days = super().clean() or {}
        first, last = days.get("first"), days.get("last")
        if last and last > self.today:
            self.add_error("last", _("Choose today or an earlier day."))
        elif first and last and first > last:
            self.add_error("last", _("Choose the same day as “From”, or a later one."))
        elif first and last and (last - first).days >= (most := self._most_days(last)):
            sentence = _("Choose at most %(days)d days at a time.") % {"days": most}
            self.add_error("first", sentence)
        return days

    def _most_days(self, on: date) -> int:
        return min(366, _MOST_DAYS // max(1, len(tables.communes_of(self.area, on))))

    @property
    def days(self) -> Days:
        return Days(self.cleaned_data["first"], self.cleaned_data["last"])


@never_cache
@require_safe
@area_required
def sheets(request: HttpRequest, area: Unit) -> HttpResponse:
    """List the tables that can be taken away."""
    return _page(request, area, DaysForm(area, {}, timezone.now()))


@never_cache
@require_safe
@area_required
@making_files
def sheet(request: HttpRequest, area: Unit, table: str, file_type: str) -> HttpResponseBase:
    """Hand out a table as it stands now, sorted, searched and filtered as on its page."""
    if table not in _TABLES:
        raise Http404
    return file_of(lambda: _TABLES[table](area, timezone.now(), request.GET), file_type)


@never_cache
@require_safe
@area_required
@making_files
def span(request: HttpRequest, area: Unit, table: str, file_type: str) -> HttpResponseBase:
    """Hand out what was counted on each day, or in each hour, of a span."""
    form = DaysForm(area, request.GET, timezone.now())
    if not form.is_valid():
        return _page(request, area, form)
    return file_of(lambda: _SPANS[table](area, form.days), file_type)


def _page(request: HttpRequest, area: Unit, form: DaysForm) -> HttpResponse:
    context = area_context(request, area)
    return form_page(request, "dashboards/sheets.html", form, context)
