"""Whom a batch's claims lead to: by card, code, receipt or phone, or by what this venue was told.

What a venue was told it asks but once, and tells no other door.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from database.prepared import rows_prepared
from declarations import identities, personal_codes
from declarations.door import Admitted, Guest
from declarations.models import Evidence
from districts.days import local_day
from stations.models import Station
from stations.readers import CardKind
from stations.refusals import Refusal

from .claims import Claim, ShownReceipt, shown
from .sent import Wanted

# A number of more people than a family is nobody's own. Three more are looked at: who typed the
# phone alone, or without a name, is stored as well.
_MOST_OF_A_PHONE = 10
_BY_CARD = """
SELECT card_hash, key, phone_hash, declared_on, outcome FROM declarations_visitor
WHERE card_hash = ANY (%(hashes)s::uuid[])
ORDER BY phone_hash = ANY (%(no_phone)s::uuid[]) DESC, seen_on, key
"""
# A phone that is not the person's own has a code of its own, which tells what it said itself.
# The first code of a visitor whose phone was confirmed since is of whoever had declared them before.
_BY_CODE = """
SELECT code, visitor.key, declared_on, outcome, true
FROM unnest(%(codes)s::text[], %(first)s::uuid[], %(last)s::uuid[]) AS own (code, first, last)
JOIN declarations_visitor visitor ON visitor.key BETWEEN own.first AND own.last
WHERE NOT EXISTS (SELECT FROM declarations_version version WHERE version.key = visitor.key)
UNION ALL
SELECT code, version.visitor_id,
    CASE WHEN version.source = visitor.memory THEN visitor.declared_on ELSE version.declared_on END,
    CASE WHEN version.source = visitor.memory THEN visitor.outcome ELSE version.outcome END,
    version.source IS NOT DISTINCT FROM visitor.memory
