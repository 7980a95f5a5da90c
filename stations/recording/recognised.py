"""The second stage: who was scanned; by card, code, receipt or phone, or admitted as somebody new.

What is only typed is nobody's for certain: it is looked up, but tells nothing of what is known
elsewhere. What a venue was told it asks but once, and tells no other door. docs/threat-model.md says
who is held off by which of these rules.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from database.statements import rows_prepared
from declarations import identities, personal_codes
from declarations.door import Admitted, Guest, admit, say_besides
from declarations.models import Evidence
from districts.days import local_day
from stations.models import Station
from stations.readers import CardKind
from stations.refusals import Refusal

from .claims import Claim, ShownReceipt, Wanted, told_hash
from .sent import Timed, Way

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
# Of a phone, thirteen people: more than ten are no family, and who typed the phone alone, or without
# a name, is stored as well.
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

    def said_hash(self, claim: Claim) -> UUID | None:
        """Return by what the venue knows somebody again; None where it does by the visitor.

        It must be the same whether anybody else knows them or not: what was said, and the visitor
        only where this venue was told the name.
        """
        card = claim.card
        if card.code:
            return None if self.evidence == Evidence.SCANNED else told_hash("shown", card.code)
        if not card.number and self.visitor and self.wanted is Wanted.NOTHING:
            return told_hash("person", self.visitor.hex)
        return claim.said_hash or told_hash("phone", card.phone)


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


class KnownAt(NamedTuple):
    """Whom a venue takes somebody for, and the phone it was told."""

    venue: int
    visitor: UUID | None
    phone_hash: UUID | None
    told_on: date


class KnownPeople:
    """The people of a batch: what the database knows of them is asked once for each way."""

    def __init__(self, station: Station, claims: list[Claim], now: datetime) -> None:
        self.venue_id, self.now, self.today = station.venue_id, now, local_day(now)
        self.claims = claims = self._with_phones(claims)
        self.besides: dict[UUID, Guest] = {}  # what is told of whom a card leads to otherwise
        codes = sorted({c.card.code for c in claims if c.card.kind is CardKind.OWN})
        bounds = [personal_codes.keys_between(code) for code in codes]
        first, last = [low for low, _ in bounds], [high for _, high in bounds]
        by_code = self._rows(_BY_CODE, codes=codes, first=first, last=last)
        self.by_code = {code: Led(key, None, *declared) for code, key, *declared in by_code}
        numbered = [claim for claim in claims if claim.card.number]
        self.no_phone = {claim.guest_by_card.phone_hash for claim in numbered}
        hashes = [claim.card_hash for claim in numbered]
        by_card = self._rows(_BY_CARD, hashes=hashes, no_phone=list(self.no_phone))
        self.by_card = {card: Led(*led) for card, *led in by_card}  # who has a phone comes last
        self.told: dict[UUID | None, list[KnownAt]] = defaultdict(list)  # by all venues
        said = {claim.said_hash for claim in claims if claim.said_hash}
        for said_hash, *known in self._rows(_KNOWN, hashes=list(said)):
            self.told[said_hash].append(KnownAt(*known))
        self.by_phone: dict[UUID, list[tuple[UUID, int | None]]] = defaultdict(list)
        phones = {claim.phone_hash for claim in claims if claim.is_told_by_year}
        for phone, key, born in self._rows(_BY_PHONE, hashes=sorted(phones)):
            self.by_phone[phone].append((key, born))

    @staticmethod
    def _with_phones(claims: list[Claim]) -> list[Claim]:
        """Give every scan of a card the phone that was told at one of them."""
        phones = {claim.said_hash: claim.card.phone for claim in claims if claim.card.phone}
        return [
            replace(claim, card=replace(claim.card, phone=phones[claim.said_hash]))
            if claim.card.number and not claim.card.phone and claim.said_hash in phones
            else claim
            for claim in claims
        ]

    @staticmethod
    def _rows(statement: str, **parameters: Any) -> list[Any]:
        """Return the rows of a statement; ask nothing where nothing is wanted."""
        is_wanted = next(iter(parameters.values()))
        return rows_prepared(statement, **parameters) if is_wanted else []

    def recognitions(self) -> list[Recognition | Refusal]:
        """Return whose each claim is; who is new is admitted, and what was told is noted."""
        people = [self._find(claim) for claim in self.claims]
        admitted = iter(self._admitted([each for each in people if isinstance(each, Admission)]))
        recognitions = [next(admitted) if isinstance(each, Admission) else each for each in people]
        say_besides(self.besides, self.now)
        self._remember(recognitions)
        return recognitions

    def _find(self, claim: Claim) -> Recognition | Admission | Refusal:
        card = claim.card
        if card.kind is CardKind.OWN:
            led = self.by_code.get(card.code)
            if led is None:
                return Refusal.NOT_KNOWN
            return led.recognition(Evidence.SCANNED if led.is_own else Evidence.CLAIMED)
        if card.kind is CardKind.RECEIPT:
            receipt = ShownReceipt.of(card.code, self.venue_id)
            if isinstance(receipt, Refusal):
                return receipt
            return Recognition(receipt.visitor, receipt.evidence, receipt=receipt)
        told = self.told.get(claim.said_hash, [])
        here = next((known for known in told if known.venue == self.venue_id), None)
        if card.number:
            return self._by_number(claim, here)
        return self._by_phone(claim, here)

    def _by_number(self, claim: Claim, here: KnownAt | None) -> Recognition | Admission:
        """A card leads to its person; a phone that is told leads it nowhere else by itself."""
        is_led = claim.card_hash and not claim.is_typed
        led = self.by_card.get(claim.card_hash) if is_led else None
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
            and known.venue != self.venue_id
            and known.told_on != self.today
            for known in self.told.get(claim.said_hash, [])
        )

    def _by_phone(self, claim: Claim, here: KnownAt | None) -> Recognition | Admission:
        """A phone typed is nobody by itself; with the year it may be somebody, and tells nothing."""
        known_here = here.visitor if here and claim.is_told_by_year else None
        wanted = claim.wanted(is_known_here=known_here is not None)
        if visitor := known_here or (claim.is_told_by_year and self._only(claim)):
            return Recognition(visitor, Evidence.TYPED, wanted)
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
        is_family = len(others) <= 10
        return meant[0] if len(meant) == 1 and is_family else None

    def _admitted(self, admissions: list[Admission]) -> list[Recognition]:
        people = admit([admission.guest for admission in admissions], self.now)
        unclear = [place for place, person in enumerate(people) if person.visitor is None]
        if unclear:  # stored by phone and year alone, until the name is told with its marks
            nameless = [admissions[place].claim.guest(named=False) for place in unclear]
            for place, person in zip(unclear, admit(nameless, self.now), strict=True):
                people[place] = person
                again = admissions[place]
                admissions[place] = again._replace(wanted=Wanted.MARKS, is_typed=True, binds=False)
        both = list(zip(admissions, people, strict=True))
        bound = [
            (admission.claim.card_hash, person.visitor)
            for admission, person in both
            if admission.binds and (person.is_new or admission.is_confirmed)
        ]
        if bound:
            cards, visitors = [card for card, _ in bound], [visitor for _, visitor in bound]
            rows_prepared(_BIND, cards=cards, visitors=visitors)
        return [admission.recognition(person) for admission, person in both]

    def _remember(self, recognitions: list[Recognition | Refusal]) -> None:
        """Note what this venue was told: a card's phone, or the name of a typed phone and year.

        Two people by one phone and year are told apart by name.
        """
        visitors: dict[UUID, UUID | None] = {}
        phones: dict[UUID, UUID] = {}
        cards = {claim.said_hash for claim in self.claims if claim.card.number and claim.said_hash}
        for claim, person in zip(self.claims, recognitions, strict=True):
            card, said = claim.card, claim.said_hash
            if isinstance(person, Refusal) or not (person.visitor and said and card.phone):
                continue
            if person.wanted is Wanted.MARKS or not (card.number or card.full_name):
                continue
            is_one = card.number or visitors.get(said, person.visitor) == person.visitor
            visitors[said] = person.visitor if is_one else None
            phones[said] = claim.phone_hash
        if visitors:
            hashes = sorted(visitors)
            rows_prepared(
                _REMEMBER, venue=self.venue_id, day=self.today, hashes=hashes,
                visitors=[visitors[said] for said in hashes],
                phones=[phones[said] for said in hashes], cards=sorted(cards),
            )  # fmt: skip


@dataclass(frozen=True)
class Recognised(Timed):
    """A scan with whose it is; of one that is refused or undone, whose it was before.

    `way` is the one that was sent, or that a receipt shows. What is said in Recognition stands
    here again.
    """

    way: Way
    claim: Claim | None
    said_hash: UUID | None  # of a card, or of what was typed
    visitor: UUID | None
    evidence: Evidence
    wanted: Wanted
    is_new: bool
    declared: tuple[date, int] | None
    receipt: ShownReceipt | None

    @property
    def same(self) -> UUID | None:
        """By what this venue takes two scans to be of one person."""
        return self.said_hash or self.visitor

    @property
    def is_taken(self) -> bool:
        return not (self.refusal or self.is_undone) and self.visitor is not None

    @property
    def has_past_here(self) -> bool:
        """Whether this venue may have seen somebody before: not by a card that nobody knew."""
        is_told_phone = bool(self.claim and self.claim.card.phone)
        return not self.is_new or self.evidence != Evidence.SCANNED or is_told_phone

    @classmethod
    def by(cls, scan: Timed, claim: Claim, recognition: Recognition | Refusal) -> "Recognised":
        """A receipt must be of the day of the scan, and says the way at the venue that gave it out."""
        if isinstance(recognition, Refusal):
            return cls.as_before(scan, recognition, claim)
        way, receipt = scan.sent.way, recognition.receipt
        if receipt and receipt.day != local_day(scan.at):
            return cls.as_before(scan, Refusal.OLD_RECEIPT, claim)
        if receipt and receipt.is_here and way is Way.AUTO:
            # Whoever shows it so soon after it was given out comes, and does not go.
            has_just_come = scan.at - receipt.at < timedelta(minutes=15)
            way = Way.IN if has_just_come else Way.OUT
        said_hash = recognition.said_hash(claim)
        known = recognition._asdict()
        return cls.after(scan, way=way, claim=claim, said_hash=said_hash, **known)

    @classmethod
    def as_before(
        cls, scan: Timed, refusal: Refusal | None, claim: Claim | None = None
    ) -> "Recognised":
        """A scan of whom it was of when it came before; of nobody where what it says is refused."""
        stored = scan.stored
        visitor = stored.visitor if stored and not refusal else None
        evidence = Evidence(stored.evidence) if stored else Evidence.SCANNED
        return cls.after(
            scan,
            refusal=scan.refusal or refusal,
            way=scan.sent.way,
            claim=claim,
            said_hash=stored.said_hash if stored else None,
            **Recognition(visitor, evidence)._asdict(),
        )


def recognised_scans(station: Station, scans: list[Timed], now: datetime) -> list[Recognised]:
    """Find or admit the people of all scans at once."""
    claims = [Claim.of(scan, station.pk) for scan in scans]
    made = [claim for claim in claims if isinstance(claim, Claim)]
    recognitions = iter(KnownPeople(station, made, now).recognitions())
    return [
        Recognised.by(scan, claim, next(recognitions))
        if isinstance(claim, Claim)
        else Recognised.as_before(scan, claim)
        for scan, claim in zip(scans, claims, strict=True)
    ]
