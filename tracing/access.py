"""Which case or contact an address means, for whom: those of other areas do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.access import official_of, tracer_required

from .models import Case, Contact

View = Callable[..., HttpResponseBase]


def case_required(view: View) -> View:
    """Give the view of a tracer the case of its address."""

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, number: str, **rest: Any) -> HttpResponseBase:
        cases = Case.objects.visible_to(official_of(request)).with_units()
        case = cases.filter(number=number).first()
        if case is None:
            raise Http404
        return view(request, case, **rest)

    return guarded


def contact_required(view: View) -> View:
    """Give the view of a tracer the contact of its address, or whom it is joined to."""

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, contact: int, **rest: Any) -> HttpResponseBase:
        contacts = Contact.objects.visible_to(official_of(request)).with_case()
        found = contacts.filter(pk=contact).first()
        if found is not None and found.same_as_id:
            found = contacts.filter(pk=found.same_as_id).first()
        if found is None:
            raise Http404
        return view(request, found, **rest)

    return guarded
