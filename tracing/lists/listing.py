"""A list of contacts to take away: who stands on it, what it says of each, and what it is about."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Account
from districts.days import LOCAL_ZONE
from districts.models import Unit
from forms.phones import displayed
from tracing.models import Case, Contact, ContactQuerySet, FollowUp, Meeting, Standing
from tracing.people import People
from tracing.triage.bands import BY_RISK, ContactFilters
from tracing.triage.calls import to_call


@dataclass(frozen=True)
class ListScope:
    """What a case's contacts are narrowed to, as on the page of triage; at first close contacts.

    To do are, on demand, the first `calls`, or all that is left of `today`.
    """

    filters: ContactFilters
    to_do: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """Return what an address asks for; what it makes up is left out."""
        filters = ContactFilters.of({name: asked[name] for name in asked})
        filters = replace(filters, standing=filters.standing or Standing.CONFIRMED.value)
        to_do = asked.get("to_do", "")
        return cls(filters, to_do if to_do in ("calls", "today") else "")

    def contacts(self, case: Case, on: date) -> list[Contact]:
        """Return a case's contacts, soonest due and most urgent first."""
        everybody = to_call(case) if self.to_do == "calls" else self.filters.everybody(case)
        if self.to_do == "today":
            everybody = to_do(everybody, on)
        listed = self.filters.narrowed(everybody).order_by("due_on", *BY_RISK)
        return list(listed.with_shared_case())


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
    visible = contacts.visible_to(officer).counted().to_follow_up(on).with_shared_case()
    return list(visible.order_by("due_on", "-certain_seconds", "pk"))


def to_do(contacts: ContactQuerySet, on: date) -> ContactQuerySet:
    """Return contacts who are due, or in follow-up, and nobody spoke with on a local day."""
    acts = FollowUp.objects.of(OuterRef("pk"))
    due = contacts.to_follow_up(on).filter(Q(due_on=None) | Q(due_on__lte=on) | Exists(acts))
    return due.exclude(Exists(acts.spoken().filter(on=on)))


@dataclass(frozen=True)
class ListedPerson:
    """A person on a list, with a name where the look was written down, else with a mask."""

    number: int
    contact: Contact
    case_numbers: Sequence[str]
    met: Meeting | None
    on: date
    name: str
    birth_year: int | None = None
    phone: str = ""
    address: str = ""

    @property
    def lives_in(self) -> str:
        """The commune that follows up, or where somebody lives elsewhere, as far as it is known."""
        unit: Unit | None = self.contact.commune or self.contact.residence
        return unit.place if unit else _("residence not known")

    @property
    def days(self) -> int | None:
        """How many days the follow-up lasts, as the rule of the case says."""
        return self.contact.case.rule.follow_up_days if self.contact.follow_up_until else None

    @property
    def day(self) -> int | None:
        """Which of these days it is; before the first one it is 0."""
        if not self.contact.follow_up_until or self.days is None:
            return None
        left = (self.contact.follow_up_until - self.on).days
        return min(max(self.days - left, 0), self.days)


def listed_people(contacts: Sequence[Contact], people: People, on: date) -> Iterator[ListedPerson]:
    """Yield each person once, in the order of the contacts."""
    meetings = Meeting.objects.of_people(contact.pk for contact in contacts)
    last = meetings.order_by("one", "-possible_period", "-pk").distinct("one")
    met = {
        meeting.one: meeting for meeting in last.prefetch_related("stay__venue__commune__parent")
    }
    cases: dict[UUID, list[str]] = defaultdict(list)
    for contact in contacts:
        cases[contact.visitor].append(contact.case.number)
    for number, contact in enumerate(once(contacts), start=1):
        person = people.get(contact.visitor, {})
        yield ListedPerson(
            number,
            contact,
            sorted(cases[contact.visitor]),
            met.get(contact.pk),
            on,
            name=person.get("full_name") or contact.mask,
            birth_year=person.get("birth_year"),
            phone=displayed(person["phone"]) if person.get("phone") else "",
            address=person.get("address") or "",
        )


def once(contacts: Sequence[Contact]) -> Iterator[Contact]:
    """Yield each person once: as contact of the case for which the follow-up lasts longest."""
    longest: dict[UUID, Contact] = {}
    by_end = sorted(contacts, key=lambda each: each.follow_up_until or date.min, reverse=True)
    for contact in by_end:
        longest.setdefault(contact.visitor, contact)
    yield from (contact for contact in contacts if longest[contact.visitor] is contact)


@dataclass(frozen=True)
class About:
    """The contacts of a case, or all whom a commune's health station follows up; or none does."""

    case: Case | None = None
    commune: Unit | None = None
    scope: ListScope | None = None

    @property
    def code(self) -> str:
        """Stands in numbers of lists and names of files."""
        if self.case:
            return self.case.number
        return self.commune.code if self.commune else "khong-tram"


@dataclass(frozen=True)
class Listing:
    """Rows about something, taken away by an officer at a moment."""

    about: About
    rows: Sequence[ListedPerson]
    officer: Account
    now: datetime
    is_masked: bool
    is_whole: bool = True

    @property
    def number(self) -> str:
        """The list's own number: what it is about, and when it was made."""
        return f"{self.about.code}-{self.now.astimezone(LOCAL_ZONE):%Y%m%d-%H%M}"

    @property
    def documents(self) -> str:
        """The rules by which these people are contacts."""
        case = self.about.case
        cases = [case] if case else [row.contact.case for row in self.rows]
        return ", ".join(sorted({one.rule.document for one in cases}))
