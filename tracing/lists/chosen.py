"""Which contacts stand on a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from accounts.models import Account
from districts.models import Unit
from tracing.models import Act, CallOutcome, Case, Contact, ContactQuerySet, FollowUp, Standing

# Whom one could not speak with is called again the same day.
_NOT_SPOKEN_WITH = (CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER)


@dataclass(frozen=True)
class Filters:
    """What a case's contacts are narrowed to; by default those whom a tracer confirmed."""

    standing: Standing = Standing.CONFIRMED
    commune: str = ""
    is_to_do: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """Return what an address asks for; what it makes up is left out."""
        standing = asked.get("standing", "")
        return cls(
            Standing(standing) if standing in Standing.values else Standing.CONFIRMED,
            "".join(filter(str.isalnum, asked.get("commune", "")))[:20],
            asked.get("to_do") == "today",
        )


def of_case(case: Case, filters: Filters, on: date) -> list[Contact]:
    """Return a case's contacts, longest together first."""
    contacts = Contact.objects.filter(case=case, standing=filters.standing)
    if filters.commune:
        contacts = contacts.filter(commune__code=filters.commune)
    if filters.is_to_do:
        contacts = to_do(contacts, on)
    return list(contacts.with_case().order_by("-certain_seconds", "-possible_seconds", "pk"))


def of_commune(commune: Unit, officer: Account, on: date) -> list[Contact]:
    """Return whom a commune's health station follows up on a day, of all cases, soonest due first.

    The officer sees them; somebody whom several cases met stands there once for each.
    """
    communes = Unit.objects.counting_to(commune, on)
    contacts = Contact.objects.visible_to(officer).filter(commune__in=communes)
    followed = contacts.to_follow_up(on).with_case()
    return list(followed.order_by("due_on", "-certain_seconds", "pk"))


def to_do(contacts: ContactQuerySet, on: date) -> ContactQuerySet:
    """Return contacts who are due, or in follow-up, and nobody spoke with on a local day."""
    acts = FollowUp.objects.filter(contact=OuterRef("pk"))
    spoken = acts.filter(on=on, act__in=[Act.CALL, Act.DAY]).exclude(outcome__in=_NOT_SPOKEN_WITH)
    due = contacts.to_follow_up(on).filter(Q(due_on=None) | Q(due_on__lte=on) | Exists(acts))
    return due.exclude(Exists(spoken))
