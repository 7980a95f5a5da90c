"""The check-in: one form makes its visitors, declarations and visits in one statement."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.utils import ProgrammingError
from psycopg.errors import UndefinedTable

from authority.keys import current_key
from authority.sealing import seal
from database.prepared import rows_prepared
from declarations.nonces import Receipt
from districts.days import local_day

from . import identities, partitions
from .departures import leave
from .identities import code_key
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
from .nonces import Nonce
from .outcomes import Answers, Outcome
from .people import Person, columns_of, hashes_of
from .settling import settle
from .statements import DECLARE, DECLARE_WHOLE, RETURN, RETURN_WHOLE, TAKE_BACK, for_day

# A form open for longer than this no longer tells when its visitor arrived.
ARRIVAL_AGE = timedelta(hours=1)
# Older forms are given out anew.
LONGEST_OPEN = timedelta(days=2)

_ALREADY = """
SELECT entered_at FROM declarations_visit
WHERE venue_id = %(venue)s AND entered_at >= %(issued_at)s
  AND substring(uuid_send(id) FROM 7 FOR 6) = %(form)s
LIMIT 1
"""


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
    # The phone that sent it, and the same again where it speaks of its own people.
    source: UUID | None = None
    memory: UUID | None = None
    own_keys: tuple[UUID, ...] = ()  # whom the phone remembers
    whole: frozenset[int] = frozenset()  # places of names that have no marks
    burst: int | None = None


class Arrived(NamedTuple):
    """Somebody of a form as the database knows them; `visitor` is None where two may be meant."""

    visitor: UUID | None
    is_new: bool
    is_theirs: bool
    outcome: int | None
    is_stale: bool
    is_to_settle: bool


class WhichOneError(Exception):
    """A name without marks may mean two people of that phone: their places on the form, from 0."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(places)
        self.places = places


class NotDeclaredError(Exception):
    """One tap of a phone that declared nothing today."""


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
        return _written(check_in, nonce, now)
    with transaction.atomic():
        return _written(check_in, nonce.at(_arrival_given(check_in, now)), now)


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


def _written(check_in: CheckIn, nonce: Nonce, now: datetime) -> Receipt:
    """Write a form, at once where there is nothing to see to, else as a whole."""
    given = _parameters(check_in, nonce, now)
    quick = _statement(check_in, nonce, DECLARE, RETURN)
    written, newcomers, outcome, is_to_settle = rows_prepared(quick, **given)[0]
    if written and written == given["number"]:
        visitors = tuple(given["keys"])
        if is_to_settle or local_day(now) != given["day"]:
            _settled(visitors, nonce, now)
        return Receipt(check_in.venue_id, nonce, visitors, Outcome(outcome), newcomers)
    return _written_whole(check_in, nonce, given)


def _written_whole(check_in: CheckIn, nonce: Nonce, given: dict[str, Any]) -> Receipt:
    """Write a form of people who may be known already, or that came before with other people."""
    whole = _statement(check_in, nonce, DECLARE_WHOLE, RETURN_WHOLE)
    people = [Arrived(*row) for row in rows_prepared(whole, **given)]
    if unclear := [place for place, one in enumerate(people) if one.visitor is None]:
        raise WhichOneError(unclear)
    if not people or people[0].outcome is None:
        raise NotDeclaredError
    if people[0].is_stale:
        people = _replaced(check_in, nonce, people, given)
    elif people[0].is_to_settle or local_day(given["now"]) != given["day"]:
        _settled([one.visitor for one in people if one.visitor], nonce, given["now"])
    visitors = tuple(one.visitor for one in people if one.visitor)
    newcomers = sum(one.is_new for one in people)
    return Receipt(check_in.venue_id, nonce, visitors, Outcome(people[0].outcome or 0), newcomers)


def _settled(visitors: Collection[UUID], nonce: Nonce, now: datetime) -> None:
    with transaction.atomic():
        settle(visitors, [nonce.moment], now)


def _statement(check_in: CheckIn, nonce: Nonce, declare: str, again: str) -> str:
    return for_day(declare if check_in.answers else again, local_day(nonce.moment))


