"""Whom to call: close contacts nobody has spoken with yet, the most urgent first."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.access import official_of
from accounts.turns import BUSY, BusyError
from authority.addresses import see_other
from authority.disclosures import Look, SecondOfficerNeededError
from authority.models import Purpose, Seen
from authority.sealing import Opener, WrongPassphraseError
from authority.unlocking import (
    TooManyTriesError,
    keep_half,
    opener_of,
    unlocked_here,
    way_to_unlock,
)
from districts.days import today
from forms.pages import form_page_only
from tracing.access import case_required, why_two
from tracing.models import Act, CallOutcome, Case, ContactQuerySet, FollowUp
from tracing.people import names_of

from .bands import BY_RISK, rows_of, with_bands

ROWS_PER_PAGE = 50
_TEMPLATE = "tracing/triage/calls.html"
_UNLOCK_REFUSED: dict[type[Exception], Any] = {
    WrongPassphraseError: gettext_lazy("This is not your passphrase. Try again."),
    TooManyTriesError: gettext_lazy("Too many tries. Wait 15 minutes, then try again."),
}


def to_call(case: Case) -> ContactQuerySet:
    """Return close contacts of a case, F1 and F2, nobody has spoken with, by due date and risk."""
    spoken = FollowUp.objects.of(OuterRef("pk")).filter(act=Act.CALL).spoken()
    close = case.contacts.counted().close().filter(~Exists(spoken), result="")
    return with_bands(close, case.rule.minimum_minutes).order_by("due_on", *BY_RISK)


@never_cache
@form_page_only
@partial(case_required, seen=Seen.CONTACTS)
def calls(request: HttpRequest, case: Case) -> HttpResponse:
    """Show whom to call: masks, and when it is sent as a form, the names of those on the page."""
    opener, half = opener_of(request), ""
    context = _page(case, request.GET.get("page")) | {"is_locked": opener is None}
    if request.method != "POST":
        return render(request, _TEMPLATE, context)
    if opener is None and not request.POST.get("passphrase"):
        return way_to_unlock(request, back=request.get_full_path())
    try:
        if opener is None:
            opener, half = unlocked_here(request, request.POST["passphrase"])
    except (WrongPassphraseError, TooManyTriesError, BusyError) as error:
        context["refused"] = _UNLOCK_REFUSED.get(type(error), BUSY)
        return render(request, _TEMPLATE, context, status=422)
    response = _with_names(request, case, context, opener)
    if half:
        keep_half(response, half)
    return response


def _page(case: Case, page_number: str | None) -> dict[str, Any]:
    """Return the call list of a case with masks only; each row with a nonce for its form."""
    listed = to_call(case).select_related("residence__parent", "commune__parent")
    page = Paginator(listed.prefetch_related("joined"), ROWS_PER_PAGE).get_page(page_number)
    return {
        "case": case,
        "page": page,
        "rows": [(row, None, uuid4()) for row in rows_of(page.object_list)],
        "today": today(),
        "outcomes": CallOutcome,
    }


def _with_names(
    request: HttpRequest, case: Case, context: dict[str, Any], opener: Opener
) -> HttpResponse:
    look = Look(official_of(request), case.number, Purpose.CALL)
    listed = [row.contact for row, _nobody, _nonce in context["rows"]]
    try:
        people = names_of(listed, look, opener, timezone.now())
    except SecondOfficerNeededError as needed:
        messages.warning(request, why_two(needed))
        return see_other(request, "looks")
    rows = [
        (row, people.get(row.contact.visitor), nonce) for row, _nobody, nonce in context["rows"]
    ]
    return render(request, _TEMPLATE, context | {"rows": rows, "has_names": True})
