"""Venues where two or more cases met or passed, the most telling first."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from districts.days import LOCAL_ZONE
from tracing.models import Case, Status, Stay
from venues.models import Venue

from .statements import CLUSTERS

# The longest time from infection to the first symptoms: WHO's for COVID-19, as quarantine had it.
INCUBATION_DAYS = 14
MOST_VENUES = 100
# How far apart two stays may be; none: on the same local day.
WINDOWS: dict[str, timedelta | None] = {
    "day": None,
    "2h": timedelta(hours=2),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
}


@dataclass(frozen=True)
class Search:
    """Which clusters are asked for."""

    within: timedelta | None = None
    since: datetime | None = None
    kind: str = ""


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


def clusters(cases: QuerySet[Case], search: Search) -> list[Cluster]:
    """Return where these cases met or passed; those excluded are no cases."""
    ill = cases.exclude(status=Status.EXCLUDED).values_list("pk", flat=True)
    given: dict[str, Any] = {
        "cases": list(ill),
        "incubation": INCUBATION_DAYS,
        "zone": LOCAL_ZONE.key,
        "within": search.within,
        "since": search.since,
        "kind": search.kind,
        "most": MOST_VENUES,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLUSTERS, given)
        found = [Cluster(*row) for row in cursor.fetchall()]
    _fill(found)
    return found


def _fill(found: list[Cluster]) -> None:
    """Give each cluster its venue and its stays by time."""
    venues = Venue.objects.select_related("commune__parent")
    by_key = venues.in_bulk([cluster.venue_id for cluster in found])
    wanted = [key for cluster in found for key in cluster.stay_ids]
    stays = Stay.objects.select_related("case").in_bulk(wanted)
    for cluster in found:
        cluster.venue = by_key[cluster.venue_id]
        own = [stays[key] for key in cluster.stay_ids]
        cluster.stays = sorted(own, key=lambda stay: (stay.possible_period.lower, stay.pk))
