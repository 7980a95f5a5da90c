"""What a tracer narrows the contacts of a case by; the address says all of it."""

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from declarations.models import Evidence
from tracing.models import Case, Contact, Meeting, Standing

from .bands import Band, Banded, with_bands

_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Filters:
    """The choices of the triage page; what makes no sense in an address counts as not chosen."""

    band: int = 0
    certain: int = 0
    possible: int = 0
    venue: int = 0
    commune: int = 0
    evidence: int = 0
    household: int = 0
    generation: int = 1
    aside: int = 0
    standing: str = ""

    @classmethod
    def of(cls, asked: dict[str, str]) -> "Filters":
        """Return what an address or form asks for."""
        given: dict[str, Any] = {}
        for field in fields(cls):
            typed = asked.get(field.name, "")
            if field.name == "standing":
                given["standing"] = typed if typed in Standing.values else ""
            elif typed.isascii() and typed.isdecimal() and int(typed) <= _LARGEST:
                given[field.name] = int(typed)
        return cls(**given)

    @property
    def query(self) -> dict[str, Any]:
        """What an address needs to ask for the same."""
        return {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default
        }

    @property
    def over(self) -> Standing:
        """Whom a decision on everybody is about: those not decided, unless others are chosen."""
        decided = Standing.DISMISSED if self.aside else Standing.PROPOSED
        return Standing(self.standing) if self.standing else decided

    @property
    def is_narrow(self) -> bool:
        return bool(set(self.query) - {"generation"})


def contacts_of(case: Case, generation: int, *, is_aside: bool = False) -> Banded:
    """Return the contacts of a case of a generation, each person once and with its band.

    Bursts that are set aside are among them on demand only, and then alone.
    """
    people = Contact.objects.filter(case=case).each_once().filter(is_aside=is_aside)
    return with_bands(people.of_generation(2 if generation == 2 else 1), case.rule.minimum_minutes)


def narrowed(contacts: Banded, filters: Filters, but: str = "") -> Banded:
    """Return the contacts that fit all filters `but` one, which is what its options count."""
    chosen = {
        "band": Q(band=filters.band),
        "venue": Q(Exists(_meetings().filter(stay__venue=filters.venue))),
        "commune": Q(residence=filters.commune),
        "evidence": Q(evidence=filters.evidence),
        "household": Q(is_household=True),
        "standing": Q(standing=filters.standing),
        "certain": Q(certain_seconds__gte=filters.certain * 60),
        "possible": Q(possible_seconds__gte=filters.possible * 60),
    }
    for name, condition in chosen.items():
        if name != but and getattr(filters, name):
            contacts = contacts.filter(condition)
    return contacts


def options(case: Case, filters: Filters) -> dict[str, list[tuple[Any, str, int]]]:
    """Return what can be chosen: for each filter its values, names, and numbers of people."""
    everybody = contacts_of(case, filters.generation, is_aside=bool(filters.aside))
    return {
        "venue": _venues(narrowed(everybody, filters, but="venue")),
        "commune": _communes(narrowed(everybody, filters, but="commune")),
        "evidence": _choices(narrowed(everybody, filters, but="evidence"), "evidence", Evidence),
        "standing": _choices(narrowed(everybody, filters, but="standing"), "standing", Standing),
    }


def _meetings() -> QuerySet[Meeting]:
    met = Q(contact=OuterRef("pk")) | Q(contact__same_as=OuterRef("pk"))
    return Meeting.objects.filter(met)


def _venues(contacts: Banded) -> list[tuple[Any, str, int]]:
    one = Coalesce("contact__same_as", "contact")
    met = Meeting.objects.annotate(one=one).filter(one__in=contacts.order_by().values("pk"))
    rows = met.values_list("stay__venue", "stay__venue__name")
    counted = rows.annotate(people=Count("one", distinct=True))
    return sorted(counted, key=lambda row: (-row[2], row[1]))


def _communes(contacts: Banded) -> list[tuple[Any, str, int]]:
    rows = contacts.order_by().exclude(residence=None)
    counted = rows.values_list("residence", "residence__name", "residence__parent__name").annotate(
        people=Count("pk")
    )
    named = [(pk, ", ".join(filter(None, [name, above])), n) for pk, name, above, n in counted]
    return sorted(named, key=lambda row: (-row[2], row[1]))


def _choices(contacts: Banded, name: str, kinds: Any) -> list[tuple[Any, str, int]]:
    rows = contacts.order_by().values_list(name).annotate(people=Count("pk"))
    counted = dict(rows)
    return [
        (kind.value, kind.label, counted[kind.value]) for kind in kinds if kind.value in counted
    ]


__all__ = ["Band", "Filters", "contacts_of", "narrowed", "options"]
