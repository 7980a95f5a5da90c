"""The page of clusters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from tracing.models import Case

from .forms import ClusterFilter
from .meetings import MOST_VENUES
from .meetings import clusters as found


@never_cache
@require_safe
@tracer_required
def clusters(request: HttpRequest) -> HttpResponse:
    """Show where cases of the own area met or passed; numbers and masks only."""
    form = ClusterFilter(request.GET)
    rows = found(Case.objects.visible_to(official_of(request)), form.search)
    context = {"form": form, "rows": rows, "is_cut": len(rows) == MOST_VENUES}
    return render(request, "tracing/clusters/clusters.html", context)
