"""Who can open what is sealed: setting up a passphrase, being admitted, being removed."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from nacl.public import PrivateKey

from accounts.models import Account
from districts.names import folded

from .keys import hand_on, held_by
from .models import Keyholder
from .recovery_sheet import private_key
from .sealing import STRONG, Opener, Strength, Wrapping


class NotAdmittedError(Exception):
    """The keyholder waits no longer, or is not the one whose digits were compared."""


class NotThisSheetError(Exception):
    """The code is well typed, and of another recovery sheet than the one in force."""


def tells_who(passphrase: str, account: Account) -> bool:
    """Whether a passphrase has the account's name or address in it, or most of it."""
    typed = folded(passphrase).replace(" ", "")
    words = [account.email or "", (account.email or "").partition("@")[0], account.name]
    spelt = [folded(word).replace(" ", "") for word in words]
    return any(len(word) >= 4 and word in typed for word in spelt)


@transaction.atomic
def set_up(
    account: Account, passphrase: str, now: datetime, strength: Strength = STRONG
) -> Keyholder:
    """Give a tracer a new pair of keys under a passphrase; they wait to be admitted.

    Who could open before begins anew: without the old passphrase nothing of it can be kept.
    """
    private = PrivateKey.generate()
    keyholder, _made = Keyholder.objects.update_or_create(
        account=account,
        defaults={
            "public_key": bytes(private.public_key),
            "made_at": now,
            "admitted_at": None,
            "admitted_by": None,
            "removed_at": None,
            **_wrapped(private, passphrase, strength),
        },
    )
    keyholder.held.all().delete()
    keyholder.unlockings.all().delete()
    return keyholder


def change_passphrase(
    keyholder: Keyholder, old: str, new: str, strength: Strength = STRONG
) -> None:
    """Wrap a tracer's private half by another passphrase; raises WrongPassphraseError."""
    private = PrivateKey(keyholder.wrapping.unwrapped(old))
    wrapped = _wrapped(private, new, strength)
    same_pair = Keyholder.objects.filter(pk=keyholder.pk, public_key=keyholder.public_key)
    same_pair.filter(removed_at=None).update(**wrapped)


@transaction.atomic
def admit(
    keyholder: Keyholder, opener: Opener, by: Account | None, fingerprint: str, now: datetime
) -> None:
    """Let a waiting tracer open all that is open now; raises NotAdmittedError.

    The fingerprint is what somebody compared with the tracer: whoever set up another pair since
    then, or put another public key into the row, is not admitted.
    """
    waiting = Keyholder.objects.waiting().select_for_update(of=("self",))
    current = waiting.filter(pk=keyholder.pk).first()
    if current is None or not is_fingerprint(current, fingerprint):
        raise NotAdmittedError
    current.admitted_at, current.admitted_by = now, by
    current.save(update_fields=["admitted_at", "admitted_by"])
    hand_on(opener)


def is_fingerprint(keyholder: Keyholder, typed: str) -> bool:
    """Whether somebody typed the digits of a keyholder, grouped or not."""
    digits = "".join(filter(str.isdigit, typed))
    return secrets.compare_digest(digits.encode(), keyholder.fingerprint.replace(" ", "").encode())


def recovery_opener(code: str) -> Opener:
    """Return what the recovery sheet opens; raises MistypedError and NotThisSheetError."""
    private = private_key(code)
    sheet = Keyholder.objects.recovery().filter(public_key=bytes(private.public_key)).first()
    if sheet is None:
        raise NotThisSheetError
    return Opener(held_by(sheet, private))


def make_recovery_pair(now: datetime) -> PrivateKey:
    """Make the pair of a new recovery sheet, admitted at once, in place of an earlier one.

    The private half is returned to be printed, and is nowhere else.
    """
    private = PrivateKey.generate()
    with transaction.atomic():
        for sheet in Keyholder.objects.recovery().select_for_update():
            _end(sheet, now)
        public = bytes(private.public_key)
        Keyholder.objects.create(public_key=public, made_at=now, admitted_at=now)
    return private


@transaction.atomic
def remove(keyholder: Keyholder, now: datetime) -> None:
    """Take a tracer's keys away, and end what is unlocked; who held a key may have kept it."""
    for current in Keyholder.objects.select_for_update().filter(pk=keyholder.pk, removed_at=None):
        _end(current, now)


def _end(keyholder: Keyholder, now: datetime) -> None:
    keyholder.held.all().delete()
    keyholder.unlockings.all().delete()
    keyholder.removed_at = now
    keyholder.salt = keyholder.operations = keyholder.memory = keyholder.wrapped = None
    keyholder.save()


def _wrapped(private: PrivateKey, passphrase: str, strength: Strength) -> dict[str, Any]:
    return vars(Wrapping.of(bytes(private), passphrase, strength))
