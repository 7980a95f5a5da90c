"""Bringing venues in: choose a file, see its faults, decide, see what came of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboards.access import area_in_force_required, signed_in, visible_lineage
from districts.days import local_day
from districts.models import Unit
from venues.imports.bringing_in import decide, go_on
from venues.imports.keeping import KEPT, correct, give_up
from venues.imports.telling import correction_key
from venues.models import Import, ImportState

from .files import faults_file, template_file
from .forms import CorrectionForm, UploadForm
from .pages import before_deciding, history, import_page

View = Callable[..., HttpResponseBase]
page = require_http_methods(["GET", "HEAD", "POST"])


def import_required(view: View) -> View:
    """Give the view the area and the import of its address; another area's does not exist."""

    @area_in_force_required
    @wraps(view)
    def guarded(request: HttpRequest, area: Unit, listed: UUID, **rest: Any) -> HttpResponseBase:
        imports = Import.objects.select_related("job", "asked_by", "area__parent__parent")
        return view(request, get_object_or_404(imports, pk=listed, area=area), **rest)

    return guarded


@never_cache
@page
@area_in_force_required
def imports(request: HttpRequest, area: Unit) -> HttpResponse:
    """Take a list of venues, and show the lists of before."""
    form = UploadForm(area, timezone.now(), request)
    if form.is_valid():
        listed = form.save(signed_in(request))
        return redirect("dashboards:import", unit=area.code, listed=listed.pk)
    context = {
        "area": area,
        "lineage": visible_lineage(area, signed_in(request)),
        "form": form,
        "history": history(area),
        "days_kept": KEPT.days,
    }
    status = 422 if form.is_bound else 200
    return render(request, "dashboards/imports/imports.html", context, status=status)


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
def import_faults(request: HttpRequest, listed: Import, file_type: str) -> HttpResponseBase:
    """Give out the faulty rows, to be corrected and brought in again."""
    if not listed.sheets:
        raise Http404
    return faults_file(listed, file_type)


@never_cache
@page
@import_required
def import_decide(request: HttpRequest, listed: Import) -> HttpResponse:
    """Say what will happen, then have the good rows brought in."""
    if request.method == "POST":
        decide(listed, signed_in(request), timezone.now())
    if request.method == "POST" or listed.state != ImportState.CHECKED or not listed.good:
        return redirect("dashboards:import", unit=listed.area.code, listed=listed.pk)
    context = _around(request, listed) | before_deciding(listed)
    return render(request, "dashboards/imports/import_decide.html", context)


@require_POST
@import_required
def import_correct(request: HttpRequest, listed: Import) -> HttpResponse:
    """Take what found values mean in all rows, or take one back, and have the rows checked again."""
    account, now = signed_in(request), timezone.now()
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
    """Go on with what was interrupted."""
    go_on(listed, signed_in(request), timezone.now())
    return redirect("dashboards:import", unit=listed.area.code, listed=listed.pk)


@require_POST
@import_required
def import_give_up(request: HttpRequest, listed: Import) -> HttpResponse:
    """Delete what is kept of an import's rows."""
    give_up(listed, timezone.now())
    return redirect("dashboards:imports", unit=listed.area.code)


def _around(request: HttpRequest, listed: Import) -> dict[str, Any]:
    area = listed.area
    lineage = visible_lineage(area, signed_in(request))
    return {"area": area, "lineage": lineage, "listed": listed, "days_kept": KEPT.days}
