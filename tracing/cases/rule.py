"""By which rule a case is traced, and what another one would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import official_of
from tracing.addresses import see_other
from tracing.models import Case, Rule

from .access import open_case_required
from .changes import RuleForm
from .correcting import Correction, correct
from .opening import Illness
from .rerun import difference


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_case_required
def rule(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the rules, compare one with the case's, or adopt it."""
    if request.method != "POST":
        form = RuleForm(request.GET) if "rule" in request.GET else None
        chosen = form.cleaned_data["rule"] if form and form.is_valid() else None
        return _page(request, case, chosen, 200 if form is None or chosen else 422)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, case, None, 422)
    if correct(
        case, _under(case, form.cleaned_data["rule"]), official_of(request), timezone.now(),
        what="rule",
    ):  # fmt: skip
        messages.success(request, _("The case is traced by the other rule now."))
    return see_other(request, "case", case.number)


def _page(request: HttpRequest, case: Case, chosen: Rule | None, status: int) -> HttpResponse:
    now = timezone.now()
    anchor = case.onset_on or case.sample_on
    assert anchor is not None  # noqa: S101 - a constraint of the case
    context: dict[str, Any] = {
        "case": case,
        "rules": Rule.objects.all(),
        "proposed": Rule.objects.in_force(anchor),
        "anchor": anchor,
        "chosen": chosen,
        "difference": difference(case, chosen, now) if chosen else None,
        "is_refused": status == 422,
    }
    return render(request, "tracing/cases/rule.html", context, status=status)


def _under(case: Case, rule: Rule) -> Correction:
    """Return a case as it is, but for its rule; a period given by hand stays."""
    illness = Illness(case.status, case.onset_on, case.sample_on, case.isolated_at, rule)
    period = case.infectious_period
    given = (period.lower, period.upper) if case.correction else None
    return Correction(illness, given, case.correction)
