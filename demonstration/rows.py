"""Rows as COPY takes them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from authority.models import SealingKey
from authority.sealing import seal
from declarations import identities
from declarations.models import Declaration, Evidence, Visit
from declarations.models import Visitor as StoredVisitor
from demonstration.days import Outing, Stop
from demonstration.people import Visitor


@dataclass(frozen=True)
class Table:
    """Where rows go."""

    name: str
    columns: tuple[str, ...]


VISITS = Table(
    Visit._meta.db_table,
    (
        *("venue_id", "entered_at", "recorded_at", "left_at", "left_reason"),
        *("evidence", "outcome", "id", "visitor_id"),
    ),
)
DECLARATIONS = Table(
    Declaration._meta.db_table,
    (
        *("venue_id", "declared_at", "recorded_at", "residence_id", "sealing_key_id"),
        *("symptoms", "outcome", "travelled", "case_contact", "area_contact"),
        *("symptomatic_contact", "on_behalf", "id", "visitor_id", "sealed"),
    ),
)
VISITORS = Table(
    StoredVisitor._meta.db_table,
    (
        *("key", "phone_hash", "fold", "spelling", "born"),
        *("document_hash", "residence_id", "sealing_key_id"),
        *("seen_on", "mask", "sealed"),
    ),
)


def visit_row(stop: Stop, visitor: Visitor, outing: Outing, now: datetime) -> tuple[Any, ...]:
    """Return a visit as it is known now: paper not yet typed in counts as the poster's."""
    evidence, recorded_at = stop.evidence, stop.recorded_at
    if recorded_at > now:
        evidence, recorded_at = Evidence.POSTER, min(stop.entered_at, now)
    has_left = stop.left_at <= now
    return (
        stop.place.venue_id,
        stop.entered_at,
        recorded_at,
        stop.left_at if has_left else None,
        int(stop.left_reason) if has_left else None,
        int(evidence),
        int(outing.outcome),
        stop.form.id_for(visitor.key),
        visitor.key,
    )


def declaration_row(
    outing: Outing, visitor: Visitor, key: SealingKey, now: datetime
) -> tuple[Any, ...]:
    """Return what a visitor declared at the first stop of the day."""
    stop, said = outing.stops[0], outing.answers
    row = stop.form.id_for(visitor.key, said, outing.travel_places)
    places = {"travel_places": outing.travel_places}
    return (
        stop.place.venue_id,
        stop.entered_at,
        stop.recorded_at if stop.recorded_at <= now else stop.entered_at,
        visitor.residence_id,
        key.pk,
        said.symptoms,
        int(outing.outcome),
        said.travelled,
        said.case_contact,
        said.area_contact,
        said.symptomatic_contact,
        visitor is not outing.party[0],
        row,
        visitor.key,
        seal(bytes(key.public_key), row, places) if outing.travel_places else None,
    )


def visitor_row(visitor: Visitor, seen_on: date, key: SealingKey) -> tuple[Any, ...]:
    """Return a person, sealed."""
    person = visitor.person
    known = identities.hashes(person.phone, person.full_name, person.birth_year)
    return (
        visitor.key,
        identities.phone_hash(person.phone),
        known.fold,
        known.spelling,
        identities.born_hash(person.phone, person.birth_year),
        identities.document_hash(person.id_number) if person.id_number else None,
        visitor.residence_id,
        key.pk,
        seen_on,
        identities.mask(person.full_name, person.phone),
        seal(bytes(key.public_key), visitor.key, vars(person)),
    )
