"""Lists of units: which came when, and where each commune counts under one of them."""

from datetime import date

from .models import Level, Unit


def list_days(until: date) -> list[date]:
    """Return the days by then on which a list of units began: provinces or districts changed."""
    upper = Unit.objects.exclude(level=Level.COMMUNE)
    began = upper.values_list("valid_from", flat=True)
    ended = upper.filter(valid_to__isnull=False).values_list("valid_to", flat=True)
    return sorted({day for day in began.union(ended) if day and day <= until})


def communes_counted(area: Unit, day: date) -> dict[int, int]:
    """Return which part of an area each commune's people count to, by their ids.

    A part is a unit right below the area, or a commune itself where the area is one. Communes of
    an older list count where the reforms put them by that day.
    """
    communes = Unit.objects.counting_to(area, day).in_bulk()
    own = set(Unit.objects.within(area).communes().begun_by(day).values_list("pk", flat=True))
    return {pk: _part(communes, own, pk, area) for pk in communes}


def _part(communes: dict[int, Unit], own: set[int], pk: int, area: Unit) -> int:
    """Follow a commune to the newest of the area's own that came of it."""
    commune = newest = communes[pk]
    while commune.successor_id in communes:
        commune = communes[commune.successor_id]
        newest = commune if commune.pk in own else newest
    newest = newest if newest.pk in own else commune
    if area.pk in (newest.pk, newest.parent_id):
        return newest.pk
    return newest.parent_id or newest.pk
