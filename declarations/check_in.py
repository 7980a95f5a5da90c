"""The check-in: one form makes its visitors, declarations and visits in one statement."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.utils import ProgrammingError
from psycopg.errors import UndefinedTable

from districts.days import local_day
from venues.kinds import Kind, usual_stay

from . import identities, partitions
from .keys import current_key
from .models import COMMON_STAY, OBSERVED, Declaration, Evidence, LeftReason, Visit
from .nonces import Nonce
from .outcomes import Answers, Outcome
from .prepared import query_prepared
from .receipts import Receipt
from .sealing import seal
from .settling import settle

# A form open for longer than this no longer tells when its visitor arrived.
ARRIVAL_AGE = timedelta(hours=1)
# Older forms are given out anew.
LONGEST_OPEN = timedelta(days=2)

# Parts of the day are named, not found: planning over all parts costs more than the writing.
# This is declarations.sightings for whoever comes now; what else is known already is settled after.
# A visit that is known to have ended later stays as it is: by that one sees that there is more.
_MOVED_ON = """
UPDATE {part} before SET (left_at, left_reason) = (
    SELECT coalesce(before.left_at, least(before.entered_at + usual.stay, %(entered_at)s)),
        CASE WHEN before.left_at IS NOT NULL THEN before.left_reason
            WHEN before.entered_at + usual.stay < %(entered_at)s THEN %(usual_stay)s
            ELSE %(moved_on)s END
    FROM (SELECT {usual_stay} AS stay FROM venues_venue WHERE id = before.venue_id) usual
)
WHERE visitor_id = ANY (%(visitors)s::uuid[]) AND %(is_observed)s
  AND (left_at IS NULL OR left_at > %(entered_at)s)
  AND entered_at >= %(entered_since)s AND entered_at < %(entered_at)s
RETURNING venue_id, left_at, left_reason
"""
_USUAL_STAY = "CASE kind {} END".format(
    " ".join(
        f"WHEN '{kind}' THEN interval '{usual_stay(kind).total_seconds():.0f} seconds'"
        for kind in Kind
    )
)
# Whether these people were seen afterwards already, or are turned away only now, or no more.
_TO_SETTLE = """
SELECT EXISTS (
    SELECT FROM {today}
    WHERE visitor_id = ANY (%(visitors)s::uuid[]) AND entered_at >= %(entered_at)s
      AND (entered_at > %(entered_at)s OR left_at IS NOT NULL OR %(is_turned_away)s)
) OR EXISTS (SELECT FROM moved_on WHERE left_at > %(entered_at)s)
  OR EXISTS (SELECT FROM moved_on_overnight WHERE left_at > %(entered_at)s)
"""

# The visit is new, or corrects the outcome of the one this form already made.
_VISITS = """
INSERT INTO {visits} AS visit
    (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id, left_at, left_reason)
SELECT %(venue)s, %(entered_at)s, %(now)s, %(evidence)s, %(outcome)s, person.visit, person.visitor,
    CASE WHEN %(is_turned_away)s THEN %(entered_at)s END,
    CASE WHEN %(is_turned_away)s THEN %(turned_away)s END
FROM person
ON CONFLICT (venue_id, entered_at, id) DO UPDATE SET outcome = excluded.outcome
WHERE visit.outcome <> excluded.outcome
RETURNING xmax = 0 AS is_new
"""

# What this changes in the tallies; nothing, when the same form came before. (A row's xmax is 0
# when it was inserted and not updated.)
_MARKS = """
INSERT INTO declarations_tallymark
    (venue_id, at, arrived, left_moved_on, left_usual_stay, left_turned_away, declared, ask, stop,
     symptomatic, contact)
SELECT %(venue)s, %(entered_at)s, arrived, 0, 0, arrived * %(is_turned_away)s::int, {declared}
FROM (SELECT count(*) FILTER (WHERE is_new) AS arrived FROM visit) arrivals, {declarations}
WHERE arrived + declared > 0
UNION ALL
SELECT venue_id, left_at, 0, count(*) FILTER (WHERE left_reason = %(moved_on)s),
    count(*) FILTER (WHERE left_reason = %(usual_stay)s), 0, 0, 0, 0, 0, 0
