"""Handing out lists of contacts: with names only after every look was written down."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.access import official_of, tracer_required, units_visible_to
from authority.disclosures import MOST_ALONE, SecondOfficerNeededError
from authority.unlocking import opener_of, way_to_unlock
from districts.days import today
from districts.models import Level, Unit
from documents.files import csv_file, xlsx_file
from tracing.access import case_required
from tracing.models import Case, Contact
from tracing.people import People

from .chosen import Choice, of_case, of_commune, without_station
from .listing import About, Listing
from .naming import named
from .paper import contact_paper
from .rows import once, rows_of
from .stations import NO_STATION, stations_of
from .table import contact_sheet


def pdf_file(listing: Listing) -> HttpResponseBase:
    """Answer with the list on paper."""
    name = contact_sheet(listing).name
    answer = HttpResponse(contact_paper(listing), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


_FILES: dict[str, Callable[[Listing], HttpResponseBase]] = {
    "pdf": pdf_file,
    "csv": lambda listing: csv_file(contact_sheet(listing)),
    "xlsx": lambda listing: xlsx_file(contact_sheet(listing)),
}


@never_cache
@require_GET
@case_required
def call_list(request: HttpRequest, case: Case, file_type: str) -> HttpResponseBase:
    """Hand out a case's contacts, narrowed as the address says."""
    choice = Choice.of(request.GET)
    contacts = of_case(case, choice, today())
    return _taken(request, About(case=case, choice=choice), contacts, file_type)


@never_cache
@require_GET
@tracer_required
def commune_list(request: HttpRequest, commune: str, file_type: str) -> HttpResponseBase:
    """Hand out to a commune's health station whom it follows up today, of all cases.

    Of another district's commune the officer gets the contacts of the own cases.
    """
    officer = official_of(request)
    if commune == NO_STATION:
        return _taken(request, About(), without_station(officer, today()), file_type)
    unit = Unit.objects.with_parents().called(commune, today())
    if unit is None or unit.level != Level.COMMUNE:
        raise Http404
    contacts = of_commune(unit, officer, today())
    if not (contacts or units_visible_to(officer).filter(pk=unit.pk).exists()):
        raise Http404
    return _taken(request, About(commune=unit), contacts, file_type)


@never_cache
@require_safe
@tracer_required
def stations(request: HttpRequest) -> HttpResponse:
    """List the communes that follow somebody up, with the lists for their health stations."""
    context = {"stations": stations_of(official_of(request), today())}
    return render(request, "tracing/lists/stations.html", context)


def _taken(
    request: HttpRequest, about: About, contacts: Sequence[Contact], file_type: str
) -> HttpResponseBase:
    """Answer with the file, or with what is missing before there may be one with names."""
    if file_type not in _FILES:
        raise Http404
    officer, now, is_masked = official_of(request), timezone.now(), "masked" in request.GET
    people: People = {}
    if not is_masked:
        opener = opener_of(request)
        if opener is None:
            return way_to_unlock(request)
        try:
            people = named(list(once(contacts)), officer, opener, now)
        except SecondOfficerNeededError as needed:
            return _waiting(request, about, needed)
    rows = rows_of(contacts, people, today())
    return _FILES[file_type](Listing(about, rows, officer, now, is_masked))


def _waiting(request: HttpRequest, about: About, needed: SecondOfficerNeededError) -> HttpResponse:
    """Say that a colleague has to confirm first, and where."""
    asked = request.GET.copy()
    asked["masked"] = "1"
    context = {
        "case": about.case,
        "commune": about.commune,
        "waiting": needed.request,
        "most_alone": MOST_ALONE,
        "here": request.get_full_path(),
        "masked": f"{request.path}?{asked.urlencode()}",
    }
    return render(request, "tracing/lists/second_officer.html", context, status=403)
