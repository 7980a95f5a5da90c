"""The days of a follow-up: what was heard on each, and the gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from declarations.outcomes import Symptom
from districts.days import local_day
from tracing.models import Act, Contact, FollowUp


@dataclass(frozen=True)
class DayOfFollowUp:
    """One day: how the person was, or that nobody heard."""

    day: date
    number: int
    act: FollowUp | None
    is_past: bool

    @property
    def symptoms(self) -> list[str]:
        if self.act is None:
            return []
        return [str(one.label) for one in Symptom if self.act.symptoms & one]


def days_of(contact: Contact, acts: Iterable[FollowUp], today: date) -> list[DayOfFollowUp]:
    """Return every day from the decision to the last one; the newest check of a day counts."""
    if contact.decided_at is None or contact.follow_up_until is None:
        return []
    heard = {act.on: act for act in acts if act.act == Act.DAY}
    first = min([local_day(contact.decided_at), *heard])
    days = (contact.follow_up_until - first).days + 1
    return [
        DayOfFollowUp(day, number + 1, heard.get(day), day < today)
        for number in range(max(days, 0))
        if (day := first + timedelta(days=number))
    ]
