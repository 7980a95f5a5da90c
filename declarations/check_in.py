"""The check-in: one form makes its visitors, declarations and visits in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.utils import ProgrammingError
from psycopg.errors import UndefinedTable

from authority.keys import current_key
from authority.sealing import seal
from database.statements import lock_named, rows_prepared, statement_of
from districts.days import local_day

from . import identities
from .identities import Person
from .models import (
    COMMON_STAY,
    OBSERVED,
    Declaration,
    Evidence,
    LeftReason,
    Version,
    Visit,
    Visitor,
)
from .nonces import Nonce, Receipt
from .outcomes import Answers, Outcome
from .partitions import KEPT_BY_DAY, make_days
from .settling import USUAL_MINUTES, check_out, settle

# `declare` (a form) and `return` (one tap) write the common case: everybody is new, or known by this
# very phone. Where they write nothing, `declare_whole` or `return_whole` decides who is meant.
_STATEMENTS = {
    name: statement_of(__file__, name)
    for name in ("declare", "return", "declare_whole", "return_whole", "take_back")
}


class WhichOneError(Exception):
    """A name without marks may mean two people of that phone: their places on the form, from 0."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(places)
        self.places = places


class NotDeclaredError(Exception):
    """One tap of a phone that declared nothing today."""


class Arrived(NamedTuple):
    """Somebody of a form as the database knows them; `visitor` is None where two may be meant."""

    visitor: UUID | None
    is_new: bool
    is_theirs: bool
    outcome: int | None
    is_stale: bool
    is_to_settle: bool


