"""Triage before calls, the decision, and the call list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import official_of
from authority.disclosures import Look, SecondOfficerNeededError
from authority.models import Purpose
from authority.sealing import Opener, WrongPassphraseError
from authority.unlocking import (
    TooManyTriesError,
    keep_half,
    opener_of,
    unlocked_here,
    way_to_unlock,
)
from tracing.access import case_required
from tracing.addresses import address, see_other
from tracing.decide import Decision, decide
from tracing.models import Case, Standing
from tracing.people import names_of
from tracing.trace import trace_further

from .calls import calls_page, with_names
from .filters import Filters, contacts_of, narrowed
from .forms import DecisionForm
from .pages import contacts_page

UNLOCK_REFUSED = {
    WrongPassphraseError: gettext_lazy("This is not your passphrase. Try again."),
    TooManyTriesError: gettext_lazy("Too many tries. Wait 15 minutes, then try again."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@case_required
def contacts(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the people a case met in bands, and take what a tracer decides of them."""
    filters = Filters.of(request.GET.dict())
    everybody = contacts_of(case, filters.generation, is_aside=bool(filters.aside))
    found = narrowed(everybody, filters)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, contacts=found, over=filters.over
    )
    if form.is_valid():
        _decided(request, case, form)
        query = request.GET.urlencode()
        return HttpResponseRedirect(
            f"{address(request, 'contacts', case.number)}?{query}", status=303
        )
    context = contacts_page(case, filters, request.GET.get("page"))
    context["errors"] = form.error_summary() if form.is_bound else []
    status = 422 if form.is_bound else 200
    template = "tracing/triage/contacts.html"
    return render(request, template, context, status=status)


@require_POST
@case_required
def further(request: HttpRequest, case: Case) -> HttpResponse:
    """Find the people whom the confirmed close contacts met."""
    found = trace_further(case, timezone.now())
    sentence = ngettext(
        "%(n)d person met a close contact.", "%(n)d people met close contacts.", found.people
    )
    messages.success(request, sentence % {"n": found.people})
    there = address(request, "contacts", case.number)
    return HttpResponseRedirect(f"{there}?generation=2", status=303)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@case_required
def calls(request: HttpRequest, case: Case) -> HttpResponse:
    """Show whom to call: masks, and when it is sent as a form, the names of those on the page."""
    page = request.GET.get("page")
    opener, half = opener_of(request), ""
    context = calls_page(case, page, timezone.now()) | {"is_locked": opener is None}
    if request.method != "POST":
        return render(request, "tracing/triage/calls.html", context)
    if opener is None and not request.POST.get("passphrase"):
        return way_to_unlock(request, back=request.get_full_path())
    try:
        if opener is None:
            opener, half = unlocked_here(request, request.POST["passphrase"])
    except (WrongPassphraseError, TooManyTriesError) as error:
        context["refused"] = UNLOCK_REFUSED[type(error)]
        return render(request, "tracing/triage/calls.html", context, status=422)
    response = _with_names(request, case, context, opener)
    if half:
        keep_half(response, half)
    return response


def _with_names(
    request: HttpRequest, case: Case, context: dict[str, Any], opener: Opener
) -> HttpResponse:
    look = Look(official_of(request), case.number, Purpose.CALL)
    listed = [row.contact for row, _nobody, _nonce in context["rows"]]
    try:
        people = names_of(listed, look, opener, timezone.now())
    except SecondOfficerNeededError:
        messages.warning(request, _("So many names need a second officer: ask a colleague now."))
        return see_other(request, "looks")
    return render(request, "tracing/triage/calls.html", with_names(context, people))


def _decided(request: HttpRequest, case: Case, form: DecisionForm) -> None:
    typed = form.cleaned_data
    over = form.over if typed["everybody"] else None
    decision = Decision(
        Standing(typed["standing"]), official_of(request), typed["reason"], over=over
    )
    changed = decide(case, form.chosen, decision, timezone.now())
    sentence = ngettext("%(n)d person: %(what)s.", "%(n)d people: %(what)s.", changed)
    messages.success(request, sentence % {"n": changed, "what": decision.standing.label})
