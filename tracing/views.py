"""The tracers' front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required

from .models import Case


@never_cache
@require_safe
@tracer_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the cases of the own area that are worked on."""
    cases = Case.objects.visible_to(official_of(request)).open().with_units()
    return render(request, "tracing/home.html", {"cases": cases})
