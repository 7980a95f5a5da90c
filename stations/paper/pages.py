"""The page on which a sheet is typed in: every line stored, with a fault, or still empty."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from stations.models import RegisterSheet
from stations.paper.forms import SheetDayForm
from stations.paper.lines import SheetLine
from venues import codes
from venues.models import Poster

from .lines import FIELDS, lines_of

Errors = list[tuple[str, str]]


def typing_page(
    request: HttpRequest,
    poster: Poster,
    sheet: RegisterSheet,
    form: SheetDayForm,
    kept: list[SheetLine],
) -> HttpResponse:
    """Show a sheet; `kept` are lines whose fields are shown as they were typed."""
    by_row = {line.row: line for line in kept}
    stored = {line.row: line for line in sheet.typed.annotate(mask=F("visitor__mask"))}
    rows = [
        {"row": line.row, "stored": stored.get(line.row), "line": by_row.get(line.row, line)}
        for line in lines_of({}, None, timezone.now())
    ]
    errors = _errors(form, kept)
    context = {
        "venue": sheet.venue,
        "poster": poster,
        "sheet": sheet,
        "code": codes.displayed(sheet.code),
        "form": form,
        "rows": rows,
        "errors": errors,
    }
    status = 422 if errors else 200
    return render(request, "stations/paper/sheet.html", context, status=status)


def _errors(form: SheetDayForm, kept: list[SheetLine]) -> Errors:
    """Return pairs of field id and sentence, in the order of the page."""
    days = [("id_day", str(sentence)) for sentence in form.errors.get("day", [])]
    return days + [
        (f"id_{name}-{line.row}", f"{line.row}: {line.faults[name]}")
        for line in kept
        for name in FIELDS
        if name in line.faults
    ]
