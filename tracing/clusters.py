"""Backward tracing: venues where two or more cases met or passed, the most telling first."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from authority.models import Seen
from database.statements import statement_of
from districts.days import LOCAL_ZONE, day_start, today
from venues.kinds import Kind
from venues.models import Venue

from .access import look_at_cases
from .models import Case, Status, Stay

MOST_VENUES = 100
# How far apart two stays may be; none: on the same local day.
_WINDOWS: dict[str, timedelta | None] = {
    "day": None,
    "2h": timedelta(hours=2),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
}
_CLUSTERS = statement_of(__file__, "clusters")


class ClusterFilter(forms.Form):
    """How far apart, since when, at which kind of venue; what is not known narrows nothing."""

    within = forms.ChoiceField(
        label=_("Cases at one venue"),
        choices=[
            ("day", _("on the same day")),
            ("2h", _("within 2 hours")),
            ("1d", _("within 1 day")),
            ("3d", _("within 3 days")),
            ("7d", _("within 7 days")),
        ],
        required=False,
    )
    days = forms.ChoiceField(
        label=_("Time"),
        choices=[("", _("all")), ("7", _("last 7 days")), ("14", _("last 14 days"))],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kind of venue"), choices=[("", _("all")), *Kind.choices], required=False
    )

    @property
    def window(self) -> timedelta | None:
        return _WINDOWS[self.cleaned_data.get("within") or "day"]

    @property
    def since(self) -> datetime | None:
        ago = self.cleaned_data.get("days")
        return day_start(today() - timedelta(days=int(ago))) if ago else None


@dataclass
class Cluster:
    """One venue: how many cases, how many pairs of them, and what that may mean."""

    venue_id: int
    cases: int
    met: int
    passed: int
    is_source: bool
    is_common: bool
    first_at: datetime
    last_at: datetime
    stay_ids: list[int]
    venue: Venue | None = None
    stays: list[Stay] = field(default_factory=list)


@never_cache
@require_safe
@tracer_required
def clusters(request: HttpRequest) -> HttpResponse:
    """Show where cases of the own area met or passed; numbers and masks only.

    Outsiders whom no second officer confirmed are not among them.
    """
    form = ClusterFilter(request.GET)
    officer = official_of(request)
    rows = clusters_of(Case.objects.open_to(officer), form)
    cases = {stay.case_id: stay.case for row in rows for stay in row.stays}
    look_at_cases(officer, list(cases.values()), Seen.VISITS, timezone.now())
    context = {"form": form, "rows": rows, "is_cut": len(rows) == MOST_VENUES}
    return render(request, "tracing/clusters.html", context)


def clusters_of(cases: QuerySet[Case], search: ClusterFilter) -> list[Cluster]:
    """Return where these cases met or passed; those excluded are no cases."""
    search.is_valid()
    ill = cases.exclude(status=Status.EXCLUDED).values_list("pk", flat=True)
    parameters: dict[str, Any] = {
        "cases": list(ill),
        # The longest time from infection to symptoms: WHO's for COVID-19, as quarantine had it.
        "incubation": 14,
        "zone": LOCAL_ZONE.key,
        "within": search.window,
        "since": search.since,
        "kind": search.cleaned_data.get("kind", ""),
        "most": MOST_VENUES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLUSTERS, parameters)
        rows = [Cluster(*row) for row in cursor.fetchall()]
    _fill(rows)
    return rows


def _fill(rows: list[Cluster]) -> None:
    """Give each cluster its venue and its stays by time."""
    venues = Venue.objects.select_related("commune__parent")
    by_key = venues.in_bulk([cluster.venue_id for cluster in rows])
    stay_ids = [key for cluster in rows for key in cluster.stay_ids]
    stays = Stay.objects.select_related("case").in_bulk(stay_ids)
    for cluster in rows:
        cluster.venue = by_key[cluster.venue_id]
        own = [stays[key] for key in cluster.stay_ids]
        cluster.stays = sorted(own, key=lambda stay: (stay.possible_period.lower, stay.pk))
