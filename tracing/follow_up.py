"""Follow-up: each act for a contact is written once, and what it means for the contact with it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from authority.keys import current_key
from authority.sealing import seal
from districts.models import Unit

from .models import Act, Contact, FollowUp, FollowUpResult


@dataclass(frozen=True)
class FollowUpEntry:
    """What was done for a contact, on which local day, and what came of it."""

    act: Act
    on: date
    outcome: str = ""
    symptoms: int = 0
    note: str = ""
    commune: Unit | None = None


@transaction.atomic
def record(contact: Contact, entry: FollowUpEntry, by: Account, now: datetime, nonce: UUID) -> bool:
    """Write an act down; return whether it is new. The same form sent twice is written once.

    What was said is sealed for tracers at once, under the form's own key as row.
    """
    Contact.objects.select_for_update().get(pk=contact.pk)
    _row, is_new = FollowUp.objects.get_or_create(
        nonce=nonce,
        defaults={
            "contact": contact,
            "act": entry.act,
            "at": now,
            "on": entry.on,
            "by": by,
            "outcome": entry.outcome,
            "symptoms": entry.symptoms,
            "sealed_note": _sealed(entry.note, nonce) if entry.note else None,
        },
    )
    if is_new:
        _take_effect(contact, entry, now)
    return is_new


def _take_effect(contact: Contact, entry: FollowUpEntry, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if entry.act == Act.SAMPLE:
        changes["sample_on"] = entry.on
    elif entry.act == Act.ISOLATION:
        changes["isolated_on"] = entry.on
    elif entry.act == Act.ASSIGNED:
        changes["commune"] = entry.commune
    elif entry.act == Act.ENDED:
        changes |= {"result": FollowUpResult(entry.outcome), "ended_at": now}
    if changes:
        Contact.objects.filter(pk=contact.pk).update(**changes)
        for name, value in changes.items():
            setattr(contact, name, value)


def _sealed(note: str, nonce: UUID) -> bytes:
    key = current_key()
    # The key's number is in front, as a note has no column of its own for it.
    return key.pk.to_bytes(4) + seal(bytes(key.public_key), nonce, {"note": note})


def sealed_note(act: FollowUp) -> tuple[int, bytes]:
    """Return the sealing key's number and the box of an act's note."""
    whole = bytes(act.sealed_note or b"")
    return int.from_bytes(whole[:4]), whole[4:]
