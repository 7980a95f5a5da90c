"""What a door writes: many people at once, in few statements; the same again changes nothing.

Everything here is called inside of the caller's transaction. The tallies' marks are written by
the same statements as what they count.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import cached_property

from authority.keys import current_key
from database.statements import rows_prepared, statement_of
from districts.days import local_day

from . import identities
from .identities import Hashes, Person
from .models import Evidence
from .nonces import Nonce
from .outcomes import Answers, Outcome

_ADMIT = statement_of(__file__, "admit")
_DECLARE = statement_of(__file__, "declare_at_door")
# What a station said of somebody who is known by a card: it stands beside, for tracers.
_SAY_BESIDES = """
INSERT INTO declarations_version AS version
    (visitor_id, source, key, row, phone_hash, document_hash, sealing_key_id, seen_on, mask, sealed)
SELECT visitor, source, code, row, phone, document, %(sealing_key)s, %(day)s, mask, sealed
FROM unnest(%(visitors)s::uuid[], %(sources)s::uuid[], %(codes)s::uuid[], %(keys)s::uuid[],
    %(phones)s::uuid[], %(documents)s::uuid[], %(masks)s::text[], %(sealed)s::bytea[])
    AS said (visitor, source, code, row, phone, document, mask, sealed)
ON CONFLICT (visitor_id, source) DO UPDATE SET
    row = excluded.row, phone_hash = excluded.phone_hash, document_hash = excluded.document_hash,
    sealing_key_id = excluded.sealing_key_id, seen_on = excluded.seen_on, mask = excluded.mask,
    sealed = excluded.sealed
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


@dataclass(frozen=True)
class Guest:
    """Somebody at a door: what is known of them, and the number of the card they showed.

    The phone may be empty where there is a card's number: the person is then known by that.
    `source` is the station that says so. `apart` is the number of a venue that anybody may have
    registered: whom it prints a card for is nobody who is known otherwise, though called alike.
    `is_new_card` says that they are known by a card alone, and that nobody was found by its hash.
    """

    person: Person
    card: str = ""
    residence_id: int | None = None
    source: UUID | None = None
    apart: int | None = None
    is_new_card: bool = False

    @cached_property
    def reached(self) -> Person:
        """The person as they are keyed: a card stands for the phone that is not known."""
        person = self.person
        return person if person.phone else replace(person, phone=f"card {self.card}")

    @cached_property
    def hashes(self) -> Hashes:
        return self.reached.hashes(1 if self.apart is None else -1 - self.apart)

    @property
    def key(self) -> UUID:
        return self.hashes.key

    @property
    def former(self) -> UUID | None:
        """The key they had before 0.3: whoever showed a card at a door had its hash as well."""
        return None if self.is_new_card else self.reached.former_key

    @cached_property
    def phone_hash(self) -> UUID:
        return identities.phone_hash(self.reached.phone)

    @cached_property
    def card_hash(self) -> UUID | None:
        return identities.card_hash(self.card) if self.card else None


class Admitted(NamedTuple):
    """Who a guest is, None where a name without marks may mean two; new people have no past."""

    visitor: UUID | None
    is_new: bool


class Arrival(NamedTuple):
    """A visit that begins: who, which form or scan it came with, how it is known."""

    visitor: UUID
    nonce: Nonce
    evidence: Evidence
    outcome: Outcome

    @property
    def visit(self) -> UUID:
        return self.nonce.id_for(self.visitor)


@dataclass(frozen=True)
class DoorAnswers:
    """Answers that the person of a visit gave at the door."""

    visitor: UUID
    nonce: Nonce
    answers: Answers
    decides: bool = True  # at other doors; not where somebody was only typed


def admit(guests: list[Guest], now: datetime) -> list[Admitted]:
    """Seal and store people, or recognise them; return who they are in the order given."""
    if not guests:
        return []
    key, hashes = current_key(), _joined([guest.hashes for guest in guests])
    columns = identities.columns_of(
        [person_hashes.person for person_hashes in guests], hashes, bytes(key.public_key)
    )
    columns["joins"] = [guest.apart is None for guest in guests]
    rows = rows_prepared(
        _ADMIT,
        **columns,
        phones=[guest.phone_hash for guest in guests],
        formers=[guest.former for guest in guests],
        born=[guest.reached.born_hash for guest in guests],
        cards=[guest.card_hash for guest in guests],
        residences=[guest.residence_id for guest in guests],
        sources=[guest.source for guest in guests],
        codes=[
            identities.code_key(person_hashes.key, guest.source) if guest.source else None
            for person_hashes, guest in zip(hashes, guests, strict=True)
        ],
        sealing_key=key.pk,
        day=local_day(now),
    )
    return [Admitted(*row) for row in rows]


def _joined(hashes: list[Hashes]) -> list[Hashes]:
    """Let a name without marks be the only one with marks that came together with it."""
    without_marks = {person_hashes.fold for person_hashes in hashes if not person_hashes.spelling}
    if not without_marks:
        return hashes
    spelt: dict[UUID, set[Hashes]] = defaultdict(set)
    for person_hashes in hashes:
        if person_hashes.spelling and person_hashes.fold in without_marks:
            spelt[person_hashes.fold].add(person_hashes)
    return [
        next(iter(spelt[person_hashes.fold]))
        if not person_hashes.spelling and len(spelt[person_hashes.fold]) == 1
        else person_hashes
        for person_hashes in hashes
    ]


def say_besides(said: dict[UUID, Guest], now: datetime) -> None:
    """Note what was said of visitors who stay who they are, such as another phone of a card."""
    if not said:
        return
    guests, key = list(said.values()), current_key()
    columns = identities.columns_of(
        [guest.person for guest in guests],
        [guest.hashes for guest in guests],
        bytes(key.public_key),
    )
    rows_prepared(
        _SAY_BESIDES,
        visitors=list(said),
        sources=[guest.source or guest.key for guest in guests],
        codes=[identities.code_key(guest.key, guest.source or guest.key) for guest in guests],
        sealing_key=key.pk,
        day=local_day(now),
        phones=[guest.phone_hash for guest in guests],
        **columns,
    )


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


def declare(venue_id: int, answered: list[DoorAnswers], now: datetime) -> None:
    """Store what people answered at the door; their visits mean what they said."""
    if not answered:
        return
    answers = [item.answers for item in answered]
    moments = [item.nonce.moment for item in answered]
    names = "symptoms travelled case_contact area_contact symptomatic_contact".split()
    rows_prepared(
        _DECLARE,
        venue=venue_id,
        now=now,
        sealing_key=current_key().pk,
        moments=moments,
        days=[local_day(moment).isoformat() for moment in moments],
        # As a form's declaration: the same answers again are the same declaration.
        ids=[item.nonce.id_for(item.visitor, item.answers, "") for item in answered],
        visits=[item.nonce.id_for(item.visitor) for item in answered],
        visitors=[item.visitor for item in answered],
        outcomes=[int(said.outcome) for said in answers],
        decides=[item.decides for item in answered],
        **{name: [getattr(said, name) for said in answers] for name in names},
        **_span(moments),
    )


def _span(moments: list[datetime]) -> dict[str, datetime]:
    """Bounds by which the database leaves other days' parts out."""
    return {"first": min(moments), "last": max(moments)}
