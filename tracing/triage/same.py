"""Same person? Contacts of a case who may be one, side by side, and what a tracer answers."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import official_of
from authority.addresses import address, see_other
from authority.disclosures import Look
from authority.models import Purpose, Seen
from authority.unlocking import opener_of, way_to_unlock
from forms.pages import form_page_only
from tracing.access import case_required, looks_confirmed, open_case_required
from tracing.joining import Couple, couples_of, join, separate, tell_apart
from tracing.models import Case
from tracing.people import People, names_of


@never_cache
@form_page_only
@partial(case_required, seen=Seen.CONTACTS)
@looks_confirmed
def same(request: HttpRequest, case: Case) -> HttpResponse:
    """Show who may be the same person: masks, and when it is sent as a form, names."""
    couples, opener = couples_of(case), opener_of(request)
    if request.method != "POST":
        return _page(request, case, couples)
    if opener is None:
        return way_to_unlock(request, address(request, "same", case.number))
    look = Look(official_of(request), case.number, Purpose.RECOGNISE)
    contacts = [contact for couple in couples for contact in (couple.one, couple.other)]
    return _page(request, case, couples, names_of(contacts, look, opener, timezone.now()))


@require_POST
@partial(open_case_required, back="same")
def answer(request: HttpRequest, case: Case) -> HttpResponse:
    officer, now, said = official_of(request), timezone.now(), request.POST.get("said", "")
    keys = [key for key in request.POST.getlist("contact") if key.isascii() and key.isdigit()]
    chosen = [int(key) for key in keys if int(key) < 2**63]
    if said == "one" and join(case, chosen, officer, now):
        messages.success(request, _("Joined as one person, and traced again."))
    elif said == "two" and tell_apart(case, chosen, officer, now):
        messages.success(request, _("Written down: two people."))
    elif said == "separate" and chosen and separate(case, chosen[-1], officer, now):
        messages.success(request, _("Separated, and traced again."))
    else:
        messages.warning(request, _("The list changed meanwhile. Look at it again, then decide."))
    return see_other(request, "same", case.number)


def _page(
    request: HttpRequest, case: Case, couples: Sequence[Couple], people: People | None = None
) -> HttpResponse:
    known = people or {}
    rows = [
        ([(each, known.get(each.visitor)) for each in (couple.one, couple.other)], couple.state)
        for couple in couples
    ]
    context: dict[str, Any] = {"case": case, "rows": rows, "has_names": people is not None}
    return render(request, "tracing/triage/same.html", context)
