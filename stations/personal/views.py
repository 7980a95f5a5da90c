"""Printing our card: for oneself, the family, and for people without a phone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from declarations.door import admit
from declarations.memory import Memory
from declarations.models import Visitor
from declarations.personal_codes import code_of
from districts.days import local_day
from venues.access import venue_required
from venues.models import Poster, Venue

from .drawing import OwnCard, card_pdf, card_png, cards_pdf
from .forms import CardForm

# A card leads to its person for this long; whoever prints it anew prolongs it.
VALID_FOR = timedelta(days=365)

page = require_http_methods(["GET", "HEAD", "POST"])


def _remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the people this phone remembers; a phone that remembers nobody goes to /me/."""

    @csrf_exempt
    @never_cache
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, **rest: Any) -> HttpResponse:
        memory = Memory.of(request)
        codes = Visitor.objects.code_keys(memory.keys, memory.id) if memory.details else {}
        if not codes:
            return redirect("declarations:me")
        today = local_day(timezone.now())
        until = today + VALID_FOR
        names = [memory.details["full_name"], *(name for name, _year in memory.companions)]
        Visitor.objects.filter(key__in=codes, memory=memory.id).update(card_until=until)
        cards = [
            OwnCard(code_of(codes[key]), name, until)
            for key, name in zip(memory.keys, names, strict=True)
            if key in codes
        ]
        return view(request, cards, today, **rest)

    return guarded


@_remembered
def card(request: HttpRequest, cards: list[OwnCard], today: date, file_type: str) -> HttpResponse:
    """Hand out the own card, to print or to keep as a picture."""
    if file_type == "png":
        return _file(card_png(cards[0], today), "image/png", "card.png")
    if file_type == "pdf":
        return _file(card_pdf(cards[0], today), "application/pdf", "card.pdf")
    raise Http404


@_remembered
def family(request: HttpRequest, cards: list[OwnCard], today: date) -> HttpResponse:
    """Hand out a sheet with the cards of everybody who declares with this phone."""
    return _file(cards_pdf(cards, today), "application/pdf", "family.pdf")


@never_cache
@page
@venue_required
def at_venue(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Print a card for somebody without a phone, at a venue."""
    return for_somebody(request, {"venue": venue, "poster": poster})


def for_somebody(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask who the card is for, and hand it out; `context` says where this is."""
    now = timezone.now()
    today = local_day(now)
    venue = context.get("venue")
    form = CardForm(
        request.POST if request.method == "POST" else None, today, venue.pk if venue else None
    )
    if form.is_valid() and (code := _printed(form, today + VALID_FOR, now)):
        made = OwnCard(code, form.cleaned_data["full_name"], today + VALID_FOR)
        return _file(card_pdf(made, today), "application/pdf", "card.pdf")
    status = 422 if form.is_bound else 200
    return render(request, "stations/personal/print.html", context | {"form": form}, status=status)


@transaction.atomic
def _printed(form: CardForm, until: date, now: datetime) -> str:
    """Return the digits of a card that leads to its person until a day; "" where two are meant."""
    (admitted,) = admit([form.guest], now)
    if admitted.visitor is None:
        form.ask_for_marks()
        return ""
    Visitor.objects.filter(key=admitted.visitor).update(card_until=until)
    return code_of(admitted.visitor)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
