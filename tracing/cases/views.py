"""The tracers' front page, and finding somebody."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import official_of, tracer_required
from authority.unlocking import opener_of
from districts.days import local_day, today
from tracing.addresses import see_other
from tracing.models import Case, Rule

from . import search
from .figures import figures_of
from .forms import FindForm

ROWS_PER_PAGE = 25


@never_cache
@require_safe
@tracer_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the cases of the own area that are worked on, or on demand also those closed."""
    everything = Case.objects.visible_to(official_of(request)).with_units()
    shown = everything if "closed" in request.GET else everything.open()
    typed = request.GET.get("q", "")[:20].replace("\0", "").strip()
    found = shown.filter(number__icontains=typed) if typed else shown
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    figures = figures_of(page.object_list)
    opener = opener_of(request)
    context = {
        "unlocked_until": opener.until if opener else None,
        "find": FindForm(),
        "page": page,
        "rows": [
            (case, figures[case.pk], (today() - local_day(case.opened_at)).days)
            for case in page.object_list
        ],
        "typed": typed,
        "shows_closed": "closed" in request.GET,
        "every_row": shown.count(),
        "closed": everything.exclude(closed_at=None).count(),
        "has_rules": Rule.objects.exists(),
    }
    return render(request, "tracing/cases/home.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tracer_required
def find(request: HttpRequest) -> HttpResponse:
    """Find people by what is known of them; what was typed stays out of the address."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _finding(request, form, 422 if form.is_bound else 200)
    text, tracer, now = form.cleaned_data["text"], official_of(request), timezone.now()
    if case := search.case_called(text, tracer):
        return see_other(request, "case", case.number)
    if not search.may_search(tracer, now):
        form.add_error("text", _("That was a lot of searches. Wait for an hour and go on then."))
        return _finding(request, form, 429)
    own = Case.objects.visible_to(tracer).values_list("pk", flat=True)
    found = search.found(text, now)
    return _finding(request, form, 200, found=found, own=set(own))


def _finding(request: HttpRequest, form: FindForm, status: int, **found: Any) -> HttpResponse:
    return render(request, "tracing/cases/find.html", {"form": form} | found, status=status)
