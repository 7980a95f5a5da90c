"""Who was scanned: recognised by card, code, receipt or phone, or admitted as somebody new.

What is only typed is nobody's for certain: it is found, but tells nothing of what is known
elsewhere. docs/threat-model.md says who is held off by which of these rules.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from database.prepared import rows_prepared
from declarations import identities, personal_codes
from declarations.door import Admitted, Guest, admit, say_besides
from declarations.models import Evidence
from districts.days import local_day
from forms import phones
from stations.models import Station
from stations.readers import Card, CardKind, Refusal
from stations.secrets import told_hash

from .acquaintances import Acquaintances, Acquainted
from .claims import Claim
from .refusals import NotTaken
from .sent import Wanted
from .shown import ShownReceipt, shown

# A number of more people than a family is nobody's own.
MOST_OF_A_PHONE = 10

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
# Two more than are counted: who typed the phone alone, or without a name, is stored as well.
_BY_PHONE = f"""
SELECT phone, visitor.key, visitor.born
FROM unnest(%(hashes)s::uuid[]) AS wanted (phone) CROSS JOIN LATERAL (
    SELECT key, born FROM declarations_visitor
    WHERE phone_hash = phone LIMIT {MOST_OF_A_PHONE + 3}
) visitor
"""  # noqa: S608 - our own number
# A card leads to one person; a person keeps the card that led to them first.
_BIND = """
WITH bound AS (
    SELECT bound.* FROM unnest(%(cards)s::uuid[], %(visitors)s::uuid[]) AS bound (card, visitor)
    JOIN declarations_visitor new ON new.key = bound.visitor AND new.card_hash IS NULL
), freed AS (
    UPDATE declarations_visitor visitor SET card_hash = NULL FROM bound
    WHERE visitor.card_hash = bound.card AND visitor.key <> bound.visitor
)
UPDATE declarations_visitor visitor SET card_hash = bound.card FROM bound
WHERE visitor.key = bound.visitor
"""


class Led(NamedTuple):
    """Whom a card or a code leads to, and what they declared last."""

    visitor: UUID
    phone_hash: UUID | None
    declared_on: date | None
    outcome: int | None
    is_own: bool = True


class Recognised(NamedTuple):
    """A claim's visitor, how certainly it is them, and what is still to be asked.

    `declared` is what a door may tell of their newest declaration: the day and the outcome.
    """

    visitor: UUID
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


def recognise(
    station: Station, claims: list[Claim], now: datetime
) -> list[Recognised | Refusal | NotTaken]:
    """Find or admit the visitor of each claim, all at once."""
    claims = _with_phones(claims)
    known = _Known(station, claims, now)
    found = [known.find(claim) for claim in claims]
    admissions = [one for one in found if isinstance(one, Admission)]
    admitted = _admitted(admissions, now)
    results = [admitted.pop(0) if isinstance(one, Admission) else one for one in found]
    say_besides(known.besides, now)
    _remember(station, claims, results, now)
    return results


def same_by(claim: Claim, found: Recognised) -> UUID | None:
    """Return by what the venue knows somebody again; None where it does by the visitor.

    It must be the same whether anybody else knows them or not: what was said, and the visitor only
    where this venue was told the name.
    """
    card = claim.card
    if card.code:
        return None if found.evidence == Evidence.SCANNED else told_hash("shown", card.code)
    if not card.number and found.wanted is Wanted.NOTHING:
        return told_hash("person", found.visitor.hex)
    return claim.said_hash or told_hash("phone", card.phone)


def _admitted(admissions: list[Admission], now: datetime) -> list[Recognised]:
    people = admit([one.guest for one in admissions], now)
    unclear = [n for n, one in enumerate(people) if one.visitor is None]
    if unclear:  # stored by phone and year alone, until the name is told with its marks
        plain = [admissions[n].claim.guest(named=False) for n in unclear]
        for n, one in zip(unclear, admit(plain, now), strict=True):
            people[n] = one
            admissions[n] = admissions[n]._replace(wanted=Wanted.MARKS, is_typed=True, binds=False)
    _bind(
        [
            (one.claim.card_hash, who.visitor)
            for one, who in zip(admissions, people, strict=True)
            if one.binds and (who.is_new or one.is_confirmed)
        ]
    )
    return [_recognised(one, who) for one, who in zip(admissions, people, strict=True)]


def _recognised(admission: Admission, person: Admitted) -> Recognised:
    assert person.visitor is not None  # noqa: S101 - asked again by phone and year
    is_certain = not admission.binds or person.is_new or admission.is_confirmed
    is_scanned = is_certain and not admission.is_typed
    evidence = Evidence.SCANNED if is_scanned else Evidence.TYPED
    return Recognised(person.visitor, evidence, admission.wanted, is_new=person.is_new)


def _bind(pairs: list[tuple[UUID | None, UUID | None]]) -> None:
    if pairs:
        cards, visitors = [card for card, _ in pairs], [visitor for _, visitor in pairs]
        rows_prepared(_BIND, cards=cards, visitors=visitors)


def _remember(
    station: Station,
    claims: list[Claim],
    results: list[Recognised | Refusal | NotTaken],
    now: datetime,
) -> None:
    """Note what this venue was told: a card's phone, or the name of a typed phone and year."""
    told = [
        Acquainted(
            claim.said_hash, found.visitor, claim.phone_hash, is_card=bool(claim.card.number)
        )
        for claim, found in zip(claims, results, strict=True)
        if isinstance(found, Recognised)
        and claim.said_hash
        and claim.card.phone
        and (claim.card.number or claim.card.full_name)
        and found.wanted is not Wanted.MARKS
    ]
    Acquaintances.remember(station.venue_id, told, local_day(now))


