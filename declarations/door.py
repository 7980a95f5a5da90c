"""What a door writes: many people at once, in few statements, twice as well as once.

Everything here is called inside of the caller's transaction. The tallies' marks are written by
the same statements as what they count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from districts.days import local_day

from . import identities, partitions
from .check_in import Person
from .keys import current_key
from .models import Declaration, Evidence, Visit
from .nonces import Nonce
from .outcomes import Answers, Outcome
from .prepared import rows_prepared
from .sealing import seal

# What somebody typed of themselves stays, unless a card says more of them than they did.
_ADMIT = """
INSERT INTO declarations_visitor AS visitor
    (key, phone_hash, document_hash, card_hash, residence_id, sealing_key_id, seen_on, mask, sealed)
SELECT key, phone, document, card, residence, %(sealing_key)s, %(day)s, mask, sealed
FROM unnest(%(keys)s::uuid[], %(phones)s::uuid[], %(documents)s::uuid[], %(cards)s::uuid[],
    %(residences)s::int[], %(masks)s::text[], %(sealed)s::bytea[])
    AS guest (key, phone, document, card, residence, mask, sealed)
ON CONFLICT (key) DO UPDATE SET
    seen_on = greatest(visitor.seen_on, excluded.seen_on),
    card_hash = coalesce(excluded.card_hash, visitor.card_hash),
    residence_id = coalesce(visitor.residence_id, excluded.residence_id),
    document_hash = coalesce(visitor.document_hash, excluded.document_hash),
    sealing_key_id = CASE WHEN visitor.document_hash IS NULL AND excluded.document_hash IS NOT NULL
        THEN excluded.sealing_key_id ELSE visitor.sealing_key_id END,
    sealed = CASE WHEN visitor.document_hash IS NULL AND excluded.document_hash IS NOT NULL
        THEN excluded.sealed ELSE visitor.sealed END
RETURNING key, xmax = 0
"""

_ARRIVE = """
WITH visit AS (
    INSERT INTO declarations_visit
        (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id)
    SELECT %(venue)s, entered_at, %(now)s, evidence, outcome, id, visitor
    FROM unnest(%(moments)s::timestamptz[], %(evidence)s::smallint[], %(outcomes)s::smallint[],
        %(ids)s::uuid[], %(visitors)s::uuid[])
        AS arrival (entered_at, evidence, outcome, id, visitor)
    ON CONFLICT (venue_id, entered_at, id) DO NOTHING
    RETURNING entered_at
)
INSERT INTO declarations_tallymark (venue_id, at, arrived)
SELECT %(venue)s, max(entered_at), count(*) FROM visit
GROUP BY date_trunc('hour', entered_at, 'UTC')
"""

_LET_IN = """
UPDATE declarations_visit visit SET is_let_in = true
FROM unnest(%(moments)s::timestamptz[], %(ids)s::uuid[]) AS let_in (entered_at, id)
WHERE venue_id = %(venue)s AND visit.entered_at = let_in.entered_at AND visit.id = let_in.id
  AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
"""

_DECLARE = """
WITH said AS (
    SELECT said.*, visitor.residence_id AS residence
    FROM unnest(%(moments)s::timestamptz[], %(ids)s::uuid[], %(visits)s::uuid[],
        %(visitors)s::uuid[], %(symptoms)s::smallint[], %(outcomes)s::smallint[],
        %(travelled)s::boolean[], %(case_contact)s::boolean[], %(area_contact)s::boolean[],
        %(symptomatic_contact)s::boolean[])
        AS said (at, id, visit, visitor, symptoms, outcome, travelled, case_contact,
            area_contact, symptomatic_contact)
    LEFT JOIN declarations_visitor visitor ON visitor.key = said.visitor
), declaration AS (
    INSERT INTO declarations_declaration
        (venue_id, declared_at, recorded_at, residence_id, sealing_key_id, symptoms, outcome,
         travelled, case_contact, area_contact, symptomatic_contact, on_behalf, id, visitor_id)
    SELECT %(venue)s, at, %(now)s, residence, %(sealing_key)s, symptoms, outcome, travelled,
        case_contact, area_contact, symptomatic_contact, false, id, visitor
    FROM said
    ON CONFLICT (venue_id, declared_at, id) DO NOTHING
    RETURNING declared_at, outcome, symptoms, case_contact OR area_contact OR symptomatic_contact
        AS contact
), corrected AS (
    UPDATE declarations_visit visit SET outcome = said.outcome FROM said
    WHERE venue_id = %(venue)s AND visit.entered_at = said.at AND visit.id = said.visit
      AND visit.entered_at >= %(first)s AND visit.entered_at <= %(last)s
      AND visit.outcome <> said.outcome
)
INSERT INTO declarations_tallymark (venue_id, at, declared, ask, stop, symptomatic, contact)
SELECT %(venue)s, max(declared_at), count(*), count(*) FILTER (WHERE outcome = 1),
    count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE symptoms > 0),
    count(*) FILTER (WHERE contact)
