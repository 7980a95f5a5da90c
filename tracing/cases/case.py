"""One case: where it was, correcting what is known, closing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import official_of
from authority.disclosures import SecondOfficerNeededError
from authority.unlocking import opener_of, way_to_unlock
from forms.phones import displayed
from tracing.access import case_required
from tracing.addresses import address, see_other
from tracing.models import Case
from tracing.people import Look, Purpose, aliases_of, name_of, with_details

from . import correcting, records
from .access import open_case_required
from .changes import CorrectForm
from .pages import case_page
from .records import record_keys


@never_cache
@require_safe
@case_required
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """Show a case with its timeline."""
    return render(request, "tracing/cases/case.html", case_page(case, timezone.now()))


@never_cache
@require_POST
@case_required
def name(request: HttpRequest, case: Case) -> HttpResponse:
    """Show who the case is, after the look is written down."""
    now, opener = timezone.now(), opener_of(request)
    if opener is None:
        return way_to_unlock(request, address(request, "case", case.number))
    look = Look(official_of(request), case.number, Purpose.RECOGNISE)
    aliases = aliases_of(record_keys(case))
    try:
        people = name_of(case, aliases, look, opener, now)
    except SecondOfficerNeededError:
        messages.warning(request, _("You looked at many people: a second officer has to confirm."))
        return see_other(request, "looks")
    person = people.get(case.sealed_row)
    context = case_page(case, now) | {
        "person": person,
        "aliases": with_details(aliases, people),
        "phone": displayed(person["phone"]) if person else "",
        "is_damaged": person is None,
    }
    return render(request, "tracing/cases/case.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_case_required
def correct(request: HttpRequest, case: Case) -> HttpResponse:
    """Change what is known of a case, and trace it again."""
    form = CorrectForm(case, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"case": case, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "tracing/cases/correct.html", context, status=status)
    if correcting.correct(case, form.correction, official_of(request), timezone.now()):
        messages.success(request, _("Corrected, and traced again."))
    else:
        messages.info(request, _("Nothing was different."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@open_case_required
def retrace(request: HttpRequest, case: Case) -> HttpResponse:
    """Trace a case again."""
    correcting.retrace(case, official_of(request), timezone.now())
    messages.success(request, _("Traced again."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@case_required
def close(request: HttpRequest, case: Case) -> HttpResponse:
    """End the work on a case."""
    if correcting.close(case, official_of(request), timezone.now()):
        messages.success(request, _("The case is closed."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@case_required
def reopen(request: HttpRequest, case: Case) -> HttpResponse:
    """Work on a case again."""
    if correcting.reopen(case, official_of(request), timezone.now()):
        messages.success(request, _("The case is open again."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@open_case_required
def record(request: HttpRequest, case: Case, visitor: UUID) -> HttpResponse:
    """Join another record to the person of a case, or separate one; the case is traced again."""
    officer, now = official_of(request), timezone.now()
    if "separate" in request.POST:
        if records.separate(case, visitor, officer, now):
            messages.success(request, _("Separated, and traced again."))
    elif records.join(case, visitor, officer, now):
        messages.success(request, _("Joined, and traced again."))
    return see_other(request, "case", case.number)
