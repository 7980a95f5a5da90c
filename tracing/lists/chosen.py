"""Which contacts stand on a list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from accounts.models import Account
from districts.models import Unit
from tracing.models import Act, Case, Contact, ContactQuerySet, FollowUp, Standing
from tracing.triage.bands import BY_RISK, Banded
from tracing.triage.calls import SPOKEN, to_call
from tracing.triage.filters import Filters, contacts_of, narrowed


@dataclass(frozen=True)
class Choice:
    """What a case's contacts are narrowed to, as on the page of triage; at first close contacts.

    To do are, on demand, the first `calls`, or all that is left of `today`.
    """

    filters: Filters
    to_do: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """Return what an address asks for; what it makes up is left out."""
        filters = Filters.of({name: asked[name] for name in asked})
        filters = replace(filters, standing=filters.standing or Standing.CONFIRMED.value)
        to_do = asked.get("to_do", "")
        return cls(filters, to_do if to_do in ("calls", "today") else "")


def of_case(case: Case, choice: Choice, on: date) -> list[Contact]:
    """Return a case's contacts, soonest due and most urgent first."""
    filters = choice.filters
    everybody: Banded = contacts_of(case, filters.generation, is_aside=bool(filters.aside))
    if choice.to_do == "calls":
        everybody = to_call(case)
    elif choice.to_do:
        everybody = to_do(everybody, on)
    found = narrowed(everybody, filters).order_by("due_on", *BY_RISK)
    return list(found.select_related("case__rule", "residence__parent", "commune__parent"))


def of_commune(commune: Unit, officer: Account, on: date) -> list[Contact]:
    """Return whom a commune's health station follows up on a day, of all cases, soonest due first.

    The officer sees them; somebody whom several cases met stands there once for each.
    """
    communes = Unit.objects.counting_to(commune, on)
    return _followed(Contact.objects.filter(commune__in=communes), officer, on)


def without_station(officer: Account, on: date) -> list[Contact]:
    """Return whom no health station follows up: from elsewhere, or nobody knows from where."""
    return _followed(Contact.objects.filter(commune=None), officer, on)


def _followed(contacts: ContactQuerySet, officer: Account, on: date) -> list[Contact]:
    visible = contacts.visible_to(officer).counted().to_follow_up(on).with_case()
    return list(visible.order_by("due_on", "-certain_seconds", "pk"))


def to_do(contacts: Banded, on: date) -> Banded:
    """Return contacts who are due, or in follow-up, and nobody spoke with on a local day."""
    acts = FollowUp.objects.of(OuterRef("pk"))
    spoken = acts.filter(Q(act=Act.CALL, outcome__in=SPOKEN) | Q(act=Act.DAY), on=on)
    followed = contacts.filter(standing=Standing.CONFIRMED, result="", follow_up_until__gte=on)
    due = followed.filter(Q(due_on=None) | Q(due_on__lte=on) | Exists(acts))
    return due.exclude(Exists(spoken))