def _with_phones(claims: list[Claim]) -> list[Claim]:
    """Give every scan of a card the phone that was told at one of them."""
    told = {claim.said_hash: claim.card.phone for claim in claims if claim.card.phone}
    if not told:
        return claims
    return [
        replace(claim, card=replace(claim.card, phone=told[claim.said_hash]))
        if claim.card.number and not claim.card.phone and claim.said_hash in told
        else claim
        for claim in claims
    ]


class _Known:
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
        self.here = Acquaintances.of(claim.said_hash for claim in claims if claim.said_hash)
        self.by_phone: dict[UUID, list[tuple[UUID, int | None]]] = defaultdict(list)
        asked = {c.phone_hash for c in claims if _is_told_by_year(c.card)}
        for phone, key, born in _asked(_BY_PHONE, hashes=sorted(asked)):
            self.by_phone[phone].append((key, born))

    def find(self, claim: Claim) -> Recognised | Admission | Refusal | NotTaken:
        """Return the visitor of a claim, or a guest to admit."""
        card = claim.card
        if card.kind is CardKind.OWN:
            led = self.by_code.get(card.code)
            if led is None:
                return NotTaken.NOT_KNOWN
            return _led(led, Evidence.SCANNED if led.is_own else Evidence.CLAIMED)
        if card.kind is CardKind.RECEIPT:
            return self._by_receipt(claim)
        if card.number:
            return self._by_number(claim)
        return self._by_phone(claim)

    def _by_receipt(self, claim: Claim) -> Recognised | NotTaken:
        receipt = shown(claim.card.code, self.station.venue_id)
        if isinstance(receipt, NotTaken):
            return receipt
        return Recognised(receipt.visitor, receipt.evidence, receipt=receipt)

    def _by_number(self, claim: Claim) -> Recognised | Admission:
        """A card leads to its person; a phone that is told leads it nowhere else by itself."""
        is_led = claim.card_hash and not claim.is_typed
        led = self.by_card.get(claim.card_hash) if is_led else None
        here = self.here.at(claim.said_hash, self.station.venue_id)
        has_phone = led is not None and led.phone_hash not in self.no_phone
        evidence = Evidence.TYPED if claim.is_typed else Evidence.SCANNED
        wanted = _wanted_of_card(claim, is_known_here=here is not None)
        is_confirmed = not claim.is_typed and self._is_confirmed(claim)
        if led and has_phone and not (claim.card.phone and is_confirmed):
            if claim.card.phone and claim.phone_hash != led.phone_hash:
                self.besides[led.visitor] = claim.guest()
            return _led(led, evidence, wanted)
        if claim.card.phone:
            return Admission(
                claim.guest(), claim, wanted, claim.is_typed,
                binds=not claim.is_typed, is_confirmed=is_confirmed,
            )  # fmt: skip
        if here and here.visitor:
            return Recognised(here.visitor, Evidence.TYPED, wanted)
        if led:
            return _led(led, evidence, wanted)
        return Admission(claim.guest_by_card, claim, wanted, claim.is_typed)

    def _is_confirmed(self, claim: Claim) -> bool:
        """Whether this phone was told of the card at another venue on another day."""
        return any(
            one.phone_hash == claim.phone_hash
            and one.venue != self.station.venue_id
            and one.told_on != self.today
            for one in self.here.everywhere(claim.said_hash)
        )

    def _by_phone(self, claim: Claim) -> Recognised | Admission:
        """A phone typed is nobody by itself; with the year it may be somebody, and tells nothing."""
        card = claim.card
        here = self.here.at(claim.said_hash, self.station.venue_id)
        is_known_here = bool(here and here.visitor) and _is_told_by_year(card)
        wanted = _wanted_of_phone(claim, is_known_here=is_known_here)
        if here and here.visitor and is_known_here:
            return Recognised(here.visitor, Evidence.TYPED, wanted)
        if _is_told_by_year(card) and (only := self._only(claim)):
            return Recognised(only, Evidence.TYPED, wanted)
        return Admission(claim.guest(), claim, wanted, is_typed=True)

    def _only(self, claim: Claim) -> UUID | None:
        """Return the only person of a phone who was born in that year, where it is a person's."""
        phone, year = claim.card.phone, claim.card.birth_year or 0
        nameless = {identities.visitor_key(phone, "", some) for some in (0, year)}
        others = [
            (key, born) for key, born in self.by_phone[claim.phone_hash] if key not in nameless
        ]
        wanted = identities.born_hash(phone, year)
        meant = [key for key, born in others if born == wanted]
        return meant[0] if len(meant) == 1 and len(others) <= MOST_OF_A_PHONE else None


