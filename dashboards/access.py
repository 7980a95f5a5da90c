"""Which area an address means, for whom: another area does not exist."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from accounts.access import account_of, official_of, official_required
from accounts.models import Account
from districts.days import local_day
from districts.models import Unit

View = Callable[..., HttpResponseBase]


def area_required(view: View) -> View:
    """Give the view of an official the area of its address."""

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, unit: str, **rest: Any) -> HttpResponseBase:
        units = official_of(request).visible_units().with_parents()
        area = units.called(unit, _list_day(request))
        if area is None:
            raise Http404
        return view(request, area, **rest)

    return guarded


def area_in_force_required(view: View) -> View:
    """Like area_required; a unit that has ended has no other page than its own."""

    @area_required
    @wraps(view)
    def guarded(request: HttpRequest, area: Unit, **rest: Any) -> HttpResponseBase:
        if area.ended_by(local_day(timezone.now())):
            return redirect(resolve_url("dashboards:area", unit=area.code) + area.list_query)
        return view(request, area, **rest)

    return guarded


def _list_day(request: HttpRequest) -> date:
    """Return the day whose list of units the address means: today's, unless it names another.

    Reforms use codes again, so that a unit which has ended is reached with `?list=` a day of it.
    """
    today = local_day(timezone.now())
    try:
        return min(today, date.fromisoformat(request.GET.get("list", "")))
    except ValueError:
        return today


def signed_in(request: HttpRequest) -> Account:
    """Return the official whom area_required let in."""
    account = account_of(request)
    assert account is not None  # noqa: S101 - area_required saw to it
    return account


def visible_lineage(area: Unit, account: Account) -> list[Unit]:
    """Return an area and those above it, as far up as the account may see."""
    lineage = area.lineage
    own = [place for place, above in enumerate(lineage) if above == account.area]
    return lineage[own[0] :] if own else [area]
