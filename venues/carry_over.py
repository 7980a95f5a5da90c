"""Carrying venues over: after a reform each one belongs to what became of its commune."""

from datetime import date

from django.db import connection

from .models import Venue, VenueQuerySet

# By the unit and its successor, never by a code: reforms use codes again for other units.
_CARRIED_OVER = """
WITH ended AS (
    SELECT id, successor_id, valid_to FROM districts_unit
    WHERE valid_to <= %(day)s AND successor_id IS NOT NULL
), carried AS (
    UPDATE venues_venue venue SET commune_id = ended.successor_id
    FROM ended WHERE ended.id = venue.commune_id
    RETURNING venue.id AS venue_id, ended.id AS commune_id, ended.valid_to
)
INSERT INTO venues_formercommune (venue_id, commune_id, until)
SELECT venue_id, commune_id, valid_to FROM carried
ON CONFLICT (venue_id, until) DO NOTHING
"""


def to_carry_over(day: date) -> VenueQuerySet:
    """Return the venues in communes that ended by a day and became another."""
    return Venue.objects.filter(commune__valid_to__lte=day, commune__successor__isnull=False)


def carry_over(day: date) -> int:
    """Move the venues whose commune ended by a day to the successor in force; return how many.

    Where a venue stood before is kept with the day. Doing it again moves nothing. A reform of a
    reform is followed one by one.
    """
    first = moved = _carry_over_once(day)
    while moved:
        moved = _carry_over_once(day)
    return first


def left_behind(day: date) -> int:
    """Return how many venues are in communes that ended by a day and have no successor."""
    return Venue.objects.filter(commune__valid_to__lte=day, commune__successor=None).count()


def _carry_over_once(day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CARRIED_OVER, {"day": day})
        return cursor.rowcount
