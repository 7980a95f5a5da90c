"""How visits end: by the visitor's own tap, a later visit, or the usual stay of the venue's kind."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from venues.kinds import Kind, usual_stay

from .models import LONGEST_STAY, LeftReason, Visit
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
"""


def leave(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a receipt left; return for how many this was new.

    What was only supposed (the usual stay) gives way to what the visitor says.
    """
    entered_at = receipt.nonce.moment
    left_at = min(max(now, entered_at), entered_at + LONGEST_STAY)
    return (
        Visit.objects.of(receipt)
        .filter(Q(left_at=None) | Q(left_reason=LeftReason.USUAL_STAY))
        .update(left_at=left_at, left_reason=LeftReason.SCANNED)
    )


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
        cursor.execute(_CLOSE, given)
        return cursor.rowcount
