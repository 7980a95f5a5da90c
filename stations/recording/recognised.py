"""The second stage: who was scanned; by card, code, receipt or phone, or admitted as somebody new.

What is only typed is nobody's for certain: it is looked up, but tells nothing of what is known
elsewhere. docs/threat-model.md says who is held off by which of these rules.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from database.prepared import rows_prepared
from declarations.door import admit, say_besides
from declarations.models import Evidence
from districts.days import local_day
from stations.models import Station
from stations.refusals import Refusal
from stations.secrets import told_hash

from .claims import Claim, ShownReceipt, claimed
from .people import Acquaintances, Admission, Introduction, KnownPeople, Recognition
from .sent import Wanted, Way
from .timed import Timed

# Whoever shows a receipt of this venue so soon after it was given out comes, and does not go.
_JUST_ARRIVED = timedelta(minutes=15)
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


def recognised_scans(station: Station, scans: list[Timed], now: datetime) -> list[Recognised]:
    """Find or admit the people of all scans at once."""
    claims = [_claim(scan, station) for scan in scans]
    made = [claim for claim in claims if isinstance(claim, Claim)]
    recognitions = iter(_recognitions(station, made, now))
    return [
        _recognised(scan, claim, next(recognitions))
        if isinstance(claim, Claim)
        else _as_before(scan, claim)
        for scan, claim in zip(scans, claims, strict=True)
    ]


def _claim(scan: Timed, station: Station) -> Claim | Refusal | None:
    """Return the claim of a scan, or why it has none; None where it is of whom it was before."""
    if scan.refusal or scan.is_undone:
        return None
    said = scan.sent.said
    if said is None:
        return Refusal.NOT_OPENED
    if not said.text and scan.stored and scan.stored.visitor:
        return None  # only answers came
    return claimed(said, local_day(scan.at), station.pk)


def _recognised(scan: Timed, claim: Claim, recognition: Recognition | Refusal) -> Recognised:
    """A receipt must be of the day of the scan, and says the way at the venue that gave it out."""
    if isinstance(recognition, Refusal):
        return _as_before(scan, recognition, claim)
    way, receipt = scan.sent.way, recognition.receipt
    if receipt and receipt.day != local_day(scan.at):
        return _as_before(scan, Refusal.OLD_RECEIPT, claim)
    if receipt and receipt.is_here and way is Way.AUTO:
        way = Way.IN if scan.at - receipt.at < _JUST_ARRIVED else Way.OUT
    said_hash = _said_hash(claim, recognition)
    return Recognised(
        **vars(scan), way=way, claim=claim, said_hash=said_hash, **recognition._asdict()
    )


def _as_before(scan: Timed, refusal: Refusal | None, claim: Claim | None = None) -> Recognised:
    """A scan of whom it was of when it came before; of nobody where what it says is refused."""
    stored = scan.stored
    visitor = stored.visitor if stored and not refusal else None
    evidence = Evidence(stored.evidence) if stored else Evidence.SCANNED
    return Recognised(
        **vars(scan) | {"refusal": scan.refusal or refusal},
        way=scan.sent.way,
        claim=claim,
        said_hash=stored.said_hash if stored else None,
        **Recognition(visitor, evidence)._asdict(),
    )


def _said_hash(claim: Claim, recognition: Recognition) -> UUID | None:
    """Return by what the venue knows somebody again; None where it does by the visitor.

    It must be the same whether anybody else knows them or not: what was said, and the visitor only
    where this venue was told the name.
    """
    card = claim.card
    if card.code:
        is_shown = recognition.evidence == Evidence.SCANNED
        return None if is_shown else told_hash("shown", card.code)
    if not card.number and recognition.visitor and recognition.wanted is Wanted.NOTHING:
        return told_hash("person", recognition.visitor.hex)
    return claim.said_hash or told_hash("phone", card.phone)


def _recognitions(
    station: Station, claims: list[Claim], now: datetime
) -> list[Recognition | Refusal]:
    claims = _with_phones(claims)
    known = KnownPeople(station, claims, now)
    people = [known.find(claim) for claim in claims]
    admitted = iter(_admitted([each for each in people if isinstance(each, Admission)], now))
    recognitions = [next(admitted) if isinstance(each, Admission) else each for each in people]
    say_besides(known.besides, now)
    _remember(station, claims, recognitions, now)
    return recognitions


def _admitted(admissions: list[Admission], now: datetime) -> list[Recognition]:
    people = admit([admission.guest for admission in admissions], now)
    unclear = [place for place, person in enumerate(people) if person.visitor is None]
    if unclear:  # stored by phone and year alone, until the name is told with its marks
        nameless = [admissions[place].claim.guest(named=False) for place in unclear]
        for place, person in zip(unclear, admit(nameless, now), strict=True):
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


def _remember(
    station: Station,
    claims: list[Claim],
    recognitions: list[Recognition | Refusal],
    now: datetime,
) -> None:
    """Note what this venue was told: a card's phone, or the name of a typed phone and year."""
    introductions = [
        Introduction(
            claim.said_hash, person.visitor, claim.phone_hash, is_card=bool(claim.card.number)
        )
        for claim, person in zip(claims, recognitions, strict=True)
        if isinstance(person, Recognition)
        and person.visitor
        and claim.said_hash
        and claim.card.phone
        and (claim.card.number or claim.card.full_name)
        and person.wanted is not Wanted.MARKS
    ]
    Acquaintances.remember(station.venue_id, introductions, local_day(now))


def _with_phones(claims: list[Claim]) -> list[Claim]:
    """Give every scan of a card the phone that was told at one of them."""
    phones = {claim.said_hash: claim.card.phone for claim in claims if claim.card.phone}
    if not phones:
        return claims
    return [
        replace(claim, card=replace(claim.card, phone=phones[claim.said_hash]))
        if claim.card.number and not claim.card.phone and claim.said_hash in phones
        else claim
        for claim in claims
    ]
