"""Posters as files to print: PDF, PNG or SVG, in every size."""

import hashlib
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control

from districts.days import local_day
from venues.posters import PosterSize

from .models import Poster, Venue
from .posters import PosterSheet, poster_pdf, poster_png, poster_svg

# Change it when posters look different, so that browsers fetch them again.
_EDITION = 2

_FORMATS: dict[str, tuple[str, Callable[[PosterSheet, PosterSize], bytes | str]]] = {
    "pdf": ("application/pdf", poster_pdf),
    "png": ("image/png", poster_png),
    "svg": ("image/svg+xml", poster_svg),
}


def sheet_of(venue: Venue, poster: Poster) -> PosterSheet:
    """Return what a venue's poster says."""
    return PosterSheet(
        venue_name=venue.name,
        place=venue.place,
        code=poster.code,
        serial=poster.serial,
        issued_on=local_day(poster.issued_at),
        address=poster.address,
    )


def print_out(request: HttpRequest, venue: Venue, poster: Poster, suffix: str) -> HttpResponseBase:
    """Answer with the poster, or that the browser has it already; unknown formats are 404."""
    try:
        paper = PosterSize(request.GET.get("paper", "a4"))
        content_type, draw = _FORMATS[suffix]
    except (KeyError, ValueError) as error:
        raise Http404 from error
    sheet = sheet_of(venue, poster)
    parts = repr((_EDITION, sheet, paper, suffix)).encode()
    if suffix != "svg":  # which the owner's page shows
        venue.posters.filter(pk=poster.pk).note_printed(timezone.now())
    etag = f'"{hashlib.sha256(parts).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        name = f"poster-{poster.displayed_code}-{paper}.{suffix}"
        response = HttpResponse(draw(sheet, paper), content_type=content_type)
        response["Content-Disposition"] = f'inline; filename="{name}"'
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response
