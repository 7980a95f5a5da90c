"""Addresses of tracers' pages: a page of the drill leads to pages of the drill."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from forms import pages


def address(request: HttpRequest, name: str, *places: object) -> str:
    """Return the address of a page of tracing, on the same side (real or drill) as the request.

    Templates need not ask: `{% url %}` stays on the request's side by itself.
    """
    match = request.resolver_match
    side = match.namespace if match else None
    return reverse(f"tracing:{name}", args=places, current_app=side)


def see_other(request: HttpRequest, name: str, *places: object) -> HttpResponseRedirect:
    """Lead on after an act."""
    return pages.see_other(address(request, name, *places))
