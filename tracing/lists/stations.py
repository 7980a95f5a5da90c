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

NO_STATION = "elsewhere"


@dataclass(frozen=True)
class Station:
    """A commune's health station: people in follow-up, and how many of them are left for today.

    Without a commune: those whom no health station here follows up.
    """

    commune: Unit | None
    people: int
    to_do: int

    @property
    def code(self) -> str:
        """Stands in the addresses of its lists."""
        return self.commune.code if self.commune else NO_STATION


def stations_of(officer: Account, on: date) -> list[Station]:
    """Return the communes in force that follow up somebody whom the officer sees, by name.

    Last come those who have no commune here.
    """
    followed = Contact.objects.visible_to(officer).counted().to_follow_up(on)
    people, left = _by_commune(followed), _by_commune(to_do(followed, on))
    communes = (
        Unit.objects.filter(pk__in=filter(None, people)).with_parents().select_related("successor")
    )
    joined: dict[Unit, tuple[set[UUID], set[UUID]]] = defaultdict(lambda: (set(), set()))
    for commune in communes:
        everybody, still = joined[_in_force(commune, on)]
        everybody |= people[commune.pk]
        still |= left[commune.pk]
    in_order = sorted(joined.items(), key=lambda one: (one[0].place, one[0].pk))
    found = [Station(unit, len(both[0]), len(both[1])) for unit, both in in_order]
    elsewhere = Station(None, len(people[None]), len(left[None]))
    return [*found, elsewhere] if elsewhere.people else found


def _by_commune(contacts: Banded) -> dict[int | None, set[UUID]]:
    found: dict[int | None, set[UUID]] = defaultdict(set)
    for commune, visitor in contacts.values_list("commune", "visitor"):
        found[commune].add(visitor)
    return found


def _in_force(commune: Unit, on: date) -> Unit:
    """Return the unit whose health station it is now, after however many reforms."""
    while commune.successor and commune.ended_by(on):
        commune = commune.successor
    return commune
