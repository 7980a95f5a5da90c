"""One case: where it was, what is known, what was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracing.access import case_required
from tracing.models import Case

from .pages import case_page


@never_cache
@require_safe
@case_required
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """Show a case with its timeline."""
    return render(request, "tracing/cases/case.html", case_page(case, timezone.now()))
