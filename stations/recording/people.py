"""Who was scanned: recognised by card, code or phone, or admitted as somebody new."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from declarations import identities, personal_codes
from declarations.door import Admitted, Guest, admit
from declarations.people import Person
from declarations.prepared import rows_prepared
from districts.recognition import Gazetteer
from districts.remembering import remembered
from stations.readers import Card, Kind, Refusal, read

from .refusals import NotTaken
from .sent import Result, Said

# Of two visitors one card led to, the one with a phone, then the newer one.
_BY_CARD = """
SELECT DISTINCT ON (card_hash) card_hash, key, phone_hash FROM declarations_visitor
WHERE card_hash = ANY (%(hashes)s::uuid[])
ORDER BY card_hash, phone_hash = ANY (%(no_phone)s::uuid[]), seen_on DESC, key
"""
_BY_CODE = """
SELECT code, visitor.key FROM unnest(%(codes)s::text[], %(first)s::uuid[], %(last)s::uuid[])
    AS own (code, first, last)
JOIN declarations_visitor visitor ON visitor.key BETWEEN own.first AND own.last
"""
_BY_PHONE = """
SELECT phone_hash, array_agg(key) FROM declarations_visitor
WHERE phone_hash = ANY (%(hashes)s::uuid[]) GROUP BY phone_hash
"""


@dataclass(frozen=True)
class Claim:
    """What a scan claims of somebody: the card, and what was told besides."""

    card: Card
    no_phone: bool = False

    @cached_property
    def guest(self) -> Guest:
        card = self.card
        person = Person(
            full_name=card.full_name,
            birth_year=card.birth_year or 0,
            phone=card.phone,
            gender=card.gender,
            id_number="" if card.number.startswith("QID") else card.number,
            address=card.address,
        )
        return Guest(person, card.number, residence_of(card.address))

    @property
    def who(self) -> str:
        """What the screen may show: what the card itself said, masked."""
        if self.card.kind is Kind.OWN:
            return f"···· {self.card.code[-4:]}"
        return identities.mask(self.card.full_name, self.card.phone)


@dataclass(frozen=True)
class Recognised:
    """A claim's visitor, and what is still missing of them: a phone, a name, or nothing."""

    visitor: UUID
    missing: Result | None = None
    is_new: bool = False


def claimed(said: Said, today: date) -> Claim | Refusal | NotTaken:
    """Return what a scan claims, with what was told put in; or why it claims nothing."""
    card = read(said.text, today, is_typed=said.is_typed)
    if isinstance(card, Refusal):
        return card
    for text in said.told:
        told = read(text, today, is_typed=True)
        if isinstance(told, Refusal):
            return told
        card = _with(card, told)
    if card.kind is Kind.NAMED and not card.phone:
        return NotTaken.NAME_ALONE
    return Claim(card, said.no_phone)


def recognise(claims: list[Claim], now: datetime) -> list[Recognised | NotTaken]:
    """Find or admit the visitor of each claim, all at once."""
    claims = _with_phones(claims)
    known = _Known(claims)
    found: list[Recognised | NotTaken | Guest] = [known.find(claim) for claim in claims]
    guests = [one for one in found if isinstance(one, Guest)]
    admitted = iter(admit(guests, now))
    return [
        _recognised(next(admitted), claim) if isinstance(one, Guest) else one
        for claim, one in zip(claims, found, strict=True)
    ]


def _with_phones(claims: list[Claim]) -> list[Claim]:
    """Give every scan of a card the phone that was told at one of them."""
    told = {claim.card.number: claim.card.phone for claim in claims if claim.card.phone}
    return [
        replace(claim, card=replace(claim.card, phone=told[claim.card.number]))
        if not claim.card.phone and claim.card.number and claim.card.number in told
        else claim
        for claim in claims
    ]


def residence_of(address: str) -> int | None:
    """Return the commune at the end of a card's address, where it is certain."""
    ending = _ending_of(", ".join(address.split(",")[-4:])) if address else ()
    return ending[0] if len(ending) == 1 else None


@remembered(seconds=3600)
def _ending_of(address: str) -> tuple[int, ...]:
    return tuple(unit.pk for unit in _gazetteer().at_end_of(address).communes)


@remembered(seconds=3600)
def _gazetteer() -> Gazetteer:
    from districts.days import today

    return Gazetteer.on(today())


def _with(card: Card, told: Card) -> Card:
    """Put into a card what it does not say and somebody told."""
    return replace(
        card,
        phone=told.phone or card.phone,
        full_name=card.full_name or told.full_name,
        birth_year=card.birth_year or told.birth_year,
    )


def _recognised(admitted: Admitted, claim: Claim) -> Recognised:
    return Recognised(admitted.visitor, _missing(claim), is_new=admitted.is_new)


def _missing(claim: Claim) -> Result | None:
    card = claim.card
    if not card.phone:
        return None if claim.no_phone else Result.PHONE
    return None if card.full_name or card.number else Result.NAME


class _Known:
    """What the database knows of the people of a batch, asked once for each way."""

    def __init__(self, claims: list[Claim]) -> None:
        cards = [claim.card for claim in claims]
        codes = sorted({card.code for card in cards if card.kind is Kind.OWN})
        bounds = [personal_codes.keys_between(code) for code in codes]
        first, last = [low for low, _ in bounds], [high for _, high in bounds]
        self.by_code = _asked(_BY_CODE, codes=codes, first=first, last=last)
        numbered = [claim for claim in claims if claim.card.number]
        without = [claim.guest for claim in numbered if not claim.card.phone]
        self.no_phone = {guest.phone_hash for guest in without}
        hashes = sorted({guest.card_hash for guest in without if guest.card_hash})
        self.by_card = _asked(_BY_CARD, hashes=hashes, no_phone=list(self.no_phone))
        phones = {c.phone for c in cards if c.kind is Kind.PHONE and not c.full_name}
        self.by_phone = _asked(_BY_PHONE, hashes=sorted(map(identities.phone_hash, phones)))

    def find(self, claim: Claim) -> Recognised | Guest | NotTaken:
        """Return the visitor of a claim, or a guest to admit."""
        card = claim.card
        if card.kind is Kind.OWN:
            visitor = self.by_code.get(card.code)
            return Recognised(visitor[0]) if visitor else NotTaken.NOT_KNOWN
        if card.number and not card.phone:
            return self._by_card(claim)
        if card.kind is Kind.PHONE and not card.full_name:
            return self._by_phone(claim)
        return claim.guest

    def _by_card(self, claim: Claim) -> Recognised | Guest:
        known = self.by_card.get(claim.guest.card_hash)
        if not known:
            return claim.guest
        visitor, phone_hash = known
        is_missing = phone_hash in self.no_phone and not claim.no_phone
        return Recognised(visitor, Result.PHONE if is_missing else None)

    def _by_phone(self, claim: Claim) -> Recognised | Guest:
        guest = claim.guest
        keys, *_ = self.by_phone.get(guest.phone_hash, ([],))
        others = [key for key in keys if key != guest.key]
        return Recognised(others[0]) if len(others) == 1 else guest


def _asked(statement: str, **parameters: Any) -> dict[Any, Any]:
    """Return the rows of a statement by their first column; ask nothing where nothing is wanted."""
    if not next(iter(parameters.values())):
        return {}
    return {row[0]: row[1:] for row in rows_prepared(statement, **parameters)}
