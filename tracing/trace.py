"""Tracing: from where a case was to the people who were there, in two statements.

The first copies the visits of the case and marks those that made a place unsafe.
The second finds every visit that overlaps, and keeps for each person how long both were there:
certainly, and possibly. All periods are half-open: touching is not meeting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Account
from database.statements import statement_of
from declarations.models import COMMON_STAY, LONGEST_STAY, OBSERVED, Evidence, LeftReason
from districts.days import day_start, local_day
from districts.models import Unit
from venues.kinds import Kind, usual_stay

from .models import Case, Contact, lives_outside

_STAYS = statement_of(__file__, "stays")
_CONTACTS = statement_of(__file__, "contacts")
# Times on a register sheet are written by hand, from memory or a clock on the wall.
PAPER_TOLERANCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Source:
    """Somebody whose contacts are sought: a visitor, of the case itself or of a contact."""

    visitor: UUID | None
    contact_id: int | None
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Traced:
    """What a tracing found: exposures, people, and how many of them are new or no longer met."""

    exposures: int
    people: int
    new: int
    dropped: int


@transaction.atomic
def trace(case: Case, now: datetime) -> Traced:
    """Find the people whom a case met, by its rule; doing it again keeps what was decided."""
    Case.objects.lock(case)
    since, until = case.infectious_period.lower, case.infectious_period.upper
    # Of a case that never checked in, stays may be told all the same: the source is then nobody.
    known: list[UUID | None] = list(case.visitors) or [None]
    sources = [Source(visitor, None, since, until) for visitor in known]
    return _traced(case, 1, sources, list(case.phone_hashes), now)


@transaction.atomic
def trace_anew(case: Case, what: str, by: Account, now: datetime, **details: Any) -> None:
    """Trace a case after something about it changed, and write down what changed."""
    traced = vars(trace(case, now))
    case.events.create(at=now, by=by, what=what, details=details | {"found": traced})


@transaction.atomic
def trace_further(case: Case, now: datetime, area: Unit | None = None) -> Traced:
    """Find the people whom the confirmed close contacts of a case met since they met it: F2.

    Those who live outside an area, by default the case's own, are left out unless a second officer
    confirmed that the case may be followed there: their visits are not the area's to see.
    """
    Case.objects.lock(case)
    first = case.contacts.of_generation(1).each_once().close()
    if not case.reaches_outsiders:
        first = first.exclude(lives_outside(area or case.area))
    close = list(first.exclude(met_period__isempty=True).prefetch_related("joined"))
    sources = [
        Source(
            person.visitor,
            contact.pk,
            contact.met_period.lower,
            max(_isolated(contact) or now, contact.met_period.lower),
        )
        for contact in close
        for person in (contact, *contact.joined.all())
    ]
    return _traced(case, 2, sources, [contact.phone_hash for contact in close], now)


def _isolated(contact: Contact) -> datetime | None:
    return day_start(contact.isolated_on + timedelta(days=1)) if contact.isolated_on else None


def _traced(
    case: Case, generation: int, sources: Sequence[Source], phones: list[UUID], now: datetime
) -> Traced:
    parameters = {
        **_circumstances(now),
        "case": case.pk,
        "generation": generation,
        "visitors": case.visitors,
        "phones": phones,
        "sources": [source.visitor for source in sources],
        "contacts": [source.contact_id for source in sources],
        "since": [source.since for source in sources],
        "until": [source.until for source in sources],
        "linger": case.rule.linger,
        "kept_since": day_start(local_day(now) - timedelta(settings.RETENTION_DAYS)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, parameters)
        cursor.execute(_CONTACTS, parameters)
        traced = Traced(*cursor.fetchone())
    if generation == 1:
        case.traced_at = now
        case.save(update_fields=["traced_at"])
    return traced


def _circumstances(now: datetime) -> dict[str, Any]:
    stays = {kind.value: usual_stay(kind) for kind in Kind}
    return {
        "now": now,
        "kinds": list(stays),
        "usual_stays": list(stays.values()),
        "paper": int(Evidence.PAPER),
        "scanned": int(LeftReason.SCANNED),
        "tolerance": PAPER_TOLERANCE,
        "observed": [int(evidence) for evidence in OBSERVED],
        "common": COMMON_STAY,
        "longest": LONGEST_STAY,
        # A phone of more people than this is a venue's or a helper's, no household's.
        "largest_household": 10,
    }
