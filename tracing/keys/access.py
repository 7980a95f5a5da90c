"""Whether a tracer's key is unlocked, and the way to where it can be."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.access import account_of, official_of, tracer_required
from authority.models import Keyholder
from authority.opening import Opener
from authority.unlocking import COOKIE, LONGEST, opener_for, unlock
from authority.wrapping import WrongPassphraseError
from tracing.addresses import address

View = Callable[..., HttpResponseBase]


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
    given = request.POST.get("next") or request.GET.get("next") or ""
    host = {request.get_host()}
    if url_has_allowed_host_and_scheme(given, host, require_https=request.is_secure()):
        return given
    return address(request, "home")


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
