"""The records of a case's person: one person may have declared under several names or phones."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from declarations.models import Visitor
from tracing.joining import is_alike
from tracing.models import Case
from tracing.trace import trace

_MOST = 10


def record_keys(case: Case) -> list[UUID]:
    """Return the visitors of a case; the one whose box the case keeps comes first."""
    others = [key for key in case.visitors if key != case.sealed_row]
    return [case.sealed_row, *others]


def suggestions_of(case: Case) -> list[Visitor]:
    """Return who else declared under the same phone and is called alike, and so may be the person."""
    phones = Visitor.objects.filter(phone_hash__in=case.phone_hashes).order_by("-seen_on", "key")
    known = list(phones.filter(key__in=case.visitors))
    strangers = [] if known else [_told_of(case, phone) for phone in case.phone_hashes]
    others = phones.exclude(key__in=case.visitors).select_related("residence__parent")
    alike = (one for one in others[:300] if _is_any(one, [*known, *strangers]))
    return list(alike)[:_MOST]


@transaction.atomic
def join(case: Case, visitor: UUID, by: Account, now: datetime) -> bool:
    """Add a record to the person of a case and trace it again; tell whether it is a new one."""
    case = Case.objects.select_for_update(of=("self",)).select_related("rule").get(pk=case.pk)
    other = next((one for one in suggestions_of(case) if one.key == visitor), None)
    if other is None:
        return False
    case.visitors = [*case.visitors, other.key]
    _note(case, "joined", other.mask, by, now)
    return True


@transaction.atomic
def separate(case: Case, visitor: UUID, by: Account, now: datetime) -> bool:
    """Take a record from the person of a case, who keeps the one whose box the case has."""
    case = Case.objects.select_for_update(of=("self",)).select_related("rule").get(pk=case.pk)
    if visitor not in case.visitors or visitor == case.sealed_row:
        return False
    case.visitors = [key for key in case.visitors if key != visitor]
    gone = Visitor.objects.filter(key=visitor).first()
    kept = set(Visitor.objects.filter(key__in=case.visitors).values_list("phone_hash", flat=True))
    if gone and kept:
        case.phone_hashes = sorted(kept)
    _note(case, "separated", gone.mask if gone else "", by, now)
    return True


def _told_of(case: Case, phone: UUID) -> Visitor:
    """Return the person of a case who never checked in, as far as that may stay readable."""
    return Visitor(phone_hash=phone, mask=case.mask)


def _is_any(visitor: Visitor, known: Iterable[Visitor]) -> bool:
    return any(is_alike(visitor, one) for one in known)


def _note(case: Case, what: str, mask: str, by: Account, now: datetime) -> None:
    case.save(update_fields=["visitors", "phone_hashes"])
    told = {"masks": [case.mask, *filter(None, [mask])], "found": vars(trace(case, now))}
    case.events.create(at=now, by=by, what=what, told=told)
