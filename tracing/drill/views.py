"""Starting, watching and ending drills; these pages are of the real side."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import official_of, tracer_required
from authority.keys import NoSealingKeyError
from districts.days import local_day
from tracing.models import Drill, DrillSize

from . import pages, running
from .forms import StartForm
from .paper import report_pdf
from .planting import NoGroundError
from .score import Results, results


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tracer_required
def home(request: HttpRequest) -> HttpResponse:
    """Start a drill, or show which one runs; compare those of the past."""
    account = official_of(request)
    form = StartForm(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        drill = _started(request, form)
        if drill:
            return redirect("drills:drill", drill.pk)
    visible = Drill.objects.visible_to(account).with_units()
    context = {
        "form": form,
        "running": Drill.objects.running().with_units().first(),
        "mine": visible.running().first(),
        "past": pages.compared(visible.exclude(ended_at=None)[:50]),
    }
    status = 422 if form.errors else 200
    return render(request, "tracing/drill/home.html", context, status=status)


@never_cache
@require_safe
@tracer_required
def drill(request: HttpRequest, drill: int) -> HttpResponse:
    """Show what is known and the clock, or what came of a drill."""
    found, now = _visible(request, drill), timezone.now()
    context: dict[str, Any] = {"shown": found, "elapsed": pages.elapsed(found, now)}
    with running.taking_part(official_of(request)) as in_hand:
        if in_hand == found:
            context |= {"reports": pages.reported(), "results": results(found, now)}
        else:
            context["results"] = Results.kept(found.results)
    context["moments"] = pages.moments(context["results"])
    context["may_end"] = _may_end(request, found)
    return render(request, "tracing/drill/drill.html", context)


@require_POST
@tracer_required
def end(request: HttpRequest, drill: int) -> HttpResponse:
    """End a drill and forget its people."""
    found = _visible(request, drill)
    if not _may_end(request, found):
        raise Http404
    running.end(found, timezone.now())
    return redirect("drills:drill", found.pk)


@never_cache
@require_safe
@tracer_required
def report(request: HttpRequest, drill: int) -> HttpResponse:
    """Give out what came of a drill, as an official document."""
    found = _visible(request, drill)
    told = Results.kept(found.results)
    if found.ended_at is None or told is None:
        raise Http404
    response = HttpResponse(report_pdf(found, told), content_type="application/pdf")
    name = f"dien-tap-{found.area.code}-{local_day(found.started_at):%Y%m%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _visible(request: HttpRequest, key: int) -> Drill:
    found = Drill.objects.visible_to(official_of(request)).with_units().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _may_end(request: HttpRequest, drill: Drill) -> bool:
    return Drill.objects.led_by(official_of(request)).running().filter(pk=drill.pk).exists()


def _started(request: HttpRequest, form: StartForm) -> Drill | None:
    """Start what was chosen, or say why not."""
    told = form.cleaned_data
    seed = told["seed"] or secrets.randbelow(999_999) + 1
    try:
        by, size = official_of(request), DrillSize(told["size"])
        return running.start(told["area"], size, seed, by, timezone.now())
    except running.AlreadyRunningError:
        form.add_error(None, _("A drill is running already. End it first, or take part in it."))
    except NoSealingKeyError:
        form.add_error(None, _("The health authority has no key yet: run create_keys first."))
    except NoGroundError as error:
        form.add_error(None, pages.missing(error.missing))
    return None
