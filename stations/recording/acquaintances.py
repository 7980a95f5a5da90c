"""Whom a venue's doors know by what they were told there: they ask once, and tell no other door."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
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


class Known(NamedTuple):
    """What a venue was told."""

    venue: int
    visitor: UUID | None
    phone_hash: UUID | None
    told_on: date


@dataclass(frozen=True)
class Acquainted:
    """What is told now: the hash of what was said, and whom it led to."""

    said_hash: UUID
    visitor: UUID
    phone_hash: UUID
    is_card: bool


class Acquaintances:
    """What venues were told of the people of a batch."""

    def __init__(self, known: dict[UUID, list[Known]]) -> None:
        self.known = known

    @classmethod
    def of(cls, hashes: Iterable[UUID]) -> "Acquaintances":
        wanted = list(set(hashes))
        known: dict[UUID, list[Known]] = defaultdict(list)
        for said, *told in rows_prepared(_KNOWN, hashes=wanted) if wanted else []:
            known[said].append(Known(*told))
        return cls(known)

    @staticmethod
    def remember(venue_id: int, told: Iterable[Acquainted], day: date) -> None:
        """Note what a venue was told; two people by one phone and year are told apart by name."""
        by_hash: dict[UUID, Acquainted] = {}
        several = set()
        for one in told:
            if one.said_hash in by_hash and by_hash[one.said_hash].visitor != one.visitor:
                several.add(one.said_hash)
            by_hash[one.said_hash] = one
        if not by_hash:
            return
        rows = [by_hash[said] for said in sorted(by_hash)]
        rows_prepared(
            _REMEMBER,
            venue=venue_id,
            day=day,
            hashes=[one.said_hash for one in rows],
            visitors=[
                None if one.said_hash in several and not one.is_card else one.visitor
                for one in rows
            ],
            phones=[one.phone_hash for one in rows],
            cards=[one.said_hash for one in rows if one.is_card],
        )

    def at(self, said_hash: UUID | None, venue_id: int) -> Known | None:
        return next((one for one in self.everywhere(said_hash) if one.venue == venue_id), None)

    def everywhere(self, said_hash: UUID | None) -> list[Known]:
        return self.known.get(said_hash, []) if said_hash else []
