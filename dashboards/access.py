"""Which area an address means, for whom: another area does not exist."""

from contextlib import suppress
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from accounts.access import View, official_of, official_required
from districts.days import local_day
from districts.models import Unit


def area_required(view: View) -> View:
    """Give the view of an official the area of its address, as it stands in today's list of units.

    Reforms use codes again, so that a unit which has ended is reached with `?list=` a day of it.
    """

    @official_required
    @wraps(view)
    def guarded(request: HttpRequest, unit: str, **rest: Any) -> HttpResponseBase:
        list_day = local_day(timezone.now())
        with suppress(ValueError):
            list_day = min(list_day, date.fromisoformat(request.GET.get("list", "")))
        units = official_of(request).visible_units().with_parents()
        area = units.called(unit, list_day)
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


def area_context(request: HttpRequest, area: Unit) -> dict[str, Any]:
    """Return what each page of an area needs: it, and those above it that the official may see."""
    lineage, own = area.lineage, official_of(request).area
    seen = lineage[lineage.index(own) :] if own in lineage else [area]
    return {"area": area, "lineage": seen}
