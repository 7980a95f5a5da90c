"""Which venue an address means, for whom: somebody else's venue does not exist."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from accounts.access import View, account_of, sign_in_required
from accounts.models import Account

from . import codes
from .models import Poster, Venue


def find(account: Account, typed: str) -> tuple[Venue, Poster]:
    """Return a venue the account may see by a code of any of its posters, and its newest poster."""
    code = codes.normalise(typed)
    venues = Venue.objects.visible_to(account).select_related("commune__parent", "owner")
    venue = venues.filter(posters__code=code).first() if code else None
    poster = venue.posters.order_by("number").last() if venue else None
    if venue is None or poster is None:
        raise Http404
    return venue, poster


def venue_required(view: View) -> View:
    """Give the view the venue and poster of its address; an old code leads to the new one."""

    @sign_in_required
    @wraps(view)
    def guarded(request: HttpRequest, code: str, **rest: Any) -> HttpResponseBase:
        account = account_of(request)
        assert account is not None  # noqa: S101 - sign_in_required saw to it
        venue, poster = find(account, code)
        if code == poster.code:
            return view(request, venue, poster, **rest)
        if request.method == "POST":
            return redirect("venues:venue", code=poster.code)
        return redirect(_same_page(request, poster.code))

    return guarded


def _same_page(request: HttpRequest, code: str) -> str:
    """Return the address asked for, with another code in it."""
    match = request.resolver_match
    assert match is not None  # noqa: S101 - a view is running
    address = resolve_url(match.view_name, **match.kwargs | {"code": code})
    query = request.META.get("QUERY_STRING")
    return f"{address}?{query}" if query else address


def open_venue_of_owner_required(view: View) -> View:
    """Like venue_required, for acts: only the owner's, only while the venue is open."""

    @venue_required
    @wraps(view)
    def guarded(
        request: HttpRequest, venue: Venue, poster: Poster, **rest: Any
    ) -> HttpResponseBase:
        if venue.owner != account_of(request):
            raise Http404
        if venue.closed_at:
            return redirect("venues:venue", code=poster.code)
        return view(request, venue, poster, **rest)

    return guarded
