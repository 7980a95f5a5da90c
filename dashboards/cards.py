"""A card for somebody without a phone, printed at an office of the area."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts.models import Unit
from stations.printed_cards import for_somebody

from .access import area_in_force_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@area_in_force_required
def cards(request: HttpRequest, area: Unit) -> HttpResponse:
    """Ask who the card is for, and hand it out."""
    return for_somebody(request, {"area": area})
