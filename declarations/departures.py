"""How visits end: by the visitor's own tap, or after the usual stay of the venue's kind."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from venues.kinds import Kind, usual_stay

from .models import LONGEST_STAY, Evidence, LeftReason, Visit
from .nonces import Receipt
from .outcomes import Outcome
from .settling import Departure, News, settle

# How far is looked back for open visits, where the figures do not tell of older ones.
_LOOKS_BACK = timedelta(days=2)

# Whatever else ends a visit is settled when it becomes known.
_CLOSE = """
WITH ended AS (
    UPDATE declarations_visit visit SET
        left_at = CASE WHEN outcome = %(stop)s AND NOT is_let_in THEN entered_at
            ELSE entered_at + kind.stay END,
        left_reason = CASE WHEN outcome = %(stop)s AND NOT is_let_in THEN %(turned_away)s
            ELSE %(usual_stay)s END
    FROM venues_venue venue, unnest(%(kinds)s::text[], %(stays)s::interval[]) AS kind (name, stay)
    WHERE venue.id = visit.venue_id AND kind.name = venue.kind AND left_at IS NULL
      AND entered_at >= %(since)s AND entered_at + kind.stay < %(now)s AND entered_at <= %(now)s
    RETURNING visit.venue_id, left_at, left_reason
)
INSERT INTO declarations_tallymark (venue_id, at, left_usual_stay, left_turned_away)
SELECT venue_id, left_at, count(*) FILTER (WHERE left_reason = %(usual_stay)s),
    count(*) FILTER (WHERE left_reason = %(turned_away)s)
FROM ended GROUP BY venue_id, left_at
RETURNING left_usual_stay + left_turned_away
"""
# Where more are inside than came lately, somebody came before and was not ended in time.
_ARE_OLDER = """
SELECT (SELECT coalesce(sum(inside), 0) FROM declarations_presence)
    + (SELECT coalesce(sum(arrived - left_scanned - left_moved_on - left_closing - left_usual_stay
        - left_turned_away), 0) FROM declarations_tallymark)
    > (SELECT count(*) FROM declarations_visit WHERE left_at IS NULL AND entered_at >= %(since)s)
"""


@transaction.atomic
def check_out(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a receipt left; return for how many this was new.

    What was only supposed gives way to what the visitor says; of two taps the first one counts.
    """
    inside = Visit.objects.of(receipt).exclude(outcome=Outcome.STOP, is_let_in=False)
    visits = list(inside.select_related("venue"))
    if not visits:
        return 0
    entered_at = visits[0].entered_at
    at = min(max(now, entered_at), entered_at + LONGEST_STAY)
    news = News(receipt.venue_id, visits[0].venue.kind)
    new = [visit for visit in visits if visit.tapped_at is None or at < visit.tapped_at]
    for visit in new:
        who, before = visit.visitor_id, visit.tapped_at
        news.departures.append(Departure(who, at, Evidence.POSTER))
        if before:
            news.departures.append(Departure(who, before, Evidence.POSTER, is_undone=True))
    Visit.objects.of(receipt).filter(Q(tapped_at=None) | Q(tapped_at__gt=at)).update(tapped_at=at)
    settle([visit.visitor_id for visit in new], [entered_at, at], now, news)
    return sum(visit.tapped_at is None for visit in new)


@transaction.atomic
def let_in(receipt: Receipt, now: datetime) -> int:
    """Note that the people of a red receipt went in all the same; return for how many it was new."""
    visits = Visit.objects.of(receipt).filter(outcome=Outcome.STOP, is_let_in=False)
    visitors = list(visits.values_list("visitor", flat=True))
    visits.update(is_let_in=True)
    settle(visitors, [receipt.nonce.moment], now)
    return len(visitors)


def close_visits(now: datetime) -> int:
    """End the open visits that outlasted the usual stay; return how many.

    Doing it again changes nothing, nor does it matter when it is done.
    """
    since = now - _LOOKS_BACK
    ended = _close(now, since)
    with connection.cursor() as cursor:
        cursor.execute(_ARE_OLDER, {"since": since})
        are_older = cursor.fetchone()[0]
    return ended + (_close(now, datetime.min.replace(tzinfo=now.tzinfo)) if are_older else 0)


def _close(now: datetime, since: datetime) -> int:
    stays = {kind.value: usual_stay(kind) for kind in Kind}
    parameters: dict[str, Any] = {
        "stop": int(Outcome.STOP),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "turned_away": int(LeftReason.TURNED_AWAY),
        "kinds": list(stays),
        "stays": list(stays.values()),
        "since": since,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, parameters)
        return sum(number for (number,) in cursor.fetchall())
