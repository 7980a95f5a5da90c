"""A tracer's key, unlocked for minutes: half of it in the tracer's cookie, half in the database."""

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from nacl.public import PrivateKey

from accounts.limits import count
from accounts.models import Account
from authority.keys import hand_on, held_by
from authority.models import Keyholder, Unlocking
from authority.opening import Opener
from authority.wrapping import WrongPassphraseError

COOKIE = "unlocked"
IDLE = timedelta(minutes=15)
LONGEST = timedelta(minutes=60)
MOST_TRIES = 5
TRIES_PERIOD = timedelta(minutes=15)
_BYTES = 32


class TooManyTriesError(Exception):
    """The passphrase was tried too often lately; even the right one has to wait."""


def unlock(keyholder: Keyholder, passphrase: str, session_key: str, now: datetime) -> str:
    """Unlock a tracer's key for a session; return what the cookie keeps of it.

    Cookie and database hold a half each, and either half alone is chance. Raises
    WrongPassphraseError, and TooManyTriesError after five tries in fifteen minutes.
    """
    if count("unlock", str(keyholder.pk), TRIES_PERIOD, now) > MOST_TRIES:
        raise TooManyTriesError
    if not Keyholder.objects.admitted().tracers().filter(pk=keyholder.pk).exists():
        raise WrongPassphraseError
    private = keyholder.wrapping.unwrapped(passphrase)
    half = secrets.token_bytes(_BYTES)
    Unlocking.objects.update_or_create(
        session_hash=_session_hash(session_key),
        defaults={
            "keyholder": keyholder,
            "share": _xor(private, half),
            "opened_at": now,
            "used_at": now,
            "ends_at": now + LONGEST,
        },
    )
    hand_on(Opener(held_by(keyholder, PrivateKey(private))))
    return base64.urlsafe_b64encode(half).decode()


def opener_for(account: Account, session_key: str, cookie: str, now: datetime) -> Opener | None:
    """Return what this account unlocked in this session, or None when it is locked.

    Using it keeps it open; a closed account, another role, a removed keyholder and another
    account's cookie open nothing.
    """
    half, found = _half(cookie), _running(account, session_key, now)
    if half is None or found is None:
        return None
    private = PrivateKey(_xor(bytes(found.share), half))
    if bytes(private.public_key) != bytes(found.keyholder.public_key):
        return None
    Unlocking.objects.filter(pk=found.pk, used_at__lt=now).update(used_at=now)
    return Opener(held_by(found.keyholder, private), min(now + IDLE, found.ends_at))


def lock(session_key: str) -> None:
    """Lock what a session unlocked: the half that is gone makes the other worthless."""
    Unlocking.objects.filter(session_hash=_session_hash(session_key)).delete()


def forget_ended(now: datetime) -> int:
    """Delete the halves of what locked itself; return how many."""
    ended = Q(ends_at__lte=now) | Q(used_at__lte=now - IDLE)
    return Unlocking.objects.filter(ended).delete()[0]


def _running(account: Account, session_key: str, now: datetime) -> Unlocking | None:
    running = Unlocking.objects.filter(
        session_hash=_session_hash(session_key),
        keyholder__in=Keyholder.objects.admitted().filter(account=account),
        used_at__gt=now - IDLE,
        ends_at__gt=now,
    )
    return running.select_related("keyholder").first()


def _session_hash(session_key: str) -> UUID:
    digest = hmac.digest(settings.HASH_KEY.encode(), f"session\x1f{session_key}".encode(), "sha256")
    return UUID(int=int.from_bytes(digest[:16]))


def _half(cookie: str) -> bytes | None:
    try:
        half = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return half if len(half) == _BYTES else None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
