"""What speaks against a new case: the person is one already, or is known under another name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from declarations import identities
from declarations.identities import Person, known_by
from declarations.models import Visitor
from tracing.models import Case, CaseEvent

from .search import cases_of


@dataclass(frozen=True)
class Doubts:
    """Open cases that the person is already, and others who declared under the same phone."""

    cases: Sequence[Case] = ()
    same_phone: Sequence[Visitor] = ()

    def __bool__(self) -> bool:
        return bool(self.cases or self.same_phone)


def doubts_of(keys: Sequence[UUID], form: str) -> Doubts:
    """Return the open cases that visitors are already, but for one that this form opened."""
    of_each = cases_of(keys)
    found = {case.pk: case for cases in of_each.values() for case in cases if not case.closed_at}
    by_this_form = CaseEvent.objects.filter(case__in=found, what="opened", told__form=form)
    for key in by_this_form.values_list("case", flat=True):
        del found[key]
    return Doubts(list(found.values()))


def doubts_of_stranger(person: Person, form: str) -> Doubts:
    """Return the same of somebody typed in, who may have declared with another spelling or year.

    Whoever is known by what was typed is the person; where it may mean two, both are shown.
    """
    known = [one.key for one in known_by(person)]
    keys = known if len(known) == 1 else [person.key]
    cases = doubts_of(keys, form).cases
    phone = identities.phone_hash(person.phone)
    others = Visitor.objects.filter(Q(phone_hash=phone) | Q(key__in=known)).exclude(key__in=keys)
    shown = others.select_related("residence__parent").order_by("-seen_on", "key")[:10]
    sent = CaseEvent.objects.filter(what="opened", told__form=form, case__visitors=keys)
    return Doubts(cases, [] if sent.exists() else list(shown))