def _parameters(check_in: CheckIn, nonce: Nonce, now: datetime) -> dict[str, Any]:
    answers, number = check_in.answers, len(check_in.people or check_in.keys)
    first, last = nonce.party
    given: dict[str, Any] = {
        "venue": check_in.venue_id,
        "entered_at": nonce.moment,
        "first": first,
        "last": last,
        "entered_since": nonce.moment - COMMON_STAY,
        "now": now,
        "day": local_day(nonce.moment),
        "evidence": int(check_in.evidence),
        "claimed": int(Evidence.CLAIMED),
        "is_observed": check_in.evidence in OBSERVED,
        "evidence_observed": int(max(OBSERVED)),
        "stop": int(Outcome.STOP),
        "turned_away": int(LeftReason.TURNED_AWAY),
        "moved_on": int(LeftReason.MOVED_ON),
        "usual_stay": int(LeftReason.USUAL_STAY),
        "memory": check_in.memory,
        "own_keys": list(check_in.own_keys),
        "is_nobodys": check_in.source is None,
        "number": number,
        "visits": [nonce.id_of_place(place) for place in range(number)],
    }
    return given | (_declared(check_in, answers, nonce) if answers else {"keys": check_in.keys})


@transaction.atomic
def _replaced(
    check_in: CheckIn, nonce: Nonce, people: list[Arrived], given: dict[str, Any]
) -> list[Arrived]:
    """Let the newest sending of a form stand: who is not on it was not there.

    That they were seen leaving is true of whoever it was; what else followed from the visits that
    go, the ends of others, is found anew.
    """
    names = "venue entered_at first last visits".split()
    form = {name: given[name] for name in names}
    gone = rows_prepared(TAKE_BACK, visitors=[one.visitor for one in people], **form)
    whole = _statement(check_in, nonce, DECLARE_WHOLE, RETURN_WHOLE)
    written = [Arrived(*row) for row in rows_prepared(whole, **given)]
    observed = [at for _visitor, at, reason in gone if reason == LeftReason.SCANNED]
    if observed:
        leave(Receipt(check_in.venue_id, nonce), max(observed))
    present = {one.visitor for one in written if one.visitor}
    strangers = sorted({visitor for visitor, *_ in gone} - present)
    settle([*present, *strangers], [nonce.moment], given["now"])
    _forget(check_in, strangers)
    return written


def _forget(check_in: CheckIn, strangers: list[UUID]) -> None:
    """Let nobody be found by what a form said of them by mistake, and nothing follow from it."""
    if check_in.source:
        Version.objects.filter(visitor__in=strangers, source=check_in.source).delete()
    said = Declaration.objects.filter(visitor=OuterRef("key"))
    newest = said.order_by("-recorded_at")
    people = Visitor.objects.filter(key__in=strangers)
    people.filter(memory=check_in.memory, declared_on__isnull=False).update(
        declared_on=Subquery(newest.values("declared_at__date")[:1]),
        outcome=Subquery(newest.values("outcome")[:1]),
    )
    known = [Visit.objects.filter(visitor=OuterRef("key")), said]
    known.append(Version.objects.filter(visitor=OuterRef("key")))
    unknown = people.filter(card_hash=None, card_until=None)
    for rows in known:
        unknown = unknown.exclude(Exists(rows))
    unknown.delete()


def _declared(check_in: CheckIn, answers: Answers, nonce: Nonce) -> dict[str, Any]:
    key, people = current_key(), check_in.people
    public_key = bytes(key.public_key)
    hashes = hashes_of(people, check_in.whole)
    ids = [nonce.id_for(one.key, answers, check_in.travel_places) for one in hashes]
    places = {"travel_places": check_in.travel_places}
    source = check_in.source or nonce.id_of_place(0)
    columns = columns_of(people, hashes, public_key)
    return {
        **vars(answers),
        **columns,
        "phones": [identities.phone_hash(one.phone) for one in people],
        "formers": [
            identities.former_key(one.phone, one.full_name, one.birth_year) for one in people
        ],
        "born": [identities.born_hash(one.phone, one.birth_year) for one in people],
        "papers": [number for number in columns["documents"] if number],
        "key": key.pk,
        "source": source,
        "codes": [code_key(one.key, source) for one in hashes],
        "outcome": int(answers.outcome),
        "residence": check_in.residence_id,
        "burst": check_in.burst,
        # Companions never declare for themselves.
        "on_behalf": [check_in.on_behalf or place > 0 for place in range(len(people))],
        "ids": ids,
        "places": [
            seal(public_key, row, places) if places["travel_places"] else None for row in ids
        ],
    }


def _make_days(*moments: datetime) -> None:
    """Make the parts a form writes to: its day, and the day before, which it may end."""
    days = [local_day(moment) for moment in moments]
    for model in (Visit, Declaration):
        partitions.make_days(model._meta.db_table, min(days) - timedelta(days=1), max(days))
