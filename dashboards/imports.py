"""Bringing venues in: choose a file, see its faults, say what values mean, decide, see what came of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import View, official_of
from accounts.models import Account
from accounts.turns import making_files
from districts.days import local_day
from districts.models import Unit
from forms.pages import form_page, form_page_only
from venues.fields import Fault
from venues.imports.bringing_in import decide, go_on
from venues.imports.keeping import KEPT, correct, give_up, take_in
from venues.imports.telling import (
    Asked,
    asked_of,
    communes_of,
    correction_key,
    meant,
    sheets_of,
    understood,
)
from venues.models import Import, ImportRow, ImportState, Poster, RowState, Venue
from venues.spreadsheets import (
    LABELS,
    LARGEST,
    MOST_ROWS,
    ListColumn,
    SheetRefused,
    look_at,
    refusal_sentence,
)

from .access import area_context, area_in_force_required
from .import_files import faults_file, template_file

ROWS_PER_PAGE = 50


class UploadForm(forms.Form):
    """A list of venues of an area; what a glance can refuse is refused at once."""

    file = forms.FileField(
        label=_("File with the venues"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.txt,text/csv"}),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the file with the venues."),
            "missing": _("Choose the file with the venues."),
        },
    )

    def __init__(self, area: Unit, now: datetime, request: HttpRequest) -> None:
        super().__init__(*((request.POST, request.FILES) if request.method == "POST" else ()))
        self.area, self.now = area, now
        limits = {"rows": intcomma(MOST_ROWS), "size": LARGEST // 1024**2}
        self.fields["file"].help_text = (
            gettext("XLSX, XLS, XLSB, ODS or CSV, at most %(rows)s rows and %(size)s MB") % limits
        )
        if request.META.get("UPLOAD_IS_TOO_LARGE"):
            sentence = refusal_sentence("too_large", {"most": limits["size"]})
            self.fields["file"].error_messages["required"] = sentence

    def clean_file(self) -> Any:
        """Refuse what is no list of venues."""
        file = self.cleaned_data["file"]
        try:
            look_at(file.file)
        except SheetRefused as refused:
            raise forms.ValidationError(refusal_sentence(refused.key, refused.params)) from refused
        return file

    def save(self, account: Account) -> Import:
        """Keep the file and ask for its check."""
        file = self.cleaned_data["file"]
        return take_in(file.file, file.name, account, self.area, self.now)


class CorrectionForm(forms.Form):
    """What values mean that were found in many rows: each is answered once for all of them."""

    most = 20  # at a time; the rest is asked after the next check

    def __init__(self, listed: Import, data: Any = None) -> None:
        super().__init__(data)
        self.asked, number = asked_of(listed, self.most)
        self.further = number - len(self.asked)
        communes = communes_of(listed.area)
        for value in self.asked:
            self.fields[value.key] = _choice(value, communes)

    def clean(self) -> dict[str, Any]:
        """Ask for one answer at least."""
        answers = super().clean() or {}
        if not any(answers.values()) and not self.errors:
            raise forms.ValidationError(gettext("Choose what at least one of these values means."))
        return answers

    def corrected(self) -> dict[tuple[str, str], str]:
        """Return the answers by column and by what was found."""
        answers = self.cleaned_data
        return {(v.column, v.found): answers[v.key] for v in self.asked if answers.get(v.key)}


def _choice(value: Asked, communes: dict[str, str]) -> forms.ChoiceField:
    alike, rest = value.choices(communes)
    choices: list[Any] = [("", gettext("not decided")), *alike.items()]
    if alike and rest:
        choices[1:] = [(gettext("Suggested"), list(alike.items()))]
        choices.append((gettext("All"), list(rest.items())))
    else:
        choices += rest.items()
    around = value.fault.params.get("around", "")
    shown = value.fault.found or f"{gettext('empty')} {around}".rstrip()
    wrong = gettext("Choose one from the list.")
    field = forms.ChoiceField(
        label=f"{value.label}: “{shown}”",
        choices=choices,
        required=False,
        error_messages={"invalid_choice": wrong},
    )
    rows = ngettext("%(number)s row.", "%(number)s rows.", value.rows) % {
        "number": intcomma(value.rows)
    }
    field.help_text = f"{rows} {value.fault.sentence}"
    return field


class Wrong(NamedTuple):
    """A fault under its column's heading."""

    heading: str
    fault: Fault


