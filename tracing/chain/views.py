"""The page of a case's chain, and the drawing as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of
from tracing.access import case_required
from tracing.addresses import address
from tracing.models import Case

from .drawing import drawing_of
from .links import MOST_CASES, chain_of
from .svg import chain_svg, when


@never_cache
@require_safe
@case_required
def chain(request: HttpRequest, case: Case) -> HttpResponse:
    """Show which cases hang together with this one, drawn and as a table."""
    found = chain_of(case, Case.objects.visible_to(official_of(request)))
    addresses = {one.pk: address(request, "case", one.number) for one in found.cases}
    context = {
        "case": case,
        "chain": found,
        "drawing": chain_svg(found, drawing_of(found), addresses),
        "links": [(link, when(link.start, link.end)) for link in found.links],
        "most": MOST_CASES,
    }
    return render(request, "tracing/chain/chain.html", context)


@never_cache
@require_safe
@case_required
def chain_file(request: HttpRequest, case: Case) -> HttpResponse:
    """Give the drawing out as a file."""
    found = chain_of(case, Case.objects.visible_to(official_of(request)))
    response = HttpResponse(chain_svg(found, drawing_of(found), {}), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="chain-{case.number}.svg"'
    return response