@dataclass(frozen=True)
class CheckIn:
    """One form: who, where, with which answers, and how it is known."""

    venue_id: int
    nonce: Nonce
    people: list[Person] = field(default_factory=list)
    answers: Answers | None = None
    residence_id: int | None = None
    on_behalf: bool = False
    travel_places: str = ""
    evidence: Evidence = Evidence.POSTER
    keys: list[UUID] = field(default_factory=list)
    # The phone that sent it; `memory` is the same phone where it declares its own people, else none.
    source: UUID | None = None
    memory: UUID | None = None
    own_keys: tuple[UUID, ...] = ()  # whom the phone remembers
    whole: frozenset[int] = frozenset()  # places of names that have no marks
    burst: int | None = None

    @property
    def day(self) -> date:
        """The local day of the arrival."""
        return local_day(self.nonce.moment)

    def record(self, now: datetime) -> Receipt:
        """Store the form durably and return its receipt; the same form again changes nothing.

        A form that was open for over an hour arrives now; sent again, it keeps that arrival. After a
        lost connection, or where a day's part is missing, it is tried once more with the same ids.
        """
        try:
            return self._recorded(now)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable):
                raise
            make_days([self.nonce.moment, now])
        return self._recorded(now)

    def _recorded(self, now: datetime) -> Receipt:
        # A form that was open for longer no longer tells when its visitor arrived.
        if now - self.nonce.moment <= timedelta(hours=1):
            return self.written(now)
        with transaction.atomic():
            return replace(self, nonce=self.nonce.at(self._arrived_at(now))).written(now)

    def _arrived_at(self, now: datetime) -> datetime:
        """Return the arrival that this old form was already given, else now."""
        form = self.nonce.id_for().bytes[6:12]
        lock_named(int.from_bytes(form))
        statement = """
        SELECT entered_at FROM declarations_visit
        WHERE venue_id = %s AND entered_at >= %s AND substring(uuid_send(id) FROM 7 FOR 6) = %s
        LIMIT 1
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.venue_id, self.nonce.moment, form])
            row = cursor.fetchone()
        return row[0] if row else now

    def written(self, now: datetime) -> Receipt:
        """Write the form: by the quick statement, or by the whole one where that wrote nothing."""
        parameters = self._parameters(now)
        quick = _of_day("declare" if self.answers else "return", self.day)
        number, newcomers, outcome, is_to_settle = rows_prepared(quick, **parameters)[0]
        visitors = parameters["keys"]
        if not number or number != parameters["number"]:
            people = self._written_whole(parameters, now)
            visitors = [one.visitor for one in people if one.visitor]
            newcomers, outcome = sum(one.is_new for one in people), people[0].outcome
        elif is_to_settle or local_day(now) != self.day:
            self._settle(visitors, now)
        return Receipt(self.venue_id, self.nonce, tuple(visitors), Outcome(outcome), newcomers)

    def _written_whole(self, parameters: dict[str, Any], now: datetime) -> list[Arrived]:
        """Write a form of people who may be known already, or that came before with other people."""
        statement = _of_day("declare_whole" if self.answers else "return_whole", self.day)
        people = [Arrived(*row) for row in rows_prepared(statement, **parameters)]
        if unclear := [place for place, arrived in enumerate(people) if arrived.visitor is None]:
            raise WhichOneError(unclear)
        if not people or people[0].outcome is None:
            raise NotDeclaredError
        if people[0].is_stale:
            return self._replaced(statement, people, parameters, now)
        if people[0].is_to_settle or local_day(now) != self.day:
            self._settle([arrived.visitor for arrived in people if arrived.visitor], now)
        return people

    @transaction.atomic
    def _settle(self, visitors: Iterable[UUID], now: datetime) -> None:
        settle(visitors, [self.nonce.moment], now)

    def _parameters(self, now: datetime) -> dict[str, Any]:
        number = len(self.people or self.keys)
        first, last = self.nonce.party
        return {
            "venue": self.venue_id,
            "entered_at": self.nonce.moment,
            "first": first,
            "last": last,
            "entered_since": self.nonce.moment - COMMON_STAY,
            "now": now,
            "day": self.day,
            "evidence": int(self.evidence),
            "is_observed": self.evidence in OBSERVED,
            "memory": self.memory,
            "own_keys": list(self.own_keys),
            "is_nobodys": self.source is None,
            "number": number,
            "visits": [self.nonce.id_of_place(place) for place in range(number)],
            "keys": self.keys,
            **(self._declared(self.answers) if self.answers else {}),
        }

    def _declared(self, answers: Answers) -> dict[str, Any]:
        """What a declaration tells besides, its people as parallel lists."""
        key, people = current_key(), self.people
        hashes = identities.hashes_of(people, self.whole)
        declared = vars(answers) | identities.columns_of(people, hashes, bytes(key.public_key))
        ids = [
            self.nonce.id_for(person_hashes.key, answers, self.travel_places)
            for person_hashes in hashes
        ]
        places = {"travel_places": self.travel_places} if self.travel_places else None
        source = self.source or self.nonce.id_of_place(0)
        return declared | {
            "phones": [identities.phone_hash(person.phone) for person in people],
            "formers": [person.former_key for person in people],
            "born": [person.born_hash for person in people],
            "papers": [number for number in declared["documents"] if number],
            "key": key.pk,
            "source": source,
            "codes": [identities.code_key(person_hashes.key, source) for person_hashes in hashes],
            "outcome": int(answers.outcome),
            "residence": self.residence_id,
            "burst": self.burst,
            # Companions never declare for themselves.
            "on_behalf": [self.on_behalf or place > 0 for place in range(len(people))],
            "ids": ids,
            "places": [places and seal(bytes(key.public_key), row, places) for row in ids],
        }

    @transaction.atomic
    def _replaced(
        self, statement: str, people: list[Arrived], parameters: dict[str, Any], now: datetime
    ) -> list[Arrived]:
        """Let the newest sending of a form stand: who is not on it was not there.

        If the people taken back were seen leaving, those now on the form left then. How their other
        visits ended is settled anew, without the visits that go.
        """
        visitors = [person.visitor for person in people]
        gone = rows_prepared(_STATEMENTS["take_back"], **parameters, visitors=visitors)
        arrived = [Arrived(*row) for row in rows_prepared(statement, **parameters)]
        observed = [at for _visitor, at, reason in gone if reason == LeftReason.SCANNED]
        if observed:
            check_out(Receipt(self.venue_id, self.nonce), max(observed))
        present = {person.visitor for person in arrived if person.visitor}
        strangers = sorted({visitor for visitor, *_ in gone} - present)
        self._settle([*present, *strangers], now)
        self._forget(strangers)
        return arrived

    def _forget(self, strangers: list[UUID]) -> None:
        """Undo what a form said by mistake of people who are no longer on it."""
        if self.source:
            Version.objects.filter(visitor__in=strangers, source=self.source).delete()
        said = Declaration.objects.filter(visitor=OuterRef("key"))
        newest = said.order_by("-recorded_at")
        people = Visitor.objects.filter(key__in=strangers)
        people.filter(memory=self.memory, declared_on__isnull=False).update(
            declared_on=Subquery(newest.values("declared_at__date")[:1]),
            outcome=Subquery(newest.values("outcome")[:1]),
        )
        visits = Visit.objects.filter(visitor=OuterRef("key"))
        versions = Version.objects.filter(visitor=OuterRef("key"))
        people.filter(card_hash=None, card_until=None).exclude(
            Exists(visits) | Exists(said) | Exists(versions)
        ).delete()


@lru_cache(maxsize=16)
def _of_day(name: str, day: date) -> str:
    """Return a statement for a local day: planning over the parts of all days costs more than it."""
    visits, declarations = KEPT_BY_DAY
    parts = {
        "visits_of_day": visits.part(day),
        "visits_of_day_before": visits.part(day - timedelta(days=1)),
        "declarations_of_day": declarations.part(day),
    }
    # What is the same in every check-in stands in the text: it is not sent each time.
    always = {
        "claimed": int(Evidence.CLAIMED),
        "evidence_observed": int(max(OBSERVED)),
        "stop": int(Outcome.STOP),
        "turned_away": int(LeftReason.TURNED_AWAY),
        "moved_on": int(LeftReason.MOVED_ON),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "usual_minutes": USUAL_MINUTES,
    }
    statement = " ".join(_STATEMENTS[name].split())
    for variable, part in parts.items():
        statement = statement.replace(f':"{variable}"', part)
    for variable, value in always.items():
        statement = statement.replace(f"%({variable})s", f"'{value}'")
    return statement
