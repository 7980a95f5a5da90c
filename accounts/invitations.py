"""Inviting officials: a link that works once, for seven days, and is kept as a hash only."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from . import limits
from .mail import send
from .models import Account, EventKind, Invitation
from .people import may_give
from .sign_in_events import note

LIFETIME = timedelta(days=7)
_MOST_A_DAY = 100  # that one person sends: a whole province on its first day


class NotInvited(Exception):  # noqa: N818 - the sentence is the name
    """No invitation went out; has the sentence for the person, and perhaps whose account it is."""

    def __init__(self, sentence: str, account: Account | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.account = account


class LinkSpent(Exception):  # noqa: N818 - the sentence is the name
    """The link was used, withdrawn, replaced, or is too old; or never was one."""


class AddressTaken(Exception):  # noqa: N818 - the sentence is the name
    """The invited address got an account in another way meanwhile."""


def invite(account: Account, details: dict[str, Any], now: datetime) -> tuple[Invitation, str]:
    """Invite somebody; return the invitation and its link. Raises NotInvited."""
    if limits.count("invitation", str(account.pk), timedelta(days=1), now) > _MOST_A_DAY:
        raise NotInvited(_("You sent too many invitations today. Go on tomorrow."))
    _refuse_who_is_here(account, details["email"], now)
    link, kept = _new_link()
    times = {"sent_at": now, "expires_at": now + LIFETIME}
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                invited_by=account, link_hash=kept, **details, **times
            )
    except IntegrityError as error:
        raise NotInvited(_elsewhere()) from error
    return invitation, link


def send_again(invitation: Invitation, account: Account, now: datetime) -> str:
    """Make a new link; the one before is dead. Raises LinkSpent."""
    link, kept = _new_link()
    renewed = Invitation.objects.waiting().filter(pk=invitation.pk)
    changes = {"link_hash": kept, "sent_at": now, "expires_at": now + LIFETIME}
    if not renewed.update(invited_by=account, **changes):
        raise LinkSpent
    return link


def withdraw(invitation: Invitation, now: datetime) -> None:
    """Let the link work no more."""
    Invitation.objects.waiting().filter(pk=invitation.pk).update(withdrawn_at=now)


def send_link(invitation: Invitation, link: str) -> bool:
    """Send the link by e-mail; say whether the message went out."""
    return send("accounts/mail/invitation", invitation.email, {"sent": invitation, "link": link})


def behind(token: str, now: datetime) -> Invitation:
    """Return the invitation a link opens; raises LinkSpent."""
    return _behind(token, now, lock=False)


@transaction.atomic
def accept(token: str, name: str, password: str, now: datetime) -> Account:
    """Make the account of whoever has the link; raises LinkSpent, AddressTaken."""
    invitation = _behind(token, now, lock=True)
    details = {"role": invitation.role, "area": invitation.area, "name": name}
    try:
        with transaction.atomic():
            account = Account.objects.create_official(invitation.email, password, **details)
    except IntegrityError as error:
        raise AddressTaken from error
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    note(account, EventKind.JOINED, by=invitation.invited_by)
    return account


def _behind(token: str, now: datetime, *, lock: bool) -> Invitation:
    waiting = Invitation.objects.waiting().select_related("area__parent", "invited_by__area")
    if lock:
        waiting = waiting.select_for_update(of=("self",))
    invitation = waiting.filter(link_hash=_hash(token)).first()
    if invitation is None or invitation.is_old(now):
        raise LinkSpent
    # Who was closed, or moved, or is no administrator any more, makes no accounts.
    if not may_give(invitation.invited_by, invitation.role, invitation.area):
        raise LinkSpent
    return invitation


def _refuse_who_is_here(account: Account, email: str, now: datetime) -> None:
    """Refuse an address that has an account or invitation; say whose only within the own area."""
    if found := Account.objects.visible_to(account).filter(email=email).first():
        raise NotInvited(_("%(person)s has an account already.") % {"person": found}, found)
    if Account.objects.filter(email=email).exists():
        raise NotInvited(_elsewhere())
    waiting = Invitation.objects.waiting().filter(email=email)
    waiting.filter(expires_at__lte=now).update(withdrawn_at=now)
    if waiting.visible_to(account).exists():
        raise NotInvited(_("This address is invited already. Send that invitation again."))


def _elsewhere() -> str:
    """Say the same of an account and of an invitation in an area one does not see."""
    return _(
        "This address cannot be invited. If it is a colleague's, ask the administrator of the "
        "province."
    )


def _new_link() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(32)
    return f"{settings.SITE_ADDRESS}{resolve_url('accounts:accept', token=token)}", _hash(token)


def _hash(token: str) -> bytes:
    message = f"invitation|{token}".encode(errors="replace")
    return hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)