FROM declaration GROUP BY date_trunc('hour', declared_at, 'UTC')
"""


@dataclass(frozen=True)
class Guest:
    """Somebody at a door: what is known of them, and the number of the card they showed.

    The phone may be empty where there is a card's number: the person is then known by that.
    """

    person: Person
    card: str = ""
    residence_id: int | None = None

    @property
    def reached_by(self) -> str:
        """What stands for the phone in the person's keys."""
        return self.person.phone or f"card {self.card}"

    @cached_property
    def key(self) -> UUID:
        person = self.person
        return identities.visitor_key(self.reached_by, person.full_name, person.birth_year)

    @cached_property
    def phone_hash(self) -> UUID:
        return identities.phone_hash(self.reached_by)

    @cached_property
    def card_hash(self) -> UUID | None:
        return identities.card_hash(self.card) if self.card else None


class Admitted(NamedTuple):
    """Who a guest is; somebody new was never seen before and has no past."""

    visitor: UUID
    is_new: bool


@dataclass(frozen=True)
class Arrival:
    """A visit that begins: who, which form or scan it came with, how it is known."""

    visitor: UUID
    nonce: Nonce
    evidence: Evidence
    outcome: Outcome

    @property
    def visit(self) -> UUID:
        return self.nonce.id_for(self.visitor)


@dataclass(frozen=True)
class Told:
    """Answers that the person of a visit gave at the door."""

    visitor: UUID
    nonce: Nonce
    answers: Answers


def admit(guests: list[Guest], now: datetime) -> list[Admitted]:
    """Seal and store people, or recognise them; return who they are in the order given."""
    keys = [guest.key for guest in guests]
    # Each once, in an order that cannot deadlock with another door.
    new = sorted(dict(zip(keys, guests, strict=True)).items())
    if not new:
        return []
    sealing_key = current_key()
    public_key = bytes(sealing_key.public_key)
    stored = rows_prepared(
        _ADMIT,
        sealing_key=sealing_key.pk,
        day=local_day(now),
        keys=[key for key, _ in new],
        phones=[guest.phone_hash for _, guest in new],
        documents=[_document_hash(guest.person.id_number) for _, guest in new],
        cards=[guest.card_hash for _, guest in new],
        residences=[guest.residence_id for _, guest in new],
        masks=[identities.mask(guest.person.full_name, guest.person.phone) for _, guest in new],
        sealed=[seal(public_key, key, vars(guest.person)) for key, guest in new],
    )
    is_new = dict(stored)
    return [Admitted(key, is_new[key]) for key in keys]


def arrive(venue_id: int, arrivals: list[Arrival], now: datetime) -> None:
    """Store the visits that are not there yet."""
    if not arrivals:
        return
    rows_prepared(
        _ARRIVE,
        venue=venue_id,
        now=now,
        moments=[arrival.nonce.moment for arrival in arrivals],
        evidence=[int(arrival.evidence) for arrival in arrivals],
        outcomes=[int(arrival.outcome) for arrival in arrivals],
        ids=[arrival.visit for arrival in arrivals],
        visitors=[arrival.visitor for arrival in arrivals],
    )


def let_in(venue_id: int, visits: list[tuple[datetime, UUID]]) -> None:
    """Note who went in although told to stay outside, by arrivals and ids; settle them afterwards."""
    if visits:
        moments, ids = [at for at, _ in visits], [visit for _, visit in visits]
        rows_prepared(_LET_IN, venue=venue_id, moments=moments, ids=ids, **_span(moments))


def declare(venue_id: int, told: list[Told], now: datetime) -> None:
    """Store what people answered at the door; their visits mean what they said."""
    if not told:
        return
    answers = [one.answers for one in told]
    moments = [one.nonce.moment for one in told]
    names = "symptoms travelled case_contact area_contact symptomatic_contact".split()
    rows_prepared(
        _DECLARE,
        venue=venue_id,
        now=now,
        sealing_key=current_key().pk,
        moments=moments,
        # As a form's declaration: the same answers again are the same declaration.
        ids=[one.nonce.id_for(one.visitor, one.answers, "") for one in told],
        visits=[one.nonce.id_for(one.visitor) for one in told],
        visitors=[one.visitor for one in told],
        outcomes=[int(said.outcome) for said in answers],
        **{name: [getattr(said, name) for said in answers] for name in names},
        **_span(moments),
    )


def make_days(moments: Iterable[datetime]) -> None:
    """Make the parts that visits and declarations of these moments need."""
    days = {local_day(moment) for moment in moments}
    for model in (Visit, Declaration):
        partitions.make_days(model._meta.db_table, min(days) - timedelta(days=1), max(days))


def _span(moments: list[datetime]) -> dict[str, datetime]:
    """Bounds by which the database leaves other days' parts out."""
    return {"first": min(moments), "last": max(moments)}


def _document_hash(number: str) -> UUID | None:
    return identities.document_hash(number) if number else None
