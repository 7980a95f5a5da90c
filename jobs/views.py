"""What an official asked for in the background: how far it has come, and the files to fetch."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import account_of, official_required

from . import asking, files
from .access import job_required
from .models import Job

MOST_LISTED = 100


@never_cache
@require_safe
@official_required
def listed(request: HttpRequest) -> HttpResponse:
    """Show what one asked for, the newest first."""
    own = Job.objects.visible_to(account_of(request)).select_related("area__parent__parent")
    jobs = own.order_by("-asked_at")[:MOST_LISTED]
    return render(request, "jobs/listed.html", {"jobs": jobs})


@never_cache
@require_safe
@job_required
def job(request: HttpRequest, job: Job) -> HttpResponse:
    """Show how far a job has come, or what came of it."""
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
    """Ask for the same once more."""
    return redirect("jobs:job", pk=asking.ask_again(job, timezone.now()).pk)


@never_cache
@require_safe
@job_required
def result(request: HttpRequest, job: Job, name: str) -> HttpResponseBase:
    """Give out a file that came of a job."""
    file = job.results.filter(name=name).first()
    if file is None:
        raise Http404
    return files.download(file)
