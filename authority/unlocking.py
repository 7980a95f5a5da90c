"""A tracer's key, unlocked for minutes: half of it in the tracer's cookie, half in the database."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import urlencode
from nacl.public import PrivateKey

from accounts.access import View, account_of, official_of, tracer_required
from accounts.limits import Limit
from accounts.models import Account
from accounts.rebuffs import Rebuff, rebuff
from forms.base64url import decoded
from forms.pages import own_address

from .addresses import address
from .keys import hand_on, held_by
from .models import Keyholder, Unlocking
from .sealing import Opener, WrongPassphraseError

COOKIE = f"{settings.COOKIE_PREFIX}unlocked"
IDLE = timedelta(minutes=15)
LONGEST = timedelta(minutes=60)
_BYTES = 32
TRIES = Limit("unlock", 5, timedelta(minutes=15))


class TooManyTriesError(Exception):
    """The passphrase was tried too often lately; even the right one has to wait."""


def count_try(keyholder: Keyholder, now: datetime) -> None:
    """Count a try of a keyholder's passphrase, or of the recovery code; raises TooManyTriesError."""
    if not TRIES.take(str(keyholder.pk), now):
        rebuff(Rebuff.LIMIT)
        raise TooManyTriesError


def unlock(keyholder: Keyholder, passphrase: str, session_key: str, now: datetime) -> str:
    """Unlock a tracer's key for a session; return what the cookie keeps of it.

    Cookie and database hold a half each, and either half alone is chance. Raises
    WrongPassphraseError, and TooManyTriesError after five tries in fifteen minutes.
    """
    count_try(keyholder, now)
    if not Keyholder.objects.admitted().tracers().filter(pk=keyholder.pk).exists():
        raise WrongPassphraseError
    with TRIES.given_back_when_busy(str(keyholder.pk)):
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
    half, unlocking = _half(cookie), _running(account, session_key, now)
    if half is None or unlocking is None:
        return None
    private = PrivateKey(_xor(bytes(unlocking.share), half))
    if bytes(private.public_key) != bytes(unlocking.keyholder.public_key):
        return None
    Unlocking.objects.filter(pk=unlocking.pk, used_at__lt=now).update(used_at=now)
    return Opener(held_by(unlocking.keyholder, private), min(now + IDLE, unlocking.ends_at))


def lock(session_key: str) -> None:
    """Lock what a session unlocked: the half that is gone makes the other worthless."""
    Unlocking.objects.filter(session_hash=_session_hash(session_key)).delete()


def forget_ended(now: datetime) -> int:
    """Delete the halves of what locked itself; return how many."""
    ended = Q(ends_at__lte=now) | Q(used_at__lte=now - IDLE)
    return Unlocking.objects.filter(ended).delete()[0]


def opener_of(request: HttpRequest) -> Opener | None:
    """Return what the tracer unlocked in this session, or None; asking keeps it unlocked."""
    account, session = account_of(request), request.session.session_key
    cookie = request.COOKIES.get(COOKIE, "")
    if account is None or not account.is_tracer or not session or not cookie:
        return None
    return opener_for(account, session, cookie, timezone.now())


def unlocked_here(request: HttpRequest, passphrase: str) -> tuple[Opener, str]:
    """Unlock the tracer's key on a page that needs it; return what opens, and the cookie's half.

    Raises WrongPassphraseError and TooManyTriesError.
    """
    account, session = official_of(request), request.session.session_key or ""
    now = timezone.now()
    holder = Keyholder.objects.admitted().filter(account=account).first()
    if holder is None:
        raise WrongPassphraseError
    half = unlock(holder, passphrase, session, now)
    opener = opener_for(account, session, half, now)
    if opener is None:
        raise WrongPassphraseError
    return opener, half


def unlocked_required(view: View) -> View:
    """Give the view of a tracer an opener; send whose key is locked to unlock it, and back.

    An act that was sent leads back to the page it was sent from, never to the act.
    """

    @tracer_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        opener = opener_of(request)
        if opener is None:
            return way_to_unlock(request)
        return view(request, *args, opener=opener, **kwargs)

    return guarded


def way_to_unlock(request: HttpRequest, back: str = "") -> HttpResponseRedirect:
    """Lead to where the key is unlocked; afterwards back to the page, or to a given one."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    query = urlencode({"next": back or here}) if back or here else ""
    return HttpResponseRedirect(f"{address(request, 'unlock')}?{query}")


def way_back(request: HttpRequest) -> str:
    """Return the page of ours that a form names as its way back, else tracing's first page."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(request, back, address(request, "home"))


def keep_half(response: HttpResponseBase, half: str) -> None:
    """Let the tracer's browser keep its half of the unlocked key."""
    response.set_cookie(
        COOKIE,
        half,
        max_age=LONGEST,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


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
        half = decoded(cookie)
    except ValueError:
        return None
    return half if len(half) == _BYTES else None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