def _is_told_by_year(card: Card) -> bool:
    """Whether phone and year are all that was typed, and the phone can be one person's own."""
    is_bare = bool(card.phone and card.birth_year and not (card.number or card.full_name))
    return is_bare and phones.takes_messages(card.phone)


def _wanted_of_phone(claim: Claim, *, is_known_here: bool) -> Wanted:
    if not claim.card.birth_year:
        return Wanted.YEAR
    return Wanted.NOTHING if claim.card.full_name or is_known_here else Wanted.NAME


def _wanted_of_card(claim: Claim, *, is_known_here: bool) -> Wanted:
    if not (claim.card.phone or claim.no_phone or is_known_here):
        return Wanted.PHONE
    return Wanted.NOTHING if claim.card.full_name or is_known_here else Wanted.NAME


def _led(led: Led, evidence: Evidence, wanted: Wanted = Wanted.NOTHING) -> Recognised:
    known = led.declared_on is not None and led.outcome is not None
    declared = (led.declared_on, led.outcome) if known else None
    return Recognised(led.visitor, evidence, wanted, declared=declared)  # type: ignore[arg-type]


def _asked(statement: str, **parameters: Any) -> list[Any]:
    """Return the rows of a statement; ask nothing where nothing is wanted."""
    if not next(iter(parameters.values())):
        return []
    return rows_prepared(statement, **parameters)
