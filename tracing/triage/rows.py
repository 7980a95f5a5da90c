"""A contact as a line of the triage: masked, with where it met the case."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracing.models import Contact, Meeting

from .bands import Band

MOST_PLACES = 2


@dataclass(frozen=True)
class Row:
    """A contact with the places of its longest meetings, and how many more there are."""

    contact: Contact
    band: Band
    meetings: list[Meeting]
    more: int

    @property
    def certain_minutes(self) -> int:
        return self.contact.certain_seconds // 60

    @property
    def possible_minutes(self) -> int:
        return self.contact.possible_seconds // 60


def rows_of(contacts: Iterable[Contact]) -> list[Row]:
    """Return banded contacts as lines, with one statement for all their meetings."""
    listed = list(contacts)
    met: dict[int, list[Meeting]] = defaultdict(list)
    meetings = Meeting.objects.of_people(contact.pk for contact in listed)
    for meeting in meetings.select_related("stay__venue").order_by("pk"):
        met[meeting.one].append(meeting)
    return [_row(contact, met[contact.pk]) for contact in listed]


def _row(contact: Contact, meetings: list[Meeting]) -> Row:
    longest = sorted(meetings, key=_length, reverse=True)
    band: Any = getattr(contact, "band", Band.LINK)
    return Row(contact, Band(band), longest[:MOST_PLACES], max(len(longest) - MOST_PLACES, 0))


def _length(meeting: Meeting) -> float:
    period = meeting.possible_period
    return float((period.upper - period.lower).total_seconds())
