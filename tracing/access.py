"""Which case or contact an address means, for whom: those of other areas do not exist."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import View, official_of, tracer_required
from authority.addresses import see_other
from authority.disclosures import SecondOfficerNeededError

from .models import Case, Contact


def case_required(view: View) -> View:
    """Give the view of a tracer the case of its address."""

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, number: str, **rest: Any) -> HttpResponseBase:
        cases = Case.objects.visible_to(official_of(request)).with_units()
        return view(request, get_object_or_404(cases, number=number), **rest)

    return guarded


def open_case_required(view: View, *, back: str = "case") -> View:
    """Like case_required; who wants to change a closed case is told to open it again first.

    That is said on the case's page, or on the one that `back` names.
    """

    @case_required
    @wraps(view)
    def guarded(request: HttpRequest, case: Case, **rest: Any) -> HttpResponseBase:
        if case.closed_at is None:
            return view(request, case, **rest)
        messages.warning(request, _("This case is closed. Open it again to change it."))
        return see_other(request, back, case.number)

    return guarded


def contact_required(view: View) -> View:
    """Give the view of a tracer the contact of its address, or whom it is joined to."""

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, contact: int, **rest: Any) -> HttpResponseBase:
        contacts = Contact.objects.visible_to(official_of(request)).with_case()
        person = get_object_or_404(contacts, pk=contact)
        if person.same_as_id:
            person = get_object_or_404(contacts, pk=person.same_as_id)
        return view(request, person, **rest)

    return guarded


def looks_confirmed(view: View) -> View:
    """Lead on who looks at more names than one may see alone: a second officer has to confirm."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **rest)
        except SecondOfficerNeededError:
            sentence = _("You looked at many people: a second officer has to confirm.")
            messages.warning(request, sentence)
            return see_other(request, "looks")

    return guarded
