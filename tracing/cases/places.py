"""Finding a venue of the province by its name, address or code."""

from dataclasses import dataclass

from django.db.models import QuerySet

from database.remembering import remembered
from districts.models import Unit
from districts.names import folded
from venues import codes
from venues.models import Venue

MOST_VENUES = 12


@dataclass(frozen=True)
class Places:
    """Venues that a typed text may mean, and how many more there are."""

    venues: list[Venue]
    left_out: int = 0


def venues_of(province: Unit) -> QuerySet[Venue]:
    """Return the venues among which a case's stays may be told, closed ones as well."""
    return Venue.objects.within(province).select_related("commune__parent__parent")


def found(text: str, province: Unit) -> Places:
    """Return the venues with a code, or with all typed words in name, address or place."""
    venues = venues_of(province)
    if code := codes.normalise(text):
        return Places(list(venues.filter(posters__code=code)))
    words = folded(text).split()
    if not words:
        return Places([])
    keys = [key for key, known in _known(province.pk) if all(word in known for word in words)]
    chosen = venues.in_bulk(keys[:MOST_VENUES])
    return Places([chosen[key] for key in keys[:MOST_VENUES]], max(0, len(keys) - MOST_VENUES))


@remembered(seconds=60, most=4)
def _known(province_id: int) -> list[tuple[int, str]]:
    province = Unit.objects.get(pk=province_id)
    rows = Venue.objects.within(province).order_by("name", "pk")
    told = rows.values_list("pk", "name", "address", "commune__name")
    return [(key, folded(" ".join(words))) for key, *words in told]
