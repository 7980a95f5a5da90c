"""Same person? Contacts of one phone whose names fold alike: joined by a tracer, and separated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, groupby, islice
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from accounts.models import Account
from districts.names import bare, spelled

from .models import Case, CaseEvent, Contact, Standing
from .trace import trace_anew, trace_further

MOST_PAIRS = 50
_URGENT = [Standing.DISMISSED, Standing.LINK, Standing.PROPOSED, Standing.CONFIRMED]


class Named(Protocol):
    """Somebody as far as it may stay readable: a visitor, or a contact."""

    phone_hash: UUID
    fold: UUID | None
    mask: str


@dataclass(frozen=True)
class Couple:
    """Two contacts: who may be one person (`open`), or of whom it was said that they are two or one."""

    one: Contact
    other: Contact
    state: str


def is_alike(person: Named, other: Named) -> bool:
    """Whether two of one phone are called alike but for marks; by the mask where no more is known."""
    if person.phone_hash != other.phone_hash:
        return False
    if person.fold and other.fold:
        return person.fold == other.fold
    return bare(spelled(person.mask)) == bare(spelled(other.mask))


def couples_of(case: Case) -> list[Couple]:
    """Return a case's contacts who may be one person; open ones first, those joined last."""
    people = case.contacts.counted()
    shared = people.order_by().values("phone_hash").annotate(n=Count("pk")).filter(n__gt=1)
    listed = people.filter(phone_hash__in=shared.values("phone_hash")).order_by("phone_hash", "pk")
    alike = list(islice(_alike(listed.select_related("residence__parent")), MOST_PAIRS))
    answered = _answered(case) if alike else set()
    couples = [
        Couple(a, b, "two" if frozenset((a.pk, b.pk)) in answered else "open") for a, b in alike
    ]
    joined = case.contacts.exclude(same_as=None).order_by("pk")
    joined = joined.select_related("residence__parent", "same_as__residence__parent")
    return [
        *sorted(couples, key=lambda couple: couple.state),
        *(Couple(other.same_as, other, "one") for other in joined if other.same_as),
    ]


@transaction.atomic
def join(case: Case, pair: Sequence[int], by: Account, now: datetime) -> bool:
    """Make two contacts one person, of whom the more urgent stands for both; tell whether it did.

    Each keeps the own meetings, decisions and acts, so that separating restores both.
    """
    Case.objects.lock(case)
    both = sorted(_both(case, pair), key=_urgency)
    if len(both) != 2 or not is_alike(*both):
        return False
    other, kept = both
    moved = list(other.joined.order_by("pk").values_list("pk", flat=True))
    Contact.objects.filter(pk__in=[other.pk, *moved]).update(same_as=kept)
    _note(case, "joined", [kept, other], by, now, moved=moved)
    return True


@transaction.atomic
def separate(case: Case, contact: int, by: Account, now: datetime) -> bool:
    """Make two people again of a contact and the one it was joined to; tell whether it was.

    Whoever was joined to the contact before is joined to it again.
    """
    Case.objects.lock(case)
    other = case.contacts.filter(pk=contact).exclude(same_as=None).first()
    if other is None or other.same_as is None:
        return False
    kept = other.same_as
    Contact.objects.filter(pk=other.pk).update(same_as=None)
    Contact.objects.filter(pk__in=_moved_with(other), same_as=kept).update(same_as=other)
    _note(case, "separated", [kept, other], by, now)
    return True


@transaction.atomic
def tell_apart(case: Case, pair: Sequence[int], by: Account, now: datetime) -> bool:
    """Write down that two contacts are two people; the question is not asked again."""
    both = _both(case, pair)
    if len(both) != 2:
        return False
    if frozenset(contact.pk for contact in both) not in _answered(case):
        case.events.create(at=now, by=by, what="two people", details=_pair(both))
    return True


def _alike(contacts: Iterable[Contact]) -> Iterable[tuple[Contact, Contact]]:
    for _phone, people in groupby(contacts, key=lambda one: one.phone_hash):
        listed = list(islice(people, 300))  # a phone of more people is nobody's own
        yield from (pair for pair in combinations(listed, 2) if is_alike(*pair))


def _answered(case: Case) -> set[frozenset[int]]:
    """Return the pairs of whom it was said that they are two people."""
    answers = case.events.filter(what__in=["two people", "separated"])
    return {frozenset(details["pair"]) for details in answers.values_list("details", flat=True)}


def _moved_with(contact: Contact) -> set[int]:
    """Return who came along when a contact was joined, unless they were joined anew since."""
    joins = CaseEvent.objects.filter(case=contact.case_id, what="joined", details__has_key="pair")
    moved: set[int] = set()
    for details in joins.order_by("pk").values_list("details", flat=True):
        joined = details["pair"][1]
        moved = set(details.get("moved", [])) if joined == contact.pk else moved - {joined}
    return moved


def _both(case: Case, pair: Sequence[int]) -> list[Contact]:
    return list(case.contacts.filter(pk__in=pair).each_once().order_by("pk"))


def _urgency(contact: Contact) -> tuple[bool, int, bool, date, int]:
    """Order by whose line may not be lost: a case, a close contact in follow-up, an open question."""
    return (
        contact.became_id is not None,
        _URGENT.index(Standing(contact.standing)),
        contact.result == "",
        contact.follow_up_until or date.min,
        -contact.generation,
    )


def _note(
    case: Case, what: str, both: Sequence[Contact], by: Account, now: datetime, **more: list[int]
) -> None:
    """Trace again, as two people's meetings became one's or the other way round, and say so."""
    trace_anew(case, what, by, now, **_pair(both), **more)
    if any(contact.generation == 2 for contact in both):
        trace_further(case, now, by.area)


def _pair(both: Sequence[Contact]) -> dict[str, list[object]]:
    return {"pair": [one.pk for one in both], "masks": [one.mask for one in both]}
