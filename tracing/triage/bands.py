"""Bands: contacts by how long they were together, before anybody is called."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Case as FirstOf
from django.utils.translation import gettext_lazy as _

from tracing.models import Case, Contact

SHORT_MINUTES = 5
# Contacts of which each knows its band.
Banded = QuerySet[Any]
BY_RISK = ("-is_household", "band", "-certain_seconds", "-possible_seconds", "evidence", "pk")


class Band(models.IntegerChoices):
    """A class of contacts, the most urgent first."""

    CERTAIN = 1, _("certainly long enough")
    POSSIBLE = 2, _("possibly long enough")
    SHORT = 3, _("possibly five minutes")
    LINK = 4, _("epidemiological link only")
    HOUSEHOLD = 5, _("same household, not met at a venue")


@dataclass(frozen=True)
class BandCount:
    """How many people are in a band, and how many of them nobody decided on yet."""

    band: Band
    minutes: int
    people: int
    undecided: int


def with_bands(contacts: QuerySet[Contact], minimum: int) -> Banded:
    """Say of each contact the first band that fits; `minimum` are the rule's minutes."""
    return contacts.annotate(
        band=FirstOf(
            When(certain_seconds__gte=minimum * 60, then=Value(Band.CERTAIN)),
            When(possible_seconds__gte=minimum * 60, then=Value(Band.POSSIBLE)),
            When(possible_seconds__gte=SHORT_MINUTES * 60, then=Value(Band.SHORT)),
            When(met_period__isempty=True, then=Value(Band.HOUSEHOLD)),
            default=Value(Band.LINK),
            output_field=IntegerField(),
        )
    )


def ranked(contacts: Banded) -> Banded:
    """Order banded contacts by risk: household first, then the longest and best known."""
    return contacts.order_by(*BY_RISK)


def counted(case: Case, contacts: Banded) -> list[BandCount]:
    """Return every band with its people, the most urgent first."""
    undecided = Q(standing="proposed")
    rows: Any = (
        contacts.order_by()
        .values("band")
        .annotate(people=Count("pk"), undecided=Count("pk", filter=undecided))
    )
    found = {row["band"]: row for row in rows}
    minutes = {Band.CERTAIN: case.rule.minimum_minutes, Band.POSSIBLE: case.rule.minimum_minutes}
    return [
        BandCount(
            band,
            minutes.get(band, SHORT_MINUTES),
            found.get(band, {}).get("people", 0),
            found.get(band, {}).get("undecided", 0),
        )
        for band in Band
    ]
