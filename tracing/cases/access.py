"""Which cases can be changed: those that are still worked on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tracing.access import case_required
from tracing.addresses import see_other
from tracing.models import Case

View = Callable[..., HttpResponseBase]


def open_case_required(view: View) -> View:
    """Like case_required; who wants to change a closed case is told to open it again first."""

    @case_required
    @wraps(view)
    def guarded(request: HttpRequest, case: Case, **rest: Any) -> HttpResponseBase:
        if case.closed_at is None:
            return view(request, case, **rest)
        messages.warning(request, _("This case is closed. Open it again to change it."))
        return see_other(request, "case", case.number)

    return guarded


def told_stay_required(view: View) -> View:
    """Give the view a stay of the case that somebody told of; visits are not theirs to change."""

    @open_case_required
    @wraps(view)
    def guarded(request: HttpRequest, case: Case, stay: int) -> HttpResponseBase:
        told = case.stays.of_the_case().with_venues().filter(visit=None, pk=stay).first()
        if told is None:
            raise Http404
        told.case = case
        return view(request, told)

    return guarded
