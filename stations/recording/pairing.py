"""What a venue's doors saw before of whoever is scanned now: which way they go, what they answered.

A card and what is typed are the same again by what was said, not by the visitor they lead to: else
"by itself" and "scanned already" would tell that a card, a phone and a name are known elsewhere as
one person. What cannot be guessed, our card and the receipt, is the same by the visitor.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from database.prepared import rows_prepared
from declarations.models import Evidence, LeftReason
from declarations.outcomes import Outcome
from districts.days import day_period
from stations.models import Direction, Station
from venues.kinds import usual_stay

from .items import Item
from .sent import Way
from .ways import Seen, find_ways

_WIDE = timedelta(days=2)
_WORDS = {
    "scanned": int(Evidence.SCANNED),
    "poster": int(Evidence.POSTER),
    "out": int(Direction.OUT),
    "left": int(LeftReason.SCANNED),
    "turned_away": int(LeftReason.TURNED_AWAY),
}
# Whose visit says so was turned away: by answers given at this scan, or at one before.
_WENT_IN = """NOT is_doubled AND (direction = %(out)s OR NOT EXISTS (
    SELECT FROM declarations_visit visit
    WHERE visit.venue_id = %(venue)s AND visit.entered_at = scan.at
      AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
      AND visit.visitor_id = scan.visitor_id AND left_reason = %(turned_away)s
  ))"""
_BY_VISITOR = f"""
SELECT visitor_id, at, direction, id, undone_at IS NOT NULL FROM stations_scan scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = %(scanned)s
  AND at >= %(first)s AND at <= %(last)s AND {_WENT_IN}
"""  # noqa: S608 - our own texts only
_BY_WORD = f"""
SELECT said_hash, at, direction, id, undone_at IS NOT NULL FROM stations_scan scan
WHERE venue_id = %(venue)s AND said_hash = ANY (%(same)s::uuid[])
  AND at >= %(first)s AND at <= %(last)s AND {_WENT_IN}
"""  # noqa: S608 - our own texts only
# Who came by a poster, with the own phone, may leave with a card. Whoever shows what nobody can guess
# is inside by what a card's scan told as well.
_STAYS = """
SELECT visitor_id, CASE WHEN possible_since IS NULL AND left_reason IS DISTINCT FROM %(turned_away)s
        THEN entered_at END,
    CASE WHEN left_reason = %(left)s THEN left_at END
FROM declarations_visit
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[])
  AND (evidence = %(poster)s OR evidence = %(scanned)s AND visitor_id = ANY (%(shown)s::uuid[]))
  AND entered_at >= %(first)s AND entered_at <= %(last)s
"""
_ANSWERED_BY_VISITOR = """
SELECT DISTINCT ON (visitor_id) visitor_id, outcome FROM stations_scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = %(scanned)s
  AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
ORDER BY visitor_id, at DESC
"""
_ANSWERED_BY_WORD = """
SELECT DISTINCT ON (said_hash) said_hash, outcome FROM stations_scan
WHERE venue_id = %(venue)s AND said_hash = ANY (%(same)s::uuid[])
  AND outcome IS NOT NULL AND undone_at IS NULL AND at >= %(first)s AND at < %(last)s
ORDER BY said_hash, at DESC
"""


def pair(station: Station, items: list[Item]) -> None:
    """Put into each scan which way it was, and whether it is doubled."""
    taken = [item for item in items if item.visitor and not item.why and not item.is_undone]
    shown = [item for item in taken if not item.said_hash]
    said = [item for item in taken if item.said_hash and has_past_here(item)]
    seen = _seen(_BY_VISITOR, station, shown) + _seen(_BY_WORD, station, said)
    find_ways(taken, seen + _stays(station, taken), usual_stay(station.venue.kind))


def has_past_here(item: Item) -> bool:
    """Whether this venue may have seen somebody before: not by a card that nobody knew."""
    return not item.is_new or item.evidence != Evidence.SCANNED or item.is_told_phone


def answered_here(station: Station, items: list[Item], day: date) -> dict[UUID, Outcome]:
    """Return the newest answers that this venue was given on a day, by whom they are of here."""
    first, last = day_period(day)
    shown = {item.visitor for item in items if item.visitor and not item.said_hash}
    said = {item.said_hash for item in items if item.said_hash and has_past_here(item)}
    return {
        who: Outcome(outcome)
        for statement, same in ((_ANSWERED_BY_VISITOR, shown), (_ANSWERED_BY_WORD, said))
        if same
        for who, outcome in rows_prepared(
            statement, venue=station.venue_id, same=sorted(same), first=first, last=last, **_WORDS
        )
    }


def _seen(statement: str, station: Station, items: list[Item]) -> list[Seen]:
    rows = _rows(statement, station, items, lambda item: item.same)
    return [Seen(*row) for row in rows]


def _stays(station: Station, items: list[Item]) -> list[Seen]:
    """Return who is inside without a scan of these doors, where a scan does not say its way.

    What a card leads to counts as what the card says; what somebody typed leads nowhere.
    """
    asking = [
        item
        for item in items
        if item.sent.way is Way.AUTO
        and not item.is_new
        and (not item.said_hash or item.evidence == Evidence.SCANNED)
    ]
    same = {item.visitor: item.same for item in asking}
    shown = sorted({item.visitor for item in asking if item.visitor and not item.said_hash})
    seen = []
    for who, came, left in _rows(_STAYS, station, asking, lambda item: item.visitor, shown=shown):
        for at, way in ((came, Direction.IN), (left, Direction.OUT)):
            if at and (word := same.get(who)):
                seen.append(Seen(word, at, way, None, is_undone=False))
    return seen


def _rows(
    statement: str,
    station: Station,
    items: list[Item],
    same: Callable[[Item], UUID | None],
    **more: list[UUID],
) -> list[Any]:
    if not items:
        return []
    moments = [item.at for item in items]
    return rows_prepared(
        statement,
        venue=station.venue_id,
        same=sorted({word for item in items if (word := same(item))}),
        first=min(moments) - _WIDE,
        last=max(moments) + _WIDE,
        **_WORDS,
        **more,
    )