FROM (SELECT * FROM moved_on UNION ALL SELECT * FROM moved_on_overnight) departed
WHERE left_at <= %(entered_at)s GROUP BY venue_id, left_at
"""
_NOT_DECLARED = {"declared": "0, 0, 0, 0, 0", "declarations": "(SELECT 0 AS declared) none"}
_DECLARED = {
    "declared": """declared, declared * (%(outcome)s = 1)::int, declared * (%(outcome)s = 2)::int,
    declared * (%(symptoms)s > 0)::int,
    declared * (%(case_contact)s OR %(area_contact)s OR %(symptomatic_contact)s)::int""",
    "declarations": "(SELECT count(*)::int AS declared FROM declaration) declarations",
}

_RETURN = """
WITH person AS (
    SELECT * FROM unnest(%(visitors)s::uuid[], %(visits)s::uuid[]) AS p (visitor, visit)
), moved_on AS ({moved_on}), moved_on_overnight AS ({moved_on_overnight})
"""

_DECLARE = """
WITH person AS (
    SELECT * FROM unnest(
        %(visitors)s::uuid[], %(visits)s::uuid[], %(ids)s::uuid[], %(phones)s::uuid[],
        %(documents)s::uuid[], %(masks)s::text[], %(sealed)s::bytea[], %(places)s::bytea[],
        %(on_behalf)s::boolean[]
    ) AS p (visitor, visit, declaration, phone, document, mask, sealed, places, on_behalf)
), visitor AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, document_hash, residence_id, sealing_key_id, seen_on, mask, sealed)
    SELECT visitor, phone, document, %(residence)s, %(key)s, %(day)s, mask, sealed FROM person
    ON CONFLICT (key) DO UPDATE SET
        document_hash = coalesce(excluded.document_hash, visitor.document_hash),
        residence_id = excluded.residence_id, sealing_key_id = excluded.sealing_key_id,
        seen_on = greatest(excluded.seen_on, visitor.seen_on),
        mask = excluded.mask, sealed = excluded.sealed
), declaration AS (
    INSERT INTO {declarations}
        (venue_id, declared_at, recorded_at, residence_id, sealing_key_id, symptoms, outcome,
         travelled, case_contact, area_contact, symptomatic_contact, on_behalf, id, visitor_id,
         sealed)
    SELECT %(venue)s, %(entered_at)s, %(now)s, %(residence)s, %(key)s, %(symptoms)s, %(outcome)s,
        %(travelled)s, %(case_contact)s, %(area_contact)s, %(symptomatic_contact)s, on_behalf,
        declaration, visitor, places
    FROM person
    ON CONFLICT (venue_id, declared_at, id) DO NOTHING
    RETURNING id
), moved_on AS ({moved_on}), moved_on_overnight AS ({moved_on_overnight})
"""

_ALREADY = """
SELECT entered_at FROM declarations_visit
WHERE venue_id = %(venue)s AND entered_at >= %(issued_at)s
  AND substring(uuid_send(id) FROM 7 FOR 6) = %(form)s