class KeptCorrection(NamedTuple):
    """What a found value was said to mean in all rows."""

    key: str
    column: str
    found: str
    meant: str


@dataclass(frozen=True)
class RowToDecide:
    """A row that needs somebody: its sheet, its number, its venue's name, and its faults."""

    sheet: str
    row: int
    name: str
    wrong: list[Wrong]

    @classmethod
    def of(cls, listed: Import, row: ImportRow) -> "RowToDecide":
        faults = [Fault.kept(fault) for fault in row.faults]
        wrong = [Wrong(listed.heading(row.sheet, fault.column), fault) for fault in faults]
        sheet, name = listed.sheet(row.sheet)["name"], listed.cell(row, ListColumn.NAME)
        return cls(sheet, row.row, name, wrong)


def import_page(listed: Import, asked: dict[str, str]) -> dict[str, Any]:
    job, is_working = listed.job, listed.state in (ImportState.WAITING, ImportState.DECIDED)
    shown = RowState.HERE if asked.get("show") == RowState.HERE else RowState.FAULTY
    context: dict[str, Any] = {
        "listed": listed,
        "job": job,
        "is_under_way": is_working and job is not None and job.is_under_way,
        "is_stuck": is_working and not (job and job.is_under_way),
        "shown": shown.value,
    }
    if listed.state == ImportState.REFUSED:
        context["refusal"] = refusal_sentence(*listed.refusal)
    if listed.state == ImportState.CHECKED:
        context |= before_deciding(listed)
    if listed.state in (ImportState.CHECKED, ImportState.DONE):
        context["sheets"] = sheets_of(listed)
        context |= _rows(listed, shown, asked.get("page"))
    if listed.state == ImportState.DONE:
        context["venues"] = _venues(listed, asked.get("venues"))
    return context


def before_deciding(listed: Import) -> dict[str, Any]:
    """Return what an official sees before anything is added."""
    communes = communes_of(listed.area)
    corrections = [
        KeptCorrection(
            correction_key(column, what),
            str(LABELS[ListColumn(column)]) if column else "",
            what,
            meant(column, value, communes),
        )
        for column, what, value in listed.corrections
    ]
    return {
        "understood": list(understood(listed)),
        "corrections": corrections,
        "correction_form": CorrectionForm(listed),
    }


def history(area: Unit) -> list[Import]:
    """Return the imports of an area, the newest first, without those that came to nothing."""
    worth = Import.objects.filter(area=area).exclude(state=ImportState.GIVEN_UP, brought_in=0)
    return list(worth.select_related("asked_by").order_by("-uploaded_at")[:20])


def _rows(listed: Import, shown: RowState, page: str | None) -> dict[str, Any]:
    rows = listed.rows.filter(state=shown).order_by("sheet", "row")
    one_page = Paginator(rows, ROWS_PER_PAGE).get_page(page)
    return {"page": one_page, "rows": [RowToDecide.of(listed, row) for row in one_page.object_list]}


def _venues(listed: Import, page: str | None) -> "Page[Venue]":
    in_force = Prefetch("posters", Poster.objects.filter(revoked_at=None))
    venues = listed.venues.select_related("commune__parent").prefetch_related(in_force)
    ordered = venues.order_by("commune__parent__code", "commune__name_order", "name", "pk")
    return Paginator(ordered, ROWS_PER_PAGE).get_page(page)


