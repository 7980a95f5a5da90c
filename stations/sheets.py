"""Register sheets: printed before a power cut, typed in after it, and counted in between."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import wraps
from itertools import accumulate
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import account_of, sign_in_required
from accounts.models import Account
from accounts.turns import file_turn
from districts.days import local_day
from documents.fonts import Weight, legible
from documents.marks import POINT, Ink, Mark, Style, block, centred, symbol_mark
from documents.pdf import MarkedPdf
from documents.responses import file_response
from documents.typesetting import Box
from forms.fields import DayField
from forms.pages import form_page, form_page_only, sent
from venues import codes
from venues.access import venue_required
from venues.models import Poster, Venue

from .models import RegisterSheet
from .typing_in import FIELDS, LINES, SheetLine, lines_of, remove, take_over

MOST_AT_ONCE = 50
_MOST_LISTED = 200

# The paper: A4, in millimetres.
_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _TABLE_TOP, _HEAD, _ROW = 10.0, 66.0, 12.0, 10.2
_CODE_SIDE, _CODE_LEFT, _CODE_TOP = 32.0, 163.0, 12.0
# Heading in Vietnamese and Khmer, and the width in millimetres.
_COLUMNS = (
    ("Số", "ល.រ", 9.0),
    ("Giờ vào", "ម៉ោង\u200bចូល", 19.0),
    ("Giờ ra", "ម៉ោង\u200bចេញ", 19.0),
    ("Họ và tên", "ឈ្មោះ", 61.0),
    ("Năm sinh", "ឆ្នាំ\u200bកំណើត", 18.0),
    ("Điện thoại", "ទូរស័ព្ទ", 34.0),
    ("Xã, ấp", "ឃុំ ភូមិ", 30.0),
)
_HOW = (
    "Ghi bằng chữ in, mỗi người một dòng. Khi có mạng trở lại: quét mã bên phải để nhập tờ này. "
    "Nhập xong thì huỷ tờ giấy."
)


def sheet_required(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """Give the view a sheet of the venue of its address."""

    @never_cache
    @venue_required
    @wraps(view)
    def guarded(
        request: HttpRequest, venue: Venue, poster: Poster, sheet: str, **rest: Any
    ) -> HttpResponse:
        printed = venue.register_sheets.filter(code=codes.normalise(sheet) or "").first()
        if printed is None:
            raise Http404
        printed.venue = venue
        return view(request, poster, printed, **rest)

    return guarded


class IssueForm(forms.Form):
    number = forms.IntegerField(
        label=_("How many sheets?"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=5,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number from 1 to 50.")
        ),
        widget=forms.NumberInput({"class": "short"}),
    )


@never_cache
@form_page_only
@venue_required
def sheets(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    account = account_of(request)
    form = IssueForm(sent(request))
    if account and form.is_valid() and venue.closed_at is None:
        issued = issue(venue, form.cleaned_data["number"], account, timezone.now())
        first, last = issued[0].number, issued[-1].number
        return redirect("stations:sheets_file", code=poster.code, first=first, last=last)
    every = venue.register_sheets.order_by("-number")
    context = {
        "venue": venue,
        "poster": poster,
        "sheets": every[:_MOST_LISTED],
        "open": every.waiting().count(),
    }
    return form_page(request, "stations/sheets.html", form, context)


@transaction.atomic
def issue(venue: Venue, number: int, by: Account, now: datetime) -> list[RegisterSheet]:
    """Issue so many sheets; the venue's row is locked, so that no number is given twice."""
    Venue.objects.select_for_update().get(pk=venue.pk)
    newest = venue.register_sheets.order_by("-number").first()
    first = newest.number + 1 if newest else 1
    return RegisterSheet.objects.bulk_create(
        RegisterSheet(
            venue=venue, number=first + place, code=codes.new_code(), printed_at=now, printed_by=by
        )
        for place in range(number)
    )


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
    name = f"sheets-{first}-{last}.pdf"
    with file_turn("posters", request.user.pk, places=2):
        content = sheets_pdf(chosen)
    return file_response(content, "application/pdf", name, is_shown=True)


