"""Who is on duty: handed over by one tap."""

from datetime import datetime, timedelta

from django.db import transaction

from stations.models import Shift, Station

_MOST_NAMES = 6
_REMEMBERED = timedelta(days=14)
# The same name again within this time was tapped twice.
_TWICE = timedelta(minutes=1)


def recent_names(station: Station, now: datetime) -> list[str]:
    """Return the newest names of the venue's stations, each once."""
    shifts = Shift.objects.filter(
        station__venue=station.venue_id, began_at__gt=now - _REMEMBERED
    ).order_by("-began_at")
    return list(dict.fromkeys(shifts.values_list("name", flat=True)[:200]))[:_MOST_NAMES]


@transaction.atomic
def hand_over(station: Station, name: str, now: datetime) -> None:
    """Note who is on duty from now on; twice is once, also at the same moment."""
    Station.objects.select_for_update().get(pk=station.pk)
    newest = station.shifts.order_by("-began_at").first()
    if newest and newest.name == name and now - newest.began_at < _TWICE:
        return
    station.shifts.create(name=name, began_at=now)
