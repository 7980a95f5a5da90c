"""How many people a case met, by how long, and how far tracers have come with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from tracing.models import Case, Contact, FollowUp, Standing, Stay


@dataclass(frozen=True)
class Figures:
    """What is counted of a case; people are those whom the case itself met (F1)."""

    case: int
    exposures: int = 0
    people: int = 0
    certain: int = 0
    possible: int = 0
    undecided: int = 0
    confirmed: int = 0
    followed: int = 0

    @property
    def link(self) -> int:
        """People who cannot have been there together for as long as the rule says."""
        return self.people - self.certain - self.possible


def figures_of(cases: Iterable[Case]) -> dict[int, Figures]:
    """Return the figures of cases by their keys, in two statements."""
    wanted = [case.pk for case in cases]
    exposures = Stay.objects.of_the_case().exposures().filter(case__in=wanted)
    places = dict(exposures.values_list("case").annotate(n=Count("pk")).values_list("case", "n"))
    long = F("case__rule__minimum_minutes") * 60
    certain = Q(certain_seconds__gte=long)
    confirmed = Q(standing=Standing.CONFIRMED)
    begun = Exists(FollowUp.objects.of(OuterRef("pk")))
    met = Contact.objects.of_generation(1).counted().filter(case__in=wanted).annotate(begun=begun)
    rows = met.values("case").annotate(
        people=Count("pk"),
        certain=Count("pk", filter=certain),
        possible=Count("pk", filter=~certain & Q(possible_seconds__gte=long)),
        undecided=Count("pk", filter=Q(standing=Standing.PROPOSED)),
        confirmed=Count("pk", filter=confirmed),
        followed=Count("pk", filter=confirmed & Q(begun=True)),
    )
    counted: dict[int, dict[str, Any]] = {row["case"]: {**row} for row in rows}
    return {
        key: Figures(exposures=places.get(key, 0), **counted.get(key, {"case": key}))
        for key in wanted
    }
