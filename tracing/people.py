"""Whose names are looked at for a case: its people as they are asked for, and the log of looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from authority.disclosures import Look, SealedRow, Subject, reveal
from authority.models import Disclosure
from authority.sealing import Opener
from declarations.models import Version, Visitor
from districts.models import Unit
from forms.phones import displayed
from forms.search import typed_search

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


def subjects_of(contacts: Iterable[Contact]) -> list[Subject]:
    """Return contacts as their box was copied, else as the visitor's; who is forgotten is left out."""
    wanted = {contact.visitor: contact for contact in contacts}
    kept = [
        Subject(contact.visitor, contact.mask, contact.sealing_key_id, bytes(contact.sealed))
        for contact in wanted.values()
        if contact.sealed is not None and contact.sealing_key_id is not None
    ]
    missing = wanted.keys() - {subject.visitor for subject in kept}
    return kept + [
        Subject(visitor.key, visitor.mask, visitor.sealing_key_id, bytes(visitor.sealed))
        for visitor in Visitor.objects.filter(key__in=missing)
    ]


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
    subjects = subjects_with(subjects_of(contacts), aliases)
    people = reveal(look, subjects, EVERYTHING if aliases else TO_CALL, opener, now)
    for person in people.values():
        person["displayed_phone"] = displayed(person["phone"])
    return people


def name_of(
    case: Case, aliases: Sequence[Alias], look: Look, opener: Opener, now: datetime
) -> People:
    """Return who the person of a case is, by record, after the look is written down."""
    return reveal(look, subjects_with([subject_of(case)], aliases), EVERYTHING, opener, now)


@never_cache
@require_safe
@tracer_required
def log(request: HttpRequest) -> HttpResponse:
    officer = official_of(request)
    number = typed_search(request.GET, "case")[:20]
    seen = Disclosure.objects.visible_to(officer).newest_first()
    looks = seen.filter(case_number=number) if number else seen
    cases = Case.objects.visible_to(officer).values_list("number", flat=True)
    page = Paginator(looks, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "number": number,
        "known": set(cases.filter(number__in={row.case_number for row in page.object_list})),
    }
    return render(request, "tracing/log.html", context)