FROM unnest(%(codes)s::text[], %(first)s::uuid[], %(last)s::uuid[]) AS own (code, first, last)
JOIN declarations_version version ON version.key BETWEEN own.first AND own.last
JOIN declarations_visitor visitor ON visitor.key = version.visitor_id
"""
_BY_PHONE = """
SELECT phone, visitor.key, visitor.born
FROM unnest(%(hashes)s::uuid[]) AS wanted (phone) CROSS JOIN LATERAL (
    SELECT key, born FROM declarations_visitor
    WHERE phone_hash = phone LIMIT 13
) visitor
"""
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


class Led(NamedTuple):
    """Whom a card or a code leads to, and what they declared last."""

    visitor: UUID
    phone_hash: UUID | None
    declared_on: date | None
    outcome: int | None
    is_own: bool = True

    def recognition(self, evidence: Evidence, wanted: Wanted = Wanted.NOTHING) -> "Recognition":
        has_declared = self.declared_on is not None and self.outcome is not None
        declared: Any = (self.declared_on, self.outcome) if has_declared else None
        return Recognition(self.visitor, evidence, wanted, declared=declared)


class Recognition(NamedTuple):
    """Whose a claim is, how certainly it is theirs, and what is still to be asked.

    `declared` is what a door may tell of their newest declaration: the day and the outcome.
    """

    visitor: UUID | None
    evidence: Evidence
    wanted: Wanted = Wanted.NOTHING
    is_new: bool = False
    declared: tuple[date, int] | None = None
    receipt: ShownReceipt | None = None


class Admission(NamedTuple):
    """Somebody to admit, and how certain it is that they are who was there before."""

    guest: Guest
    claim: Claim
    wanted: Wanted
    is_typed: bool
    binds: bool = False  # the card to whom is new, or was confirmed
    is_confirmed: bool = False

    def recognition(self, person: Admitted) -> Recognition:
        is_certain = not self.binds or person.is_new or self.is_confirmed
        is_scanned = is_certain and not self.is_typed
        evidence = Evidence.SCANNED if is_scanned else Evidence.TYPED
        return Recognition(person.visitor, evidence, self.wanted, is_new=person.is_new)


class KnownPeople:
    """What the database knows of the people of a batch, asked once for each way."""

    def __init__(self, station: Station, claims: list[Claim], now: datetime) -> None:
        self.station, self.today = station, local_day(now)
        self.besides: dict[UUID, Guest] = {}  # what is told of whom a card leads to otherwise
        codes = sorted({c.card.code for c in claims if c.card.kind is CardKind.OWN})
        bounds = [personal_codes.keys_between(code) for code in codes]
        first, last = [low for low, _ in bounds], [high for _, high in bounds]
        self.by_code = {
            code: Led(key, None, *declared)
            for code, key, *declared in _asked(_BY_CODE, codes=codes, first=first, last=last)
        }
        numbered = [claim for claim in claims if claim.card.number]
        self.no_phone = {claim.guest_by_card.phone_hash for claim in numbered}
        hashes = [claim.card_hash for claim in numbered]
        rows = _asked(_BY_CARD, hashes=hashes, no_phone=list(self.no_phone))
        self.by_card = {card: Led(*led) for card, *led in rows}  # who has a phone comes last
        self.here = Acquaintances(c.said_hash for c in claims if c.said_hash)
        self.by_phone: dict[UUID, list[tuple[UUID, int | None]]] = defaultdict(list)
        asked = {c.phone_hash for c in claims if c.is_told_by_year}
        for phone, key, born in _asked(_BY_PHONE, hashes=sorted(asked)):
            self.by_phone[phone].append((key, born))

    def find(self, claim: Claim) -> Recognition | Admission | Refusal:
        """Return the visitor of a claim, or a guest to admit."""
        card = claim.card
        if card.kind is CardKind.OWN:
            led = self.by_code.get(card.code)
            if led is None:
                return Refusal.NOT_KNOWN
            return led.recognition(Evidence.SCANNED if led.is_own else Evidence.CLAIMED)
        if card.kind is CardKind.RECEIPT:
            receipt = shown(card.code, self.station.venue_id)
            if isinstance(receipt, Refusal):
                return receipt
            return Recognition(receipt.visitor, receipt.evidence, receipt=receipt)
        if card.number:
            return self._by_number(claim)
        return self._by_phone(claim)

    def _by_number(self, claim: Claim) -> Recognition | Admission:
        """A card leads to its person; a phone that is told leads it nowhere else by itself."""
        is_led = claim.card_hash and not claim.is_typed
        led = self.by_card.get(claim.card_hash) if is_led else None
        here = self.here.at(claim.said_hash, self.station.venue_id)
        has_phone = led is not None and led.phone_hash not in self.no_phone
        evidence = Evidence.TYPED if claim.is_typed else Evidence.SCANNED
        wanted = claim.wanted(is_known_here=here is not None)
        is_confirmed = not claim.is_typed and self._is_confirmed(claim)
        if led and has_phone and not (claim.card.phone and is_confirmed):
            if claim.card.phone and claim.phone_hash != led.phone_hash:
                self.besides[led.visitor] = claim.guest()
            return led.recognition(evidence, wanted)
        if claim.card.phone:
            return Admission(
                claim.guest(), claim, wanted, claim.is_typed,
                binds=not claim.is_typed, is_confirmed=is_confirmed,
            )  # fmt: skip
        if here and here.visitor:
            return Recognition(here.visitor, Evidence.TYPED, wanted)
        if led:
            return led.recognition(evidence, wanted)
        return Admission(claim.guest_by_card, claim, wanted, claim.is_typed)

    def _is_confirmed(self, claim: Claim) -> bool:
        """Whether this phone was told of the card at another venue on another day."""
        return any(
            known.phone_hash == claim.phone_hash
            and known.venue != self.station.venue_id
            and known.told_on != self.today
            for known in self.here.by_hash.get(claim.said_hash, [])
        )

    def _by_phone(self, claim: Claim) -> Recognition | Admission:
        """A phone typed is nobody by itself; with the year it may be somebody, and tells nothing."""
        here = self.here.at(claim.said_hash, self.station.venue_id)
        is_known_here = bool(here and here.visitor) and claim.is_told_by_year
        wanted = claim.wanted(is_known_here=is_known_here)
        if here and here.visitor and is_known_here:
            return Recognition(here.visitor, Evidence.TYPED, wanted)
        if claim.is_told_by_year and (only := self._only(claim)):
            return Recognition(only, Evidence.TYPED, wanted)
        return Admission(claim.guest(), claim, wanted, is_typed=True)

    def _only(self, claim: Claim) -> UUID | None:
        """Return the only person of a phone who was born in that year, where it is a person's."""
        phone, year = claim.card.phone, claim.card.birth_year or 0
        nameless = {identities.Person("", some, phone).key for some in (0, year)}
        others = [
            (key, born) for key, born in self.by_phone[claim.phone_hash] if key not in nameless
        ]
        wanted = identities.Person("", year, phone).born_hash
        meant = [key for key, born in others if born == wanted]
        return meant[0] if len(meant) == 1 and len(others) <= _MOST_OF_A_PHONE else None


def _asked(statement: str, **parameters: Any) -> list[Any]:
    """Return the rows of a statement; ask nothing where nothing is wanted."""
    if not next(iter(parameters.values())):
        return []
    return rows_prepared(statement, **parameters)


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
