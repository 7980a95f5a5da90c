"""Register sheets: printed before a power cut, typed in after it, and counted in between."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import account_of, sign_in_required
from districts.days import local_day
from stations.models import RegisterSheet
from venues import codes
from venues.access import venue_required
from venues.models import Poster, Venue

from .drawing import sheets_pdf
from .forms import DayForm, IssueForm
from .issuing import MOST_AT_ONCE, issue
from .lines import lines_of
from .pages import typing_page
from .typing_in import remove, take_over

_MOST_LISTED = 200

page = require_http_methods(["GET", "HEAD", "POST"])


def sheet_required(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """Give the view a sheet of the venue of its address."""

    @never_cache
    @venue_required
    @wraps(view)
    def guarded(
        request: HttpRequest, venue: Venue, poster: Poster, sheet: str, **rest: Any
    ) -> HttpResponse:
        found = venue.register_sheets.filter(code=codes.normalise(sheet) or "").first()
        if found is None:
            raise Http404
        found.venue = venue
        return view(request, poster, found, **rest)

    return guarded


@never_cache
@page
@venue_required
def sheets(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Show a venue's sheets, and issue more."""
    account = account_of(request)
    form = IssueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and account and form.is_valid() and venue.closed_at is None:
        issued = issue(venue, form.cleaned_data["number"], account, timezone.now())
        first, last = issued[0].number, issued[-1].number
        return redirect("stations:sheets_file", code=poster.code, first=first, last=last)
    every = venue.register_sheets.order_by("-number")
    context = {
        "venue": venue,
        "poster": poster,
        "form": form,
        "sheets": every[:_MOST_LISTED],
        "open": every.waiting().count(),
    }
    status = 422 if form.errors else 200
    return render(request, "stations/paper/sheets.html", context, status=status)


@never_cache
@require_safe
@venue_required
def file(request: HttpRequest, venue: Venue, poster: Poster, first: int, last: int) -> HttpResponse:
    """Hand out sheets that were issued; printing them again issues none."""
    if not 0 <= last - first < MOST_AT_ONCE:
        raise Http404
    numbered = venue.register_sheets.filter(number__range=(first, last)).order_by("number")
    chosen = list(numbered.select_related("venue__commune__parent"))
    if not chosen:
        raise Http404
    response = HttpResponse(sheets_pdf(chosen), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="sheets-{first}-{last}.pdf"'
    return response


@require_safe
@sign_in_required
def by_code(request: HttpRequest, sheet: str) -> HttpResponse:
    """Lead from the code on a sheet to where it is typed in."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - sign_in_required saw to it
    found = RegisterSheet.objects.visible_to(account).filter(code=codes.normalise(sheet) or "")
    if (known := found.select_related("venue").first()) is None:
        raise Http404
    poster = known.venue.posters.latest("number")
    return redirect("stations:sheet", code=poster.code, sheet=known.code)


@page
@sheet_required
def sheet(request: HttpRequest, poster: Poster, sheet: RegisterSheet) -> HttpResponse:
    """Type a sheet in: lines without a fault are stored, the others stay to be corrected."""
    now = timezone.now()
    if request.method == "POST":
        return _typed(request, poster, sheet, now)
    form = DayForm(None, local_day(now), initial={"day": sheet.used_on})
    return typing_page(request, poster, sheet, form, [])


@require_POST
@sheet_required
def act(request: HttpRequest, poster: Poster, sheet: RegisterSheet) -> HttpResponse:
    """Finish a sheet, discard it, open it again, or take one of its lines back."""
    now, wanted = timezone.now(), request.POST.get("act", "")
    if wanted == "remove":
        remove(sheet, _rows(request.POST.get("row", "")), now)
        return redirect("stations:sheet", code=poster.code, sheet=sheet.code)
    _set_end(sheet, wanted, now)
    return redirect("stations:sheets", code=poster.code)


def _rows(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdecimal() and len(text) < 4 else []


def _set_end(sheet: RegisterSheet, wanted: str, now: datetime) -> None:
    ends: dict[str, dict[str, datetime | None]] = {
        "finish": {"typed_at": now, "discarded_at": None},
        "discard": {"typed_at": None, "discarded_at": now},
        "reopen": {"typed_at": None, "discarded_at": None},
    }
    if wanted in ends and not (wanted == "discard" and sheet.typed.exists()):
        RegisterSheet.objects.filter(pk=sheet.pk).update(**ends[wanted])


def _typed(
    request: HttpRequest, poster: Poster, sheet: RegisterSheet, now: datetime
) -> HttpResponse:
    form = DayForm(request.POST, local_day(now))
    day = form.cleaned_data["day"] if form.is_valid() else None
    lines = lines_of(request.POST, day, now)
    if day is None:
        return typing_page(request, poster, sheet, form, lines)
    sheet.used_on = day
    if stored := take_over(sheet, lines, now):
        told = ngettext("%(number)s line is stored.", "%(number)s lines are stored.", stored)
        messages.success(request, told % {"number": stored})
    if row := request.POST.get("remove", ""):
        remove(sheet, _rows(row), now)
    if faulty := [line for line in lines if line.faults]:
        return typing_page(request, poster, sheet, form, faulty)
    if request.POST.get("act") == "finish":
        _set_end(sheet, "finish", now)
        return redirect("stations:sheets", code=poster.code)
    return redirect("stations:sheet", code=poster.code, sheet=sheet.code)
