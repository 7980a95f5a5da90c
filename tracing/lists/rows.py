"""What a list says of each person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from districts.models import Unit
from forms.phones import displayed
from tracing.models import Contact, Meeting
from tracing.people import People


@dataclass(frozen=True)
class Row:
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
    def certain_minutes(self) -> int:
        return self.contact.certain_seconds // 60

    @property
    def possible_minutes(self) -> int:
        return self.contact.possible_seconds // 60

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


def rows_of(contacts: Sequence[Contact], people: People, on: date) -> list[Row]:
    """Return a row for each person, in the order given."""
    met = {meeting.one: meeting for meeting in _last_meetings(contacts)}
    of_person: dict[object, list[str]] = {}
    for contact in contacts:
        of_person.setdefault(contact.visitor, []).append(contact.case.number)
    rows = []
    for number, contact in enumerate(once(contacts), start=1):
        told = people.get(contact.visitor, {})
        rows.append(
            Row(
                number,
                contact,
                sorted(of_person[contact.visitor]),
                met.get(contact.pk),
                on,
                name=told.get("full_name") or contact.mask,
                birth_year=told.get("birth_year"),
                phone=displayed(told["phone"]) if told.get("phone") else "",
                address=told.get("address") or "",
            )
        )
    return rows


def once(contacts: Sequence[Contact]) -> Iterator[Contact]:
    """Yield each person once: as contact of the case for which the follow-up lasts longest."""
    longest: dict[object, Contact] = {}
    for contact in contacts:
        known = longest.get(contact.visitor)
        if known is None or _until(contact) > _until(known):
            longest[contact.visitor] = contact
    yield from (contact for contact in contacts if longest[contact.visitor] is contact)


def _until(contact: Contact) -> date:
    return contact.follow_up_until or date.min


def _last_meetings(contacts: Sequence[Contact]) -> Iterator[Any]:
    meetings = Meeting.objects.of_people(contact.pk for contact in contacts)
    meetings = meetings.select_related("stay__venue__commune__parent")
    yield from meetings.order_by("one", "-possible_period", "-pk").distinct("one")
