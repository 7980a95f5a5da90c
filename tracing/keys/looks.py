"""Looks at many people that wait for a second officer, and the log of all looks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import fresh_second_factor_required, official_of, tracer_required
from authority.disclosures import GOOD_FOR, MOST_ALONE, NotYoursToDecideError, decide
from authority.models import Disclosure, Reveal
from tracing.addresses import see_other
from tracing.models import Case

_ROWS = 50


@never_cache
@require_safe
@tracer_required
def looks(request: HttpRequest) -> HttpResponse:
    """Show the looks that wait: one's own, and those of colleagues to decide on."""
    officer, now = official_of(request), timezone.now()
    lately = Reveal.objects.visible_to(officer).filter(asked_at__gt=now - GOOD_FOR)
    lately = lately.select_related("asked_by__area__parent", "second_officer").order_by("asked_at")
    context = {
        "mine": lately.filter(asked_by=officer, used_at=None),
        "theirs": lately.waiting().exclude(asked_by=officer),
        "most_alone": MOST_ALONE,
    }
    return render(request, "tracing/keys/looks.html", context)


@require_POST
@fresh_second_factor_required
@tracer_required
def confirm(request: HttpRequest, look: int) -> HttpResponse:
    """Confirm a colleague's look as the second officer."""
    return _decided(request, look, confirm=True)


@require_POST
@fresh_second_factor_required
@tracer_required
def refuse(request: HttpRequest, look: int) -> HttpResponse:
    """Refuse a colleague's look as the second officer."""
    return _decided(request, look, confirm=False)


@never_cache
@require_safe
@tracer_required
def log(request: HttpRequest) -> HttpResponse:
    """Show who of the own area looked at whom, for which case and why; masks only."""
    officer = official_of(request)
    number = request.GET.get("case", "")[:20]
    seen = Disclosure.objects.visible_to(officer).newest_first()
    found = seen.filter(case_number=number) if number else seen
    cases = Case.objects.visible_to(officer).values_list("number", flat=True)
    page = Paginator(found, _ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "number": number,
        "known": set(cases.filter(number__in={row.case_number for row in page.object_list})),
    }
    return render(request, "tracing/keys/log.html", context)


def _decided(request: HttpRequest, look: int, *, confirm: bool) -> HttpResponse:
    officer = official_of(request)
    found = Reveal.objects.visible_to(officer).filter(pk=look).first()
    if found is None:
        raise Http404
    try:
        decide(found, officer, timezone.now(), confirm=confirm)
        sentence = _("You confirmed it.") if confirm else _("You refused it.")
        messages.success(request, sentence)
    except NotYoursToDecideError:
        messages.warning(request, _("This was decided already, is too old, or is your own."))
    return see_other(request, "looks")
