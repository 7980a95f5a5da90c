"""Which case or contact an address means, for whom: those of other areas do not exist.

Whoever opens one is written down before anything is shown; outsiders need a second officer.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import View, official_of, tracer_required
from accounts.models import Account
from authority.addresses import address, see_other
from authority.disclosures import (
    Look,
    SecondOfficerNeededError,
    Subject,
    require_second_officer,
    write_down,
)
from authority.models import Purpose, Seen
from forms.unsent import sent_from

from .models import Case, Contact


def case_required(view: View, *, seen: Seen = Seen.VISITS) -> View:
    """Give the view of a tracer the case of its address, after the look at it is written down."""

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, number: str, **rest: Any) -> HttpResponseBase:
        cases = Case.objects.visible_to(official_of(request)).with_units()
        case = get_object_or_404(cases, number=number)
        try:
            look_at_cases(official_of(request), [case], seen, timezone.now())
        except SecondOfficerNeededError as needed:
            return waiting_page(request, needed)
        return view(request, case, **rest)

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


def contact_required(view: View, *, is_shown: bool = True) -> View:
    """Give the view of a tracer the contact of its address, or whom it is joined to.

    The look is written down before, unless it is an act that shows nothing of the person.
    """

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, contact: int, **rest: Any) -> HttpResponseBase:
        contacts = Contact.objects.visible_to(official_of(request)).with_case()
        person = get_object_or_404(contacts, pk=contact)
        if person.same_as_id:
            person = get_object_or_404(contacts, pk=person.same_as_id)
        seen = Seen.VISITS if is_shown else None
        try:
            look_at_contact(official_of(request), person, seen, timezone.now())
        except SecondOfficerNeededError as needed:
            return waiting_page(request, needed)
        return view(request, person, **rest)

    return guarded


def look_at_cases(officer: Account, cases: Collection[Case], seen: Seen, now: datetime) -> None:
    """Write down that an officer looks at cases; raises SecondOfficerNeededError.

    Each record of a person is written down: any of them may be the one that a phone knows.
    """
    outside = _outside(officer, cases)
    subjects = [
        Subject(key, case.mask, case_number=case.number, is_outsider=case.pk in outside)
        for case in cases
        for key in case.records
    ]
    numbers = [case.number for case in cases]
    write_down(Look(officer, " ".join(numbers[:1]), Purpose.TRACE), subjects, seen, now)


def look_at_contact(officer: Account, contact: Contact, seen: Seen | None, now: datetime) -> None:
    """Write down that an officer looks at where a contact met a case, if anything is seen of it.

    That says where the case was, too: a case that waits for a second officer holds back its contacts.
    """
    is_own = Case.objects.visible_to(officer).filter(pk=contact.case_id).exists()
    is_outsider = bool(outsiders(officer, [contact])) or (
        is_own and bool(_outside(officer, [contact.case]))
    )
    subjects = [Subject(key, contact.mask, is_outsider=is_outsider) for key in contact.visitors]
    look = Look(officer, contact.case.number, Purpose.FOLLOW_UP)
    if seen:
        write_down(look, subjects, seen, now)
    else:
        require_second_officer(look, subjects, now)


def outsiders(officer: Account, contacts: Iterable[Contact]) -> set[UUID]:
    """Return which contacts an officer may not look at alone."""
    listed = Contact.objects.filter(pk__in=[contact.pk for contact in contacts])
    return set(listed.of_outsiders(officer.own_area).values_list("visitor", flat=True))


def waiting_page(request: HttpRequest, needed: SecondOfficerNeededError) -> HttpResponse:
    """Say who has to confirm a look, and lead back to the page when that is done."""
    context = {"waiting": needed.request, "here": way_again(request)}
    return render(request, "tracing/second_officer.html", context, status=403)


def way_again(request: HttpRequest) -> str:
    """Return the page itself, or of an act the one it was sent from."""
    if request.method == "GET":
        return request.get_full_path()
    return sent_from(request) or address(request, "home")


def looks_confirmed(view: View) -> View:
    """Lead on who looks at more names than one may see alone: a second officer has to confirm."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **rest)
        except SecondOfficerNeededError as needed:
            messages.warning(request, why_two(needed))
            return see_other(request, "looks")

    return guarded


def why_two(needed: SecondOfficerNeededError) -> str:
    if needed.request.outsiders:
        return _("These people are not of your area: a second officer has to confirm.")
    return _("You looked at many people: a second officer has to confirm.")


def _outside(officer: Account, cases: Iterable[Case]) -> set[int]:
    listed = Case.objects.filter(pk__in=[case.pk for case in cases])
    return set(listed.of_outsiders(officer.own_area).values_list("pk", flat=True))
