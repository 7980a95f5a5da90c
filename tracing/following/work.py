"""The work of a day: whom to call, whom to ask how they are, and who is out of reach."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import Account
from tracing.models import Act, CallOutcome, Contact, FollowUp

# After so many days without speaking with somebody one says that they are out of reach.
LOST_DAYS = 3
SPOKEN = [CallOutcome.REACHED.value, CallOutcome.RELATIVE.value]


@dataclass(frozen=True)
class Narrowing:
    """What the day's work is narrowed by."""

    commune: str = ""
    case: str = ""


def work_of(account: Account, day: date, by: Narrowing) -> QuerySet[Any]:
    """Return the contacts an account follows up on a day, each with how far one has come."""
    acts = FollowUp.objects.of(OuterRef("pk"))
    spoken = acts.filter(Q(act=Act.CALL, outcome__in=SPOKEN) | Q(act=Act.DAY))
    contacts = Contact.objects.in_care_of(account).counted().to_follow_up(day).with_case()
    if by.commune:
        contacts = contacts.filter(commune__code=by.commune)
    if by.case:
        contacts = contacts.filter(case__number=by.case)
    return contacts.annotate(
        was_spoken=Exists(spoken),
        is_checked=Exists(acts.filter(act=Act.DAY, on=day)),
        symptoms=Subquery(acts.filter(act=Act.DAY, on=day).order_by("-at").values("symptoms")[:1]),
        tries=Subquery(
            acts.filter(act=Act.CALL)
            .order_by()
            .annotate(everybody=Value(1))
            .values("everybody")
            .annotate(n=Count("pk"))
            .values("n")
        ),
    ).order_by("due_on", "-is_household", "-certain_seconds", "pk")


def shares(contacts: QuerySet[Any], day: date) -> dict[str, QuerySet[Any]]:
    """Return the day's work in the order in which one does it."""
    long_ago = day - timedelta(days=LOST_DAYS)
    return {
        "lost": contacts.filter(was_spoken=False, due_on__lte=long_ago),
        "call": contacts.filter(was_spoken=False, due_on__gt=long_ago, due_on__lte=day),
        "check": contacts.filter(was_spoken=True, is_checked=False),
        "later": contacts.filter(was_spoken=False, due_on__gt=day),
        "done": contacts.filter(was_spoken=True, is_checked=True),
    }


def communes_of(contacts: QuerySet[Any]) -> list[tuple[str, str, int]]:
    """Return the communes of the work with their numbers of people."""
    rows = contacts.order_by().values_list(
        "commune__code", "commune__name", "commune__parent__name"
    )
    return [
        (code or "", ", ".join(filter(None, [name, above])), people)
        for code, name, above, people in rows.annotate(people=Count("pk")).order_by("-people")
    ]
