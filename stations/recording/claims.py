"""What a scan claims of somebody: what the card says, with what was told besides; or a receipt."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Min
from django.utils.functional import cached_property

from database.remembering import remembered
from declarations import identities
from declarations.door import Guest
from declarations.identities import Person
from declarations.models import Evidence, Version, Visit, Visitor
from declarations.nonces import Receipt
from declarations.outcomes import Outcome
from districts.days import local_day, today
from districts.recognition import Gazetteer
from forms import phones
from stations.readers import Card, CardKind, read
from stations.readers.cards import CardField
from stations.refusals import Refusal

from .sent import Timed


class Wanted(StrEnum):
    """What is still to be asked of the person; it follows from what this venue was told alone."""

    NOTHING = ""
    YEAR = "year"  # of birth: a phone typed is nobody by itself
    PHONE = "phone"
    NAME = "name"
    MARKS = "marks"  # the name as it is spoken: without its marks it may mean two people


def told_hash(*parts: str) -> UUID:
    """Return the keyed hash under which a venue remembers what it was told of somebody."""
    return identities.keyed_hash("stations: told", *parts)


@dataclass(frozen=True)
class Claim:
    """What a scan claims of somebody: the card, and what was told besides."""

    card: Card
    no_phone: bool = False
    source: UUID | None = None  # the station

    @classmethod
    def of(cls, scan: Timed, source: UUID) -> "Claim | Refusal | None":
        """Return what a scan claims, with what was told put in; or why it claims nothing.

        None where it is of whom it was of before.
        """
        said, stored = scan.sent.said, scan.stored
        if scan.refusal or scan.is_undone:
            return None
        if said is None:
            return Refusal.NOT_OPENED
        if not said.text and stored and stored.visitor:
            return None  # only answers came
        day = local_day(scan.at)
        card = read(said.text, day, is_typed=said.is_typed)
        for text in said.told:
            if isinstance(card, Refusal):
                break
            more = cls._told(text, day)
            card = more if isinstance(more, Refusal) else card.with_more(more)
        if isinstance(card, Refusal):
            return card
        if card.kind is CardKind.NAMED and not card.phone:
            return Refusal.NAME_ALONE
        return cls(card, said.no_phone, source)

    @staticmethod
    def _told(text: str, day: date) -> Card | Refusal:
        """Return what was typed because the card does not say it: a year, a name, both, a phone."""
        if year := CardField(text.strip()).year(day):
            return Card(CardKind.NAMED, birth_year=year)
        name = CardField(text).name
        if sum(map(str.isalpha, name)) >= 2 and not re.search(r"[\d|]", text):
            return Card(CardKind.NAMED, full_name=name)
        return read(text, day, is_typed=True)

    @property
    def is_told_by_year(self) -> bool:
        """Whether phone and year are all that was typed, and the phone can be one person's own."""
        card = self.card
        is_bare = bool(card.phone and card.birth_year and not (card.number or card.full_name))
        return is_bare and phones.is_mobile(card.phone)

    def wanted(self, *, is_known_here: bool) -> Wanted:
        """Return what is still to be asked: a phone typed is nobody without the year of birth."""
        card = self.card
        if card.number and not (card.phone or self.no_phone or is_known_here):
            return Wanted.PHONE
        if not (card.number or card.birth_year):
            return Wanted.YEAR
        return Wanted.NOTHING if card.full_name or is_known_here else Wanted.NAME

    @cached_property
    def is_typed(self) -> bool:
        return self.card.evidence == Evidence.TYPED

    @cached_property
    def said_hash(self) -> UUID | None:
        """What the venue remembers this by: the card, or phone and year; None for less."""
        card = self.card
        if card.number:
            return told_hash("typed card" if self.is_typed else "card", card.number)
        if card.phone and card.birth_year:
            return told_hash("phone", card.phone, str(card.birth_year))
        return None

    @cached_property
    def phone_hash(self) -> UUID:
        return identities.phone_hash(self.card.phone)

    @cached_property
    def card_hash(self) -> UUID | None:
        return self.guest_by_card.card_hash

    def guest(self, *, by_card: bool = False, named: bool = True) -> Guest:
        """Return the person as they are stored: reached by the phone, or by their card alone."""
        card = self.card
        person = Person(
            full_name=card.full_name if named else "",
            birth_year=card.birth_year or 0,
            phone="" if by_card else card.phone,
            gender=card.gender,
            id_number="" if card.number.startswith("QID") else card.number,
            address=card.address,
        )
        number = ""
        if by_card:
            number = f"typed {card.number}" if self.is_typed else card.number
        residence = residence_of(card.address)
        return Guest(person, number, residence, self.source, is_new_card=by_card)

    @cached_property
    def guest_by_card(self) -> Guest:
        return self.guest(by_card=True)

    @property
    def who(self) -> str:
        """What the screen may show: what the card itself said, masked."""
        if self.card.kind is CardKind.OWN:
            return f"···· {self.card.code[-4:]}"
        return identities.mask(self.card.full_name, self.card.phone)


def residence_of(address: str) -> int | None:
    """Return the commune at the end of a card's address, where it is certain."""
    ending = _ending_of(", ".join(address.split(",")[-4:])) if address else ()
    return ending[0] if len(ending) == 1 else None


@remembered(seconds=3600)
def _ending_of(address: str) -> tuple[int, ...]:
    return tuple(unit.pk for unit in _gazetteer().at_end_of(address).communes)


@remembered(seconds=3600)
def _gazetteer() -> Gazetteer:
    return Gazetteer.on(today())


@dataclass(frozen=True)
class ShownReceipt:
    """Whose receipt it is, what it says, and whether its visit is one of this venue already.

    It says the worse of what was declared with it and what the same phone declared since.
    """

    visitor: UUID
    at: datetime
    outcome: Outcome
    evidence: Evidence
    is_here: bool

    @property
    def day(self) -> date:
        return local_day(self.at)

    @classmethod
    def of(cls, token: str, venue_id: int) -> "ShownReceipt | Refusal":
        """Return what the receipt of a token says; of several people elsewhere it is nobody's alone.

        What a phone that is not the person's own was told stays as weak as that.
        """
        receipt = Receipt.opened(token)
        visits = sorted(Visit.objects.of(receipt), key=lambda visit: visit.id) if receipt else []
        if not visits or receipt is None:
            return Refusal.NO_RECEIPT
        is_here = receipt.venue_id == venue_id
        if len(visits) > 1 and not is_here:
            return Refusal.RECEIPT_OF_SEVERAL
        first = visits[0]
        is_own = first.evidence == Evidence.POSTER
        return cls(
            UUID(str(first.visitor_id)),
            first.entered_at,
            Outcome(max(*(visit.outcome for visit in visits), *map(cls._declared_since, visits))),
            Evidence.SCANNED if is_own else Evidence(first.evidence),
            is_here,
        )

    @staticmethod
    def _declared_since(visit: Visit) -> int:
        """Return what the phone of a visit declared last on its day.

        A visit does not say which phone that is not the person's own it is of: of several that
        declared on that day the mildest counts, so that none is told what another one said.
        """
        day = local_day(visit.entered_at)
        own = Visitor.objects.filter(key=visit.visitor_id, declared_on=day).exclude(memory=None)
        if visit.evidence == Evidence.POSTER and (said := own.first()):
            return said.outcome or 0
        others = Version.objects.filter(visitor=visit.visitor_id, declared_on=day)
        return others.aggregate(mildest=Min("outcome"))["mildest"] or 0
