"""The first minutes of a reform: venues, their presences and officials move together."""

from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from accounts import people
from venues import carry_over as venues

from .tallies import fold

_PRESENT = """
UPDATE declarations_presence presence SET commune_id = venue.commune_id
FROM venues_venue venue
WHERE venue.id = presence.venue_id AND presence.commune_id <> venue.commune_id
"""


class CarriedOver(NamedTuple):
    """How many moved, and how many venues are in communes that ended without a successor."""

    venues: int
    accounts: int
    left_behind: int


def carry_over(day: date) -> CarriedOver:
    """Move what belongs to units that ended by a local day to their successors.

    What was counted before stays with the old communes. Folding comes first: its lock is held to
    the end, so that no presence is written for a commune that a venue just left.
    """
    moved = 0
    with transaction.atomic():
        if venues.to_carry_over(day).exists():
            fold()
            moved = venues.carry_over(day)
            with connection.cursor() as cursor:
                cursor.execute(_PRESENT)
        return CarriedOver(moved, people.carry_over(day), venues.left_behind(day))
