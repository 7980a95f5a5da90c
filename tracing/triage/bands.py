"""The contacts of a case in bands, by how long they were together, and as an address narrows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Case as FirstOf
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from declarations.models import Evidence
from tracing.models import Case, Contact, ContactQuerySet, Meeting, Standing

_SHORT_MINUTES = 5
BY_RISK = ("-is_household", "band", "-certain_seconds", "-possible_seconds", "evidence", "pk")
_LARGEST = 2**31 - 1  # of a number in an address
_MOST_PLACES = 2


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


@dataclass(frozen=True)
class ContactFilters:
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
    def of(cls, asked: dict[str, str]) -> Self:
        """Return what an address or form asks for."""
        chosen: dict[str, Any] = {}
        for field in fields(cls):
            value = asked.get(field.name, "")
            if field.name == "standing":
                chosen["standing"] = value if value in Standing.values else ""
            elif value.isascii() and value.isdecimal() and int(value) <= _LARGEST:
                chosen[field.name] = int(value)
        return cls(**chosen)

    @property
    def query(self) -> dict[str, Any]:
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

    def everybody(self, case: Case) -> ContactQuerySet:
        """Return the contacts of a case of the generation, each person once and with its band.

        Bursts that are set aside are among them on demand only, and then alone.
        """
        people = case.contacts.each_once().filter(is_aside=bool(self.aside))
        people = people.of_generation(2 if self.generation == 2 else 1)
        return with_bands(people, case.rule.minimum_minutes)

    def narrowed(self, contacts: ContactQuerySet, but: str = "") -> ContactQuerySet:
        """Return the contacts that fit all filters `but` one, which is what its options count."""
        met = Q(contact=OuterRef("pk")) | Q(contact__same_as=OuterRef("pk"))
        conditions = {
            "band": Q(band=self.band),
            "venue": Q(Exists(Meeting.objects.filter(met, stay__venue=self.venue))),
            "commune": Q(residence=self.commune),
            "evidence": Q(evidence=self.evidence),
            "household": Q(is_household=True),
            "standing": Q(standing=self.standing),
            "certain": Q(certain_seconds__gte=self.certain * 60),
            "possible": Q(possible_seconds__gte=self.possible * 60),
        }
        for name, condition in conditions.items():
            if name != but and getattr(self, name):
                contacts = contacts.filter(condition)
        return contacts

    def options(self, case: Case) -> dict[str, list[tuple[Any, str, int]]]:
        """Return what can be chosen: for each filter its values, names, and numbers of people."""
        everybody = self.everybody(case)
        return {
            "venue": _venues(self.narrowed(everybody, but="venue")),
            "commune": _communes(self.narrowed(everybody, but="commune")),
            "evidence": _choices(self.narrowed(everybody, but="evidence"), "evidence", Evidence),
            "standing": _choices(self.narrowed(everybody, but="standing"), "standing", Standing),
        }


@dataclass(frozen=True)
class TriageRow:
    """A contact with the places of its longest meetings, and how many more there are."""

    contact: Contact
    meetings: list[Meeting]
    more: int


def with_bands(contacts: ContactQuerySet, minimum: int) -> ContactQuerySet:
    """Say of each contact the first band that fits; `minimum` are the rule's minutes."""
    return contacts.with_length(minimum).annotate(
        band=FirstOf(
            When(is_certainly_long=True, then=Value(Band.CERTAIN)),
            When(is_possibly_long=True, then=Value(Band.POSSIBLE)),
            When(possible_seconds__gte=_SHORT_MINUTES * 60, then=Value(Band.SHORT)),
            When(met_period__isempty=True, then=Value(Band.HOUSEHOLD)),
            default=Value(Band.LINK),
            output_field=IntegerField(),
        )
    )


def band_counts(case: Case, contacts: ContactQuerySet) -> list[BandCount]:
    undecided = Count("pk", filter=Q(standing="proposed"))
    listed: Any = contacts.order_by()
    rows = listed.values_list("band").annotate(people=Count("pk"), undecided=undecided)
    by_band = {band: numbers for band, *numbers in rows}
    minutes = {Band.CERTAIN: case.rule.minimum_minutes, Band.POSSIBLE: case.rule.minimum_minutes}
    return [
        BandCount(band, minutes.get(band, _SHORT_MINUTES), *by_band.get(band, (0, 0)))
        for band in Band
    ]


def rows_of(contacts: Iterable[Contact]) -> list[TriageRow]:
    """Return contacts as lines, with one statement for all their meetings."""
    listed = list(contacts)
    met: dict[int, list[Meeting]] = defaultdict(list)
    meetings = Meeting.objects.of_people(contact.pk for contact in listed)
    for meeting in meetings.select_related("stay__venue").order_by("pk"):
        met[meeting.one].append(meeting)
    rows = []
    for contact in listed:
        longest = sorted(met[contact.pk], key=attrgetter("length"), reverse=True)
        more = max(len(longest) - _MOST_PLACES, 0)
        rows.append(TriageRow(contact, longest[:_MOST_PLACES], more))
    return rows


def _venues(contacts: ContactQuerySet) -> list[tuple[Any, str, int]]:
    person = Coalesce("contact__same_as", "contact")
    met = Meeting.objects.annotate(one=person).filter(one__in=contacts.order_by().values("pk"))
    rows = met.values_list("stay__venue", "stay__venue__name")
    counted = rows.annotate(people=Count("one", distinct=True))
    return sorted(counted, key=lambda row: (-row[2], row[1]))


def _communes(contacts: ContactQuerySet) -> list[tuple[Any, str, int]]:
    rows: Any = contacts.order_by().exclude(residence=None)
    rows = rows.values_list("residence", "residence__name", "residence__parent__name")
    counted = rows.annotate(people=Count("pk"))
    named = [(pk, ", ".join(filter(None, [name, above])), n) for pk, name, above, n in counted]
    return sorted(named, key=lambda row: (-row[2], row[1]))


def _choices(contacts: ContactQuerySet, name: str, choices: Any) -> list[tuple[Any, str, int]]:
    counted = dict(contacts.order_by().values_list(name).annotate(people=Count("pk")))
    return [(one.value, one.label, counted[one.value]) for one in choices if one.value in counted]
