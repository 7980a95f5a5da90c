"""Opening a case: the next number, the infectious period, a copy of the sealed box, and tracing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Account
from authority.keys import current_key
from authority.sealing import seal
from database.apart import is_apart
from declarations import identities
from declarations.identities import Person, known_by
from declarations.models import Visitor
from districts.days import local_day
from tracing.infectious import infectious_period
from tracing.models import Case, CaseEvent, Rule
from tracing.trace import trace

# Whoever opens a case waits for whoever is opening one: numbers have no gaps and no doubles.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('tracing: the number of a case'))"
_NEWEST = """
SELECT max(substring(number FROM 8)::int) FROM tracing_case WHERE number LIKE %(year)s
"""
_LONGEST_OPEN = timedelta(days=2)


@dataclass(frozen=True)
class Identity:
    """Who the case is: a sealed box with the row written into it, and what may stay readable."""

    visitors: list[UUID]
    phone_hashes: list[UUID]
    mask: str
    residence_id: int | None
    sealing_key_id: int
    sealed_row: UUID
    sealed: bytes


@dataclass(frozen=True)
class Illness:
    """What is known of an illness, and the rule that is chosen for it."""

    status: str
    onset_on: date | None
    sample_on: date | None
    isolated_at: datetime | None
    rule: Rule

    @property
    def period(self) -> DateTimeTZRange:
        """When the case was infectious, by the rule."""
        known = (self.onset_on, self.sample_on, self.isolated_at)
        return DateTimeTZRange(*infectious_period(self.rule, *known))


def of_visitors(visitors: Iterable[Visitor]) -> Identity:
    """Return the identity of somebody known under one or several records, the newest first."""
    known = sorted(visitors, key=lambda one: one.seen_on, reverse=True)
    newest = known[0]
    return Identity(
        visitors=[one.key for one in known],
        phone_hashes=sorted({one.phone_hash for one in known}),
        mask=newest.mask,
        residence_id=newest.residence_id,
        sealing_key_id=newest.sealing_key_id,
        sealed_row=newest.key,
        sealed=bytes(newest.sealed),
    )


def of_stranger(person: Person, residence_id: int | None) -> Identity:
    """Return the identity of somebody who was told of: sealed at once, and known by the same key.

    Should the person check in later, tracing the case again finds these visits. Where the name may
    mean two, it is neither: whoever asked was shown both.
    """
    visitors = known_by(person)
    if len(visitors) == 1:
        return of_visitors(visitors)
    key = current_key()
    return Identity(
        visitors=[person.key],
        phone_hashes=[identities.phone_hash(person.phone)],
        mask=identities.mask(person.full_name, person.phone),
        residence_id=residence_id,
        sealing_key_id=key.pk,
        sealed_row=person.key,
        sealed=seal(bytes(key.public_key), person.key, vars(person)),
    )


def take_turns() -> None:
    """Wait for whoever is opening a case, to the end of the transaction.

    Who asks afterwards whether somebody is a case already is told of that one too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


@transaction.atomic
def open_case(who: Identity, illness: Illness, by: Account, now: datetime, *, nonce: UUID) -> Case:
    """Open a case and trace it; the same form sent twice opens it once."""
    assert by.area is not None  # noqa: S101 - a tracer has an area
    take_turns()
    opened = CaseEvent.objects.filter(what="opened", by=by, at__gt=now - _LONGEST_OPEN)
    again = opened.filter(told__form=nonce.hex).select_related("case").first()
    if again:
        return again.case
    case = Case.objects.create(
        **vars(who),
        **vars(illness),
        number=_next_number(local_day(now).year),
        area=by.area,
        infectious_period=illness.period,
        opened_by=by,
        opened_at=now,
    )
    done = trace(case, now)
    told = {"form": nonce.hex, "status": case.status, "rule": illness.rule.document}
    case.events.create(at=now, by=by, what="opened", told=told | {"found": vars(done)})
    return case


def _next_number(year: int) -> str:
    # A list of a drill that lies about must not look like one of real people: diễn tập.
    begins = f"{'DT' if is_apart() else 'BN'}{year}-"
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"year": f"{begins}%"})
        newest = cursor.fetchone()[0] or 0
    return f"{begins}{newest + 1:04}"
