"""What a venue's doors saw before of whoever is scanned now: which way they go, what they answered.

A card and what is typed are the same again by what was said, not by the visitor they lead to: else
"by itself" and "scanned already" would tell that a card, a phone and a name are known elsewhere as
one person. What cannot be guessed, our card and the receipt, is the same by the visitor.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from declarations.models import Evidence, LeftReason
from declarations.outcomes import Outcome
from declarations.prepared import rows_prepared
from districts.days import day_period
from stations.models import Direction, Station

from .items import Item
from .ways import Seen, find_ways

_WIDE = timedelta(days=2)
# Who was told to stop is not inside, unless staff let them in all the same.
_WENT_IN = """NOT is_doubled AND (direction = 2 OR outcome IS DISTINCT FROM 2 OR EXISTS (
    SELECT FROM declarations_visit visit
    WHERE visit.venue_id = scan.venue_id AND visit.entered_at = scan.at
      AND visit.visitor_id = scan.visitor_id AND is_let_in
  ))"""
_BY_VISITOR = f"""
SELECT visitor_id, at, direction, id, undone_at IS NOT NULL FROM stations_scan scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = 1
  AND at >= %(first)s AND at <= %(last)s AND {_WENT_IN}
"""  # noqa: S608 - our own texts only
_BY_WORD = f"""
SELECT said_hash, at, direction, id, undone_at IS NOT NULL FROM stations_scan scan
WHERE venue_id = %(venue)s AND said_hash = ANY (%(same)s::uuid[])
  AND at >= %(first)s AND at <= %(last)s AND {_WENT_IN}
"""  # noqa: S608 - our own texts only
# Who came by a poster, with the own phone, may leave with a card.
_BY_POSTER = """
SELECT visitor_id, CASE WHEN possible_since IS NULL THEN entered_at END,
    CASE WHEN left_reason = %(scanned)s THEN left_at END
FROM declarations_visit
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = 2
  AND left_reason IS DISTINCT FROM %(turned_away)s
  AND entered_at >= %(first)s AND entered_at <= %(last)s
"""
_ANSWERED_BY_VISITOR = """
SELECT DISTINCT ON (visitor_id) visitor_id, outcome FROM stations_scan
WHERE venue_id = %(venue)s AND visitor_id = ANY (%(same)s::uuid[]) AND evidence = 1
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
    find_ways(station, shown, _seen(_BY_VISITOR, station, shown))
    said = [item for item in taken if item.said_hash]
    seen = _seen(_BY_WORD, station, [item for item in said if has_past_here(item)])
    seen += _came_by_poster(station, said)
    visitors = [item.visitor for item in said]
    for item in said:
        item.visitor = item.said_hash
    find_ways(station, said, seen)
    for item, visitor in zip(said, visitors, strict=True):
        item.visitor = visitor


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
            statement, venue=station.venue_id, same=sorted(same), first=first, last=last
        )
    }


def _seen(statement: str, station: Station, items: list[Item]) -> list[Seen]:
    rows = _rows(statement, station, items, lambda item: item.same)
    return [Seen(*row) for row in rows]


def _came_by_poster(station: Station, items: list[Item]) -> list[Seen]:
    """Return the passings of whom a scanned card leads to, by what the card says."""
    led = [item for item in items if not item.is_new and item.evidence == Evidence.SCANNED]
    said = {item.visitor: item.said_hash for item in led}
    reasons = {"scanned": int(LeftReason.SCANNED), "turned_away": int(LeftReason.TURNED_AWAY)}
    seen = []
    for who, came, left in _rows(_BY_POSTER, station, led, lambda item: item.visitor, **reasons):
        for at, way in ((came, Direction.IN), (left, Direction.OUT)):
            if at and (word := said.get(who)):
                seen.append(Seen(word, at, way, None, is_undone=False))
    return seen


def _rows(
    statement: str,
    station: Station,
    items: list[Item],
    same: Callable[[Item], UUID | None],
    **more: int,
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
        **more,
    )
