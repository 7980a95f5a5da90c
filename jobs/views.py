"""What an official asked for in the background: how far it has come, and the files to fetch."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import View, official_of, official_required
from forms.pages import too_many

from . import asking, files
from .models import Job

_WAIT = 60  # seconds, until one of one's own jobs may have ended


def job_required(view: View) -> View:
    """Give the view of an official the job of its address."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, pk: UUID, **rest: Any) -> HttpResponseBase:
        jobs = Job.objects.visible_to(official_of(request)).select_related("area__parent__parent")
        return view(request, get_object_or_404(jobs, pk=pk), **rest)

    return guarded


@never_cache
@require_safe
@official_required
def listed(request: HttpRequest) -> HttpResponse:
    own = Job.objects.visible_to(official_of(request)).select_related("area__parent__parent")
    jobs = own.order_by("-asked_at")[:100]
    return render(request, "jobs/listed.html", {"jobs": jobs})


@never_cache
@require_safe
@job_required
def job(request: HttpRequest, job: Job) -> HttpResponse:
    return render(request, "jobs/job.html", {"job": job})


@require_POST
@job_required
def cancel(request: HttpRequest, job: Job) -> HttpResponse:
    """Call a job off; one that has ended stays as it is."""
    asking.cancel(job, timezone.now())
    return redirect("jobs:job", pk=job.pk)


@require_POST
@job_required
def again(request: HttpRequest, job: Job) -> HttpResponse:
    if not asking.may_ask(job.asked_by, job.kind):
        return too_many(request, _WAIT)
    return redirect("jobs:job", pk=asking.ask_again(job, timezone.now()).pk)


@never_cache
@require_safe
@job_required
def result(request: HttpRequest, job: Job, name: str) -> HttpResponseBase:
    return files.download(get_object_or_404(job.results, name=name))
