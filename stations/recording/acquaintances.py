"""Whom a venue's doors know by what they were told there: they ask once, and tell no other door."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from database.prepared import rows_prepared

# A visitor who was forgotten meanwhile is nobody.
_KNOWN = """
SELECT said_hash, venue_id, visitor.key, acquaintance.phone_hash, told_on
FROM stations_acquaintance acquaintance
LEFT JOIN declarations_visitor visitor ON visitor.key = visitor_id
WHERE said_hash = ANY (%(hashes)s::uuid[])
"""
# A phone and a year of two people are from then on nobody's; a card is of whom it was told last.
_REMEMBER = """
INSERT INTO stations_acquaintance AS kept
    (said_hash, venue_id, visitor_id, phone_hash, told_on, seen_on)
SELECT said, %(venue)s, visitor, phone, %(day)s, %(day)s
FROM unnest(%(hashes)s::uuid[], %(visitors)s::uuid[], %(phones)s::uuid[])
    AS told (said, visitor, phone)
ON CONFLICT (said_hash, venue_id) DO UPDATE SET
    visitor_id = CASE WHEN kept.visitor_id = excluded.visitor_id
            OR kept.said_hash = ANY (%(cards)s::uuid[])
        THEN excluded.visitor_id END,
    told_on = CASE WHEN kept.phone_hash = excluded.phone_hash
        THEN kept.told_on ELSE excluded.told_on END,
    phone_hash = excluded.phone_hash, seen_on = excluded.seen_on
"""


class KnownAt(NamedTuple):
    """Whom a venue takes somebody for, and the phone it was told."""

    venue: int
    visitor: UUID | None
    phone_hash: UUID | None
    told_on: date


class Introduction(NamedTuple):
    """What a venue is told now: the hash of what was said, and whom it led to."""

    said_hash: UUID
    visitor: UUID
    phone_hash: UUID
    is_card: bool


class Acquaintances:
    """What all venues were told of the people of a batch."""

    def __init__(self, hashes: Iterable[UUID]) -> None:
        self.by_hash: dict[UUID | None, list[KnownAt]] = defaultdict(list)
        if wanted := list(set(hashes)):
            for said_hash, *known in rows_prepared(_KNOWN, hashes=wanted):
                self.by_hash[said_hash].append(KnownAt(*known))

    def at(self, said_hash: UUID | None, venue_id: int) -> KnownAt | None:
        known = self.by_hash.get(said_hash, [])
        return next((each for each in known if each.venue == venue_id), None)

    @staticmethod
    def remember(venue_id: int, introductions: Iterable[Introduction], day: date) -> None:
        """Note what a venue was told; two people by one phone and year are told apart by name."""
        by_hash: dict[UUID, Introduction] = {}
        several = set()
        for new in introductions:
            if new.said_hash in by_hash and by_hash[new.said_hash].visitor != new.visitor:
                several.add(new.said_hash)
            by_hash[new.said_hash] = new
        if not by_hash:
            return
        rows = [by_hash[said_hash] for said_hash in sorted(by_hash)]
        rows_prepared(
            _REMEMBER,
            venue=venue_id,
            day=day,
            hashes=[row.said_hash for row in rows],
            visitors=[
                None if row.said_hash in several and not row.is_card else row.visitor
                for row in rows
            ],
            phones=[row.phone_hash for row in rows],
            cards=[row.said_hash for row in rows if row.is_card],
        )
