"""Names for a list: every look is written down before there is a list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import Account
from authority.disclosures import Look, reveal
from authority.models import Purpose
from authority.sealing import Opener
from tracing.models import Contact
from tracing.people import NAME, People, subjects_of

FIELDS = (*NAME, "phone", "address")


def named(contacts: Sequence[Contact], officer: Account, opener: Opener, now: datetime) -> People:
    """Return what names each contact, by visitor; raises SecondOfficerNeededError.

    Each look is written down for the case that met the person.
    """
    case_of = {contact.visitor: contact.case.number for contact in contacts}
    subjects = [replace(one, case_number=case_of[one.visitor]) for one in subjects_of(contacts)]
    look = Look(officer, _told(sorted(set(case_of.values()))), Purpose.LIST)
    return reveal(look, subjects, FIELDS, opener, now)


def _told(numbers: Sequence[str]) -> str:
    """Return the cases of a list as a second officer reads them: BN2026-0001 +2."""
    return "".join(numbers[:1]) + (f" +{len(numbers) - 1}" if len(numbers) > 1 else "")
