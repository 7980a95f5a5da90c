"""The people of a case as those who look at their names ask for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.phones import displayed
from declarations.disclosures import Look, Subject, reveal
from declarations.models import Purpose, Visitor
from declarations.opening import Opener

from .models import Case, Contact

NAME = ("full_name", "birth_year")
TO_CALL = (*NAME, "phone", "gender", "address")
EVERYTHING = (*TO_CALL, "id_number")

People = dict[UUID, dict[str, Any]]


def subject_of(case: Case) -> Subject:
    """Return the person of a case."""
    return Subject(case.sealed_row, case.mask, case.sealing_key_id, bytes(case.sealed))


def subjects_of(contacts: Iterable[Contact]) -> list[Subject]:
    """Return contacts as their box was copied, else as the visitor's; who is forgotten is left out."""
    wanted = {contact.visitor: contact for contact in contacts}
    kept = [
        Subject(one.visitor, one.mask, one.sealing_key_id, bytes(one.sealed))
        for one in wanted.values()
        if one.sealed is not None and one.sealing_key_id is not None
    ]
    missing = wanted.keys() - {subject.visitor for subject in kept}
    visitors = Visitor.objects.filter(key__in=missing)
    return kept + [
        Subject(one.key, one.mask, one.sealing_key_id, bytes(one.sealed)) for one in visitors
    ]


def names_of(contacts: Iterable[Contact], look: Look, opener: Opener, now: datetime) -> People:
    """Return what is needed to call contacts, by visitor, after the look is written down."""
    people = reveal(look, subjects_of(contacts), TO_CALL, opener, now)
    for person in people.values():
        person["displayed_phone"] = displayed(person["phone"])
    return people


def name_of(case: Case, look: Look, opener: Opener, now: datetime) -> dict[str, Any] | None:
    """Return who the person of a case is, after the look is written down; None if damaged."""
    return reveal(look, [subject_of(case)], EVERYTHING, opener, now).get(case.sealed_row)


__all__ = ["Look", "People", "Purpose", "name_of", "names_of", "subject_of", "subjects_of"]
