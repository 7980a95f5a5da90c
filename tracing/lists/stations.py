"""Which communes have somebody to follow up, and how many."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Account
from districts.models import Unit
from tracing.models import Contact
from tracing.triage.bands import Banded

from .chosen import to_do


@dataclass(frozen=True)
class Station:
    """A commune's health station: people in follow-up, and how many of them are left for today."""

    commune: Unit
    people: int
    to_do: int


def stations_of(officer: Account, on: date) -> list[Station]:
    """Return the communes in force that follow up somebody whom the officer sees, by name."""
    seen = Contact.objects.visible_to(officer).counted()
    followed = seen.to_follow_up(on).exclude(commune=None)
    people, left = _by_commune(followed), _by_commune(to_do(followed, on))
    communes = Unit.objects.filter(pk__in=people).with_parents().select_related("successor")
    joined: dict[Unit, tuple[set[UUID], set[UUID]]] = defaultdict(lambda: (set(), set()))
    for commune in communes:
        everybody, still = joined[_in_force(commune, on)]
        everybody |= people[commune.pk]
        still |= left[commune.pk]
    found = [Station(unit, len(both[0]), len(both[1])) for unit, both in joined.items()]
    return sorted(found, key=lambda one: (one.commune.place, one.commune.pk))


def _by_commune(contacts: Banded) -> dict[int, set[UUID]]:
    found: dict[int, set[UUID]] = defaultdict(set)
    for commune, visitor in contacts.values_list("commune", "visitor"):
        found[commune].add(visitor)
    return found


def _in_force(commune: Unit, on: date) -> Unit:
    """Return the unit whose health station it is now, after however many reforms."""
    while commune.successor and commune.ended_by(on):
        commune = commune.successor
    return commune