def import_required(view: View) -> View:
    """Give the view the area and the import of its address; another area's does not exist."""

    @area_in_force_required
    @wraps(view)
    def guarded(request: HttpRequest, area: Unit, listed: UUID, **rest: Any) -> HttpResponseBase:
        imports = Import.objects.select_related("job", "asked_by", "area__parent__parent")
        return view(request, get_object_or_404(imports, pk=listed, area=area), **rest)

    return guarded


@never_cache
@form_page_only
@area_in_force_required
def imports(request: HttpRequest, area: Unit) -> HttpResponse:
    """Take a list of venues, and show the lists of before."""
    form = UploadForm(area, timezone.now(), request)
    if form.is_valid():
        listed = form.save(official_of(request))
        return redirect("dashboards:import", unit=area.code, listed=listed.pk)
    context = {
        **area_context(request, area),
        "history": history(area),
        "days_kept": KEPT.days,
    }
    return form_page(request, "dashboards/imports/imports.html", form, context)


@never_cache
@require_safe
@area_in_force_required
def import_template(request: HttpRequest, area: Unit, file_type: str) -> HttpResponseBase:
    """Give out an empty list with examples and with the words one can choose from."""
    return template_file(area, local_day(timezone.now()), file_type)


@never_cache
@require_safe
@import_required
def import_list(request: HttpRequest, listed: Import) -> HttpResponse:
    """Show how far an import has come, what was found, or what came of it."""
    context = _around(request, listed) | import_page(listed, request.GET.dict())
    return render(request, "dashboards/imports/import.html", context)


@never_cache
@require_safe
@import_required
@making_files
def import_faults(request: HttpRequest, listed: Import, file_type: str) -> HttpResponseBase:
    """Give out the faulty rows, to be corrected and brought in again."""
    if not listed.sheets:
        raise Http404
    return faults_file(listed, file_type)


@never_cache
@form_page_only
@import_required
def import_decide(request: HttpRequest, listed: Import) -> HttpResponse:
    """Say what will happen, then have the good rows brought in."""
    if request.method == "POST":
        decide(listed, official_of(request), timezone.now())
    if request.method == "POST" or listed.state != ImportState.CHECKED or not listed.good:
        return redirect("dashboards:import", unit=listed.area.code, listed=listed.pk)
    context = _around(request, listed) | before_deciding(listed)
    return render(request, "dashboards/imports/import_decide.html", context)


@require_POST
@import_required
def import_correct(request: HttpRequest, listed: Import) -> HttpResponse:
    """Take what found values mean in all rows, or take one back, and have the rows checked again."""
    account, now = official_of(request), timezone.now()
    if withdrawn := request.POST.get("withdraw"):
        keys = [key for key in listed.corrected if correction_key(*key) == withdrawn]
        correct(listed, dict.fromkeys(keys, ""), account, now)
    elif listed.state == ImportState.CHECKED:
        form = CorrectionForm(listed, request.POST)
        if not form.is_valid():
            context = _around(request, listed) | import_page(listed, {}) | {"correction_form": form}
            return render(request, "dashboards/imports/import.html", context, status=422)
        correct(listed, form.corrected(), account, now)
    return redirect("dashboards:import", unit=listed.area.code, listed=listed.pk)


@require_POST
@import_required
def import_go_on(request: HttpRequest, listed: Import) -> HttpResponse:
    go_on(listed, official_of(request), timezone.now())
    return redirect("dashboards:import", unit=listed.area.code, listed=listed.pk)


@require_POST
@import_required
def import_give_up(request: HttpRequest, listed: Import) -> HttpResponse:
    """Delete what is kept of an import's rows."""
    give_up(listed, timezone.now())
    return redirect("dashboards:imports", unit=listed.area.code)


def _around(request: HttpRequest, listed: Import) -> dict[str, Any]:
    return area_context(request, listed.area) | {"listed": listed, "days_kept": KEPT.days}