LIMIT 1
"""


@dataclass(frozen=True)
class Person:
    """Somebody who checks in, as typed; companions share phone and residence."""

    full_name: str
    birth_year: int
    phone: str
    gender: str = ""
    id_number: str = ""
    address: str = ""

    @property
    def key(self) -> UUID:
        return identities.visitor_key(self.phone, self.full_name, self.birth_year)


@dataclass(frozen=True)
class CheckIn:
    """One form: who, where, with which answers, and how it is known."""

    venue_id: int
    nonce: Nonce
    outcome: Outcome
    people: list[Person] = field(default_factory=list)
    answers: Answers | None = None
    residence_id: int | None = None
    on_behalf: bool = False
    travel_places: str = ""
    evidence: Evidence = Evidence.POSTER
    keys: list[UUID] = field(default_factory=list)

    def visitors(self) -> dict[UUID, Person | None]:
        """The people by key, each once, in an order that cannot deadlock with another form."""
        people: dict[UUID, Person | None] = dict.fromkeys(self.keys)
        people |= {person.key: person for person in reversed(self.people)}
        return {key: people[key] for key in sorted(people)}


def record(check_in: CheckIn, now: datetime) -> Receipt:
    """Store a form durably and return its receipt; the same form again changes nothing.

    A form that lay open for too long is taken to arrive now, once. A lost connection and a
    missing day's part are mended by one more try, with the same ids.
    """
    try:
        return _recorded(check_in, now)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        _make_days(check_in.nonce.moment, now)
    return _recorded(check_in, now)


def _recorded(check_in: CheckIn, now: datetime) -> Receipt:
    nonce = check_in.nonce
    if now - nonce.moment <= ARRIVAL_AGE:
        _write(check_in, nonce, now)
        return Receipt(check_in.venue_id, nonce)
    with transaction.atomic():
        nonce = nonce.at(_arrival_given(check_in, now))
        _write(check_in, nonce, now)
    return Receipt(check_in.venue_id, nonce)


def _arrival_given(check_in: CheckIn, now: datetime) -> datetime:
    """Return the arrival this old form was already given, else now."""
    form = check_in.nonce.id_for().bytes[6:12]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(form)])
        issued_at = check_in.nonce.moment
        given: dict[str, Any] = {"venue": check_in.venue_id, "issued_at": issued_at, "form": form}
        cursor.execute(_ALREADY, given)
        row = cursor.fetchone()
    return row[0] if row else now


def _write(check_in: CheckIn, nonce: Nonce, now: datetime) -> None:
    people = check_in.visitors()
    parameters: dict[str, Any] = {
        "venue": check_in.venue_id,
        "entered_at": nonce.moment,
        "entered_since": nonce.moment - COMMON_STAY,
        "now": now,
        "outcome": int(check_in.outcome),
        "evidence": int(check_in.evidence),
        "is_turned_away": check_in.outcome == Outcome.STOP,
        "turned_away": int(LeftReason.TURNED_AWAY),
        "is_observed": check_in.evidence in OBSERVED,
        "moved_on": int(LeftReason.MOVED_ON),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "visitors": list(people),
        "visits": [nonce.id_for(key) for key in people],
    }
    if check_in.answers:
        parameters |= _declared(check_in, check_in.answers, people, nonce)
    head = _DECLARE if check_in.answers else _RETURN
    (is_to_settle,) = query_prepared(_for_day(head, local_day(nonce.moment)), parameters)
    if is_to_settle or local_day(now) != local_day(nonce.moment):
        with transaction.atomic():
            settle(people, [nonce.moment], now)


@lru_cache(maxsize=16)
def _for_day(head: str, day: date) -> str:
    """The statement that writes a local day; its visits may end some of the day before."""
    visits, declarations = Visit._meta.db_table, Declaration._meta.db_table
    before = partitions.part_of(visits, day - timedelta(days=1))
    today = partitions.part_of(visits, day)
    marks = _MARKS.format(**(_DECLARED if head is _DECLARE else _NOT_DECLARED))
    return (head + f", visit AS ({_VISITS}), mark AS ({marks})" + _TO_SETTLE).format(
        visits=today,
        declarations=partitions.part_of(declarations, day),
        moved_on=_MOVED_ON.format(part=today, usual_stay=_USUAL_STAY),
        moved_on_overnight=_MOVED_ON.format(part=before, usual_stay=_USUAL_STAY),
        today=today,
    )


def _declared(
    check_in: CheckIn, answers: Answers, people: dict[UUID, Person | None], nonce: Nonce
) -> dict[str, Any]:
    key = current_key()
    public_key = bytes(key.public_key)
    ids = [nonce.id_for(visitor, answers, check_in.travel_places) for visitor in people]
    return {
        **vars(answers),
        "key": key.pk,
        "day": local_day(nonce.moment),
        "residence": check_in.residence_id,
        # Companions never declare for themselves.
        "on_behalf": [check_in.on_behalf or p is not check_in.people[0] for p in people.values()],
        "ids": ids,
        **_sealed_people(public_key, people),
        "places": [
            seal(public_key, row, {"travel_places": check_in.travel_places})
            if check_in.travel_places
            else None
            for row in ids
        ],
    }


def _sealed_people(public_key: bytes, people: dict[UUID, Person | None]) -> dict[str, list[Any]]:
    named = {key: person for key, person in people.items() if person}
    return {
        "phones": [identities.phone_hash(person.phone) for person in named.values()],
        "documents": [
            identities.document_hash(person.id_number) if person.id_number else None
            for person in named.values()
        ],
        "masks": [identities.mask(person.full_name, person.phone) for person in named.values()],
        "sealed": [seal(public_key, key, vars(person)) for key, person in named.items()],
    }


def _make_days(*moments: datetime) -> None:
    """Make the parts a form writes to: its day, and the day before, which it may end."""
    days = [local_day(moment) for moment in moments]
    for model in (Visit, Declaration):
        partitions.make_days(model._meta.db_table, min(days) - timedelta(days=1), max(days))