@require_safe
@sign_in_required
def by_code(request: HttpRequest, sheet: str) -> HttpResponse:
    """Lead from the code on a sheet to where it is typed in."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - sign_in_required saw to it
    visible = RegisterSheet.objects.visible_to(account).select_related("venue")
    if (known := visible.filter(code=codes.normalise(sheet) or "").first()) is None:
        raise Http404
    poster = known.venue.posters.latest("number")
    return redirect("stations:sheet", code=poster.code, sheet=known.code)


class SheetDayForm(forms.Form):
    day = DayField(label=_("Day on the sheet"))

    def __init__(self, data: Any, today: date, **rest: Any) -> None:
        self.today = today
        super().__init__(data, use_required_attribute=False, **rest)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        oldest = self.today - timedelta(settings.RETENTION_DAYS)
        if not oldest <= day <= self.today:
            raise forms.ValidationError(
                _("Choose a day from %(oldest)s to today; older visits are not kept any more."),
                params={"oldest": f"{oldest:%d/%m/%Y}"},
            )
        return day


@form_page_only
@sheet_required
def sheet(request: HttpRequest, poster: Poster, sheet: RegisterSheet) -> HttpResponse:
    """Type a sheet in: lines without a fault are stored, the others stay to be corrected."""
    now = timezone.now()
    if request.method == "POST":
        return _typed(request, poster, sheet, now)
    form = SheetDayForm(None, local_day(now), initial={"day": sheet.used_on})
    return _typing_page(request, poster, sheet, form, [])


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
    form = SheetDayForm(request.POST, local_day(now))
    day = form.cleaned_data["day"] if form.is_valid() else None
    lines = lines_of(request.POST, day, now)
    if day is None:
        return _typing_page(request, poster, sheet, form, lines)
    sheet.used_on = day
    if stored := take_over(sheet, lines, now):
        sentence = ngettext("%(number)s line is stored.", "%(number)s lines are stored.", stored)
        messages.success(request, sentence % {"number": stored})
    if row := request.POST.get("remove", ""):
        remove(sheet, _rows(row), now)
    if faulty := [line for line in lines if line.faults]:
        return _typing_page(request, poster, sheet, form, faulty)
    if request.POST.get("act") == "finish":
        _set_end(sheet, "finish", now)
        return redirect("stations:sheets", code=poster.code)
    return redirect("stations:sheet", code=poster.code, sheet=sheet.code)


def _typing_page(
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
    return render(request, "stations/sheet.html", context, status=422 if errors else 200)


def _errors(form: SheetDayForm, kept: list[SheetLine]) -> list[tuple[str, str]]:
    """Return pairs of field id and sentence, in the order of the page."""
    days = [("id_day", str(sentence)) for sentence in form.errors.get("day", [])]
    return days + [
        (f"id_{name}-{line.row}", f"{line.row}: {line.faults[name]}")
        for line in kept
        for name in FIELDS
        if name in line.faults
    ]


def sheets_pdf(sheets: list[RegisterSheet]) -> bytes:
    """Return one page for each sheet."""
    first = sheets[0]
    title = f"Sổ ghi người ra vào · {first.venue.name}"
    paper = MarkedPdf(_WIDTH, _HEIGHT, title, local_day(first.printed_at))
    for sheet in sheets:
        paper.add_page()
        paper.draw(_marks(sheet))
        _rule(paper)
    return paper.finished()


def _marks(sheet: RegisterSheet) -> Iterator[Mark]:
    bold, plain = Style(0, Weight.STRONG), Style(0)
    place, name = legible(sheet.venue.place), legible(sheet.venue.name) or "–"
    for text, top, height, points, style in (
        ("SỔ GHI NGƯỜI RA VÀO", 11, 7, 17, bold),
        ("បញ្ជី\u200bអ្នក\u200bចេញ\u200bចូល", 18.5, 5, 10, plain),
        (name, 25, 11, 15, bold),
        (place, 36.5, 4.5, 10, plain),
        ("Ngày …… tháng …… năm ………      Người trực: ……………………………………………", 44, 5, 11, plain),
        (_HOW, 53, 9, 9, plain),
    ):
        box = Box(148, height, points * POINT, 5 * POINT, lines=2)
        yield from block(text, (_LEFT, top), box, style)
    address = f"{settings.SITE_ADDRESS}/P/{sheet.code}".upper()  # which makes the code smaller
    yield symbol_mark(address, _CODE_LEFT, _CODE_TOP, _CODE_SIDE)
    middle = _CODE_LEFT + _CODE_SIDE / 2
    strong = Style(13 * POINT, Weight.STRONG)
    yield centred(codes.displayed(sheet.code), middle, 54, strong)
    yield centred(f"Tờ số {sheet.number}", middle, 60.5, strong)
    yield from _headings()


def _headings() -> Iterator[Mark]:
    left = _LEFT
    for vietnamese, khmer, width in _COLUMNS:
        middle = left + width / 2
        style = Style(9 * POINT, Weight.STRONG)
        yield centred(vietnamese, middle, _TABLE_TOP + 5, style)
        yield centred(khmer, middle, _TABLE_TOP + 9.6, Style(7 * POINT))
        left += width
    for row in range(LINES):
        baseline = _TABLE_TOP + _HEAD + (row + 0.65) * _ROW
        style = Style(9 * POINT, ink=Ink.GREY)
        yield centred(str(row + 1), _LEFT + _COLUMNS[0][2] / 2, baseline, style)


def _rule(paper: MarkedPdf) -> None:
    paper.set_draw_color(60)
    paper.set_line_width(0.25)
    bottom = _TABLE_TOP + _HEAD + LINES * _ROW
    edges = [*accumulate((width for _name, _khmer, width in _COLUMNS), initial=_LEFT)]
    for y in [_TABLE_TOP, *(_TABLE_TOP + _HEAD + row * _ROW for row in range(LINES + 1))]:
        paper.line(_LEFT, y, edges[-1], y)
    for x in edges:
        paper.line(x, _TABLE_TOP, x, bottom)
