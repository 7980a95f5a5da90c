"""Whose names are looked at for a case: its people as they are asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.models import Account
from authority.disclosures import Look, SealedRow, Subject, reveal
from authority.sealing import Opener
from declarations.models import Version, Visitor
from districts.models import Unit
from forms.phones import displayed

from .access import outsiders
from .models import Case, Contact

NAME = ("full_name", "birth_year")
TO_CALL = (*NAME, "phone", "gender", "address")
EVERYTHING = (*TO_CALL, "id_number")

People = dict[UUID, dict[str, Any]]


@dataclass(frozen=True)
class Alias:
    """What else is known of a person: another record, or what another phone or station typed.

    An earlier document that their own phone typed is known by itself as its source.
    """

    visitor: UUID
    mask: str
    residence: Unit | None
    seen_on: date
    box: SealedRow = field(repr=False)
    source: UUID | None = None
    is_earlier: bool = False
    details: dict[str, Any] = field(default_factory=dict, repr=False)


def aliases_of(visitors: Sequence[UUID]) -> list[Alias]:
    """Return what else is known of a person, whose own record is the first one."""
    records = Visitor.objects.filter(key__in=visitors[1:]).select_related("residence__parent")
    versions = Version.objects.filter(visitor__in=visitors).select_related("residence__parent")
    aliases = [_alias(record, record.key, record.key) for record in records]
    aliases += [
        replace(
            _alias(version, version.visitor_id, version.row),
            source=version.source,
            is_earlier=version.source == version.document_hash,
        )
        for version in versions
    ]
    return sorted(aliases, key=lambda alias: (bool(alias.source), -alias.seen_on.toordinal()))


def subjects_with(own: Sequence[Subject], aliases: Iterable[Alias]) -> list[Subject]:
    """Return people to look at together with all that is known of them, for one look at each."""
    people = {subject.visitor: subject for subject in own}
    for alias in aliases:
        if alias.source is None and alias.visitor not in people:
            people[alias.visitor] = Subject(
                alias.visitor, alias.mask, alias.box.sealing_key_id, alias.box.sealed
            )
    for alias in aliases:
        if alias.source and (known := people.get(alias.visitor)):
            also = {**known.also, alias.source: alias.box}
            people[alias.visitor] = replace(known, also=also)
    return list(people.values())


def with_details(aliases: Iterable[Alias], people: People) -> list[Alias]:
    """Put to each alias what was opened of it; a damaged box stays under its mask."""
    opened = []
    for alias in aliases:
        details = people.get(alias.visitor, {})
        if alias.source:
            details = details.get("also", {}).get(alias.source, {})
        phone = {"displayed_phone": displayed(details["phone"])} if details.get("phone") else {}
        opened.append(replace(alias, details=details | phone))
    return opened


def _alias(record: Visitor | Version, visitor: UUID, row: UUID) -> Alias:
    box = SealedRow(record.sealing_key_id, row, bytes(record.sealed))
    return Alias(visitor, record.mask, record.residence, record.seen_on, box)


def subject_of(case: Case) -> Subject:
    return Subject(case.sealed_row, case.mask, case.sealing_key_id, bytes(case.sealed))


def subjects_of(contacts: Iterable[Contact], officer: Account) -> list[Subject]:
    """Return contacts as their box was copied, else as the visitor's; who is forgotten is left out."""
    wanted = {contact.visitor: contact for contact in contacts}
    kept = {key: each for key, each in wanted.items() if each.sealed and each.sealing_key_id}
    visitors = Visitor.objects.filter(key__in=wanted.keys() - kept.keys())
    outside = outsiders(officer, wanted.values())
    return [_subject(one, outside) for one in (*kept.values(), *visitors)]


def _subject(one: Contact | Visitor, outside: set[UUID]) -> Subject:
    key = one.visitor if isinstance(one, Contact) else one.key
    box = (one.sealing_key_id or 0, bytes(one.sealed or b""))
    return Subject(key, one.mask, *box, is_outsider=key in outside)


def names_of(
    contacts: Iterable[Contact],
    look: Look,
    opener: Opener,
    now: datetime,
    aliases: Sequence[Alias] = (),
) -> People:
    """Return what is needed to call contacts, by visitor, after the look is written down.

    With aliases it is everything, as what was typed is told apart by the document.
    """
    subjects = subjects_with(subjects_of(contacts, look.officer), aliases)
    people = reveal(look, subjects, EVERYTHING if aliases else TO_CALL, opener, now)
    for person in people.values():
        person["displayed_phone"] = displayed(person["phone"])
    return people


def name_of(
    case: Case, aliases: Sequence[Alias], look: Look, opener: Opener, now: datetime
) -> People:
    """Return who the person of a case is, by record, after the look is written down."""
    return reveal(look, subjects_with([subject_of(case)], aliases), EVERYTHING, opener, now)
