"""How visits end: by the visitor's own tap, a later visit, or the usual stay of the venue's kind."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from venues.kinds import Kind, usual_stay

from .models import LONGEST_STAY, LeftReason
from .receipts import Receipt

# Housekeeping that ran within this time leaves no visit open for ever.
_LOOKS_BACK = timedelta(days=3)

# A check-in ends the visits before it at once. Here ends what came in the wrong order, a form
# that lay open while its visitor went on, and what nobody ended.
_CLOSE = """
UPDATE declarations_visit visit SET left_at = ending.at, left_reason = ending.reason
FROM (
    SELECT open.venue_id, open.entered_at, open.id,
        coalesce(onward.at, open.entered_at + kind.stay) AS at,
        CASE WHEN onward.at IS NULL THEN %(usual_stay)s ELSE %(moved_on)s END AS reason
    FROM declarations_visit open
    JOIN venues_venue venue ON venue.id = open.venue_id
    JOIN unnest(%(kinds)s::text[], %(stays)s::interval[]) AS kind (name, stay)
      ON kind.name = venue.kind
    CROSS JOIN LATERAL (
        SELECT min(later.entered_at) AS at FROM declarations_visit later
        WHERE later.visitor_id = open.visitor_id AND later.entered_at > open.entered_at
          AND later.entered_at <= open.entered_at + %(longest)s
          AND later.entered_at >= %(since)s AND later.entered_at <= %(now)s
    ) onward
    WHERE open.left_at IS NULL AND open.entered_at >= %(since)s AND open.entered_at <= %(now)s
      AND (onward.at IS NOT NULL OR open.entered_at + kind.stay < %(now)s)
) ending
WHERE visit.left_at IS NULL AND visit.entered_at >= %(since)s AND visit.entered_at <= %(now)s
  AND (visit.venue_id, visit.entered_at, visit.id)
    = (ending.venue_id, ending.entered_at, ending.id)
RETURNING visit.venue_id, visit.left_at, visit.left_reason
"""

_CLOSE_AND_MARK = f"""
WITH ended AS ({_CLOSE})
INSERT INTO declarations_tallymark (venue_id, at, left_moved_on, left_usual_stay)
SELECT venue_id, left_at, count(*) FILTER (WHERE left_reason = %(moved_on)s),
    count(*) FILTER (WHERE left_reason = %(usual_stay)s)
FROM ended GROUP BY venue_id, left_at
RETURNING left_moved_on + left_usual_stay
"""  # noqa: S608 - our own texts only

# What is changed is locked first, so that two taps at once are one departure.
_LEAVE = """
WITH known AS (
    SELECT entered_at, id, left_at FROM declarations_visit
    WHERE venue_id = %(venue)s AND entered_at = %(entered_at)s AND id BETWEEN %(first)s AND %(last)s
      AND (left_at IS NULL OR left_reason = %(usual_stay)s)
    FOR UPDATE
), ended AS (
    UPDATE declarations_visit visit SET left_at = %(left_at)s, left_reason = %(scanned)s
    FROM known
    WHERE visit.venue_id = %(venue)s AND visit.entered_at = known.entered_at
      AND visit.id = known.id
    RETURNING known.left_at
), marked AS (
    INSERT INTO declarations_tallymark (venue_id, at, left_scanned, left_usual_stay)
    SELECT %(venue)s, %(left_at)s, count(*), 0 FROM ended HAVING count(*) > 0
    UNION ALL
    SELECT %(venue)s, left_at, 0, -count(*) FROM ended
    WHERE left_at IS NOT NULL GROUP BY left_at
)
SELECT count(*) FROM ended
"""


def leave(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a receipt left; return for how many this was new.

    What was only supposed (the usual stay) gives way to what the visitor says.
    """
    entered_at = receipt.nonce.moment
    first, last = receipt.nonce.party
    given: dict[str, Any] = {
        "venue": receipt.venue_id,
        "entered_at": entered_at,
        "first": first,
        "last": last,
        "left_at": min(max(now, entered_at), entered_at + LONGEST_STAY),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "scanned": int(LeftReason.SCANNED),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, given)
        return int(cursor.fetchone()[0])


def close_visits(now: datetime) -> int:
    """End the open visits that a later one followed or that outlasted the usual stay.

    Return how many; doing it again changes nothing.
    """
    stays = {kind.value: usual_stay(kind) for kind in Kind}
    given: dict[str, Any] = {
        "usual_stay": int(LeftReason.USUAL_STAY),
        "moved_on": int(LeftReason.MOVED_ON),
        "kinds": list(stays),
        "stays": list(stays.values()),
        "longest": LONGEST_STAY,
        "since": now - _LOOKS_BACK,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_AND_MARK, given)
        return sum(number for (number,) in cursor.fetchall())
