"""Which job an address means, for whom: somebody else's job does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.access import account_of, official_required

from .models import Job

View = Callable[..., HttpResponseBase]


def job_required(view: View) -> View:
    """Give the view of an official the job of its address."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, pk: UUID, **rest: Any) -> HttpResponseBase:
        jobs = Job.objects.visible_to(account_of(request)).select_related("area__parent__parent")
        job = jobs.filter(pk=pk).first()
        if job is None:
            raise Http404
        return view(request, job, **rest)

    return guarded
