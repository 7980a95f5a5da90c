"""The owner's pages: the venues, their posters, and what may be changed later."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of, owner_required
from accounts.sources import is_led_by_another_site
from accounts.turns import file_turn
from documents.responses import file_response
from forms import phones
from forms.fields import PhoneField
from forms.pages import form_page, form_page_only, sent

from .access import open_venue_of_owner_required, venue_required
from .entrances import entrance
from .fields import FIELDS
from .models import Poster, Venue
from .posters.drawing import poster_pdf, poster_png, poster_svg
from .posters.words import PosterSheet, PosterSize
from .spreadsheets import ListColumn

_VENUES_PER_PAGE = 100
_POSTER_FILES: dict[str, tuple[str, Callable[[PosterSheet, PosterSize], bytes | str]]] = {
    "pdf": ("application/pdf", poster_pdf),
    "png": ("image/png", poster_png),
    "svg": ("image/svg+xml", poster_svg),
}


class DetailsForm(forms.Form):
    """What an owner may change of a venue: where it is in the commune, and whom to call."""

    address = FIELDS[ListColumn.ADDRESS]
    responsible_name = FIELDS[ListColumn.RESPONSIBLE]
    responsible_phone = PhoneField(label=_("Phone number of the responsible person"))

    @staticmethod
    def shown(venue: Venue) -> dict[str, str]:
        """Return what the venue has now."""
        return {
            "address": venue.address,
            "responsible_name": venue.responsible_name,
            "responsible_phone": phones.displayed(venue.responsible_phone),
        }

    def save(self, venue: Venue) -> None:
        Venue.objects.filter(pk=venue.pk).update(**self.cleaned_data)


@never_cache
@require_safe
@owner_required
def listed(request: HttpRequest) -> HttpResponse:
    """Show the owner's venues, open ones first."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - owner_required saw to it
    newest_first = Prefetch("posters", Poster.objects.order_by("-number"))
    own = Venue.objects.visible_to(account).select_related("commune__parent")
    venues = own.prefetch_related(newest_first).order_by("-closed_at", "name", "pk")
    page = Paginator(venues, _VENUES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "venues/listed.html", {"page": page})


@require_safe
@venue_required
def poster(request: HttpRequest, venue: Venue, poster: Poster, suffix: str) -> HttpResponse:
    """Hand out the poster for printing."""
    try:
        size = PosterSize(request.GET.get("paper", "a4"))
        content_type, draw = _POSTER_FILES[suffix]
    except (KeyError, ValueError) as error:
        raise Http404 from error
    sheet = PosterSheet.of(poster)
    is_shown = suffix == "svg"  # on the owner's page
    if request.method == "GET" and not (is_shown or is_led_by_another_site(request)):
        venue.posters.filter(pk=poster.pk).note_printed(timezone.now())
    name = f"poster-{poster.displayed_code}-{size}.{suffix}"
    with nullcontext() if is_shown else file_turn("posters", request.user.pk, places=2):
        content = draw(sheet, size)
    return file_response(content, content_type, name, is_shown=True)


@never_cache
@form_page_only
@open_venue_of_owner_required
def edit(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Change the address and whom to call."""
    form = DetailsForm(sent(request), initial=DetailsForm.shown(venue))
    if form.is_valid():
        form.save(venue)
        messages.success(request, _("Your changes are saved."))
        return redirect("venues:venue", code=poster.code)
    return form_page(request, "venues/edit.html", form, {"venue": venue, "poster": poster})


@never_cache
@form_page_only
@open_venue_of_owner_required
def replace(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Say what a new poster means, then issue it."""
    if request.method == "POST":
        issued = replace_poster(poster, timezone.now())
        messages.success(request, _("Here is your new poster. Print it and take the old one down."))
        return redirect("venues:venue", code=issued.code)
    return render(request, "venues/replace.html", {"venue": venue, "poster": poster})


@never_cache
@form_page_only
@open_venue_of_owner_required
def close(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Say what closing means, then close the venue."""
    if request.method == "POST":
        close_venue(venue, timezone.now())
        messages.success(request, _("The venue is closed. You can take the poster down."))
        return redirect("venues:venue", code=poster.code)
    return render(request, "venues/close.html", {"venue": venue, "poster": poster})


@transaction.atomic
def replace_poster(poster: Poster, now: datetime) -> Poster:
    """Issue a new poster in place of this one, unless somebody replaced it already."""
    venue = Venue.objects.select_for_update().get(pk=poster.venue_id)
    in_force = venue.poster
    if in_force is not None and in_force.pk != poster.pk:
        return in_force
    issued = venue.issue_poster(now)
    transaction.on_commit(entrance.cache_clear)
    return issued


def close_venue(venue: Venue, now: datetime) -> None:
    """Close a venue; its poster then answers that it is gone."""
    Venue.objects.filter(pk=venue.pk, closed_at=None).update(closed_at=now)
    entrance.cache_clear()
