"""The tracers' front page, finding somebody, and opening a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import official_of, tracer_required
from declarations.keys import NoSealingKeyError
from declarations.models import Visitor
from districts.days import local_day, today
from tracing.addresses import see_other
from tracing.models import Case, CaseEvent, Rule

from . import search
from .figures import figures_of
from .forms import FindForm, IllnessForm, StrangerForm
from .opening import Identity, of_stranger, of_visitors
from .opening import open_case as opened

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
    context = {
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tracer_required
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case of somebody who was found, or of somebody who never checked in."""
    people = _people(request)
    kind = IllnessForm if people else StrangerForm
    form = kind(request.POST if request.method == "POST" else None)
    open_already = [] if "another" in request.POST else _open_cases(request, people)
    if not form.is_valid() or open_already:
        return _opening(request, form, people, open_already)
    tracer, now = official_of(request), timezone.now()
    try:
        who = _who(form, people)
    except NoSealingKeyError:
        form.add_error(
            None, _("Names cannot be sealed yet: no key of the health authority is here.")
        )
        return _opening(request, form, people, open_already)
    case = opened(who, form.illness, tracer, now, nonce=form.cleaned_data["nonce"])
    messages.success(request, _("Case %(number)s is open and traced.") % {"number": case.number})
    return see_other(request, "case", case.number)


def _opening(
    request: HttpRequest, form: IllnessForm, people: list[Visitor], open_already: list[Case]
) -> HttpResponse:
    own = Case.objects.visible_to(official_of(request))
    context = {
        "form": form,
        "people": people,
        "open_already": open_already,
        "own": set(own.values_list("pk", flat=True)),
        "has_rules": Rule.objects.exists(),
    }
    is_refused = request.method == "POST"
    return render(request, "tracing/cases/open.html", context, status=422 if is_refused else 200)


def _who(form: IllnessForm, people: list[Visitor]) -> Identity:
    if isinstance(form, StrangerForm):
        return of_stranger(form.person, form.residence_id)
    return of_visitors(people)


def _people(request: HttpRequest) -> list[Visitor]:
    """Return the visitors whom the tracer chose; a choice of whom nobody is left is no page."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        keys = {UUID(key) for key in given.getlist("person")}
    except ValueError as error:
        raise Http404 from error
    found = Visitor.objects.filter(key__in=keys).select_related("residence__parent")
    people = list(found.order_by("-seen_on", "key"))
    if keys and not people:
        raise Http404
    return people


def _open_cases(request: HttpRequest, people: list[Visitor]) -> list[Case]:
    """Return the cases that these people are already, but for one that this form opened."""
    cases = search.cases_of(one.key for one in people)
    found = {case.pk: case for of_one in cases.values() for case in of_one if not case.closed_at}
    form = request.POST.get("nonce", "").replace("-", "")
    by_this_form = CaseEvent.objects.filter(case__in=found, what="opened", told__form=form)
    for case in by_this_form.values_list("case", flat=True):
        del found[case]
    return list(found.values())
