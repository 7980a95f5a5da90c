"""Which browsers an account has signed in from: what strangers try elsewhere does not lock these out.

The cookie opens nothing. It names the browser by chance and, by hashes of its own, the accounts that
have signed in from it; whoever copies it gets the tries of that browser and no more.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .models import Account

_COOKIE = f"{settings.COOKIE_PREFIX}device"
_LONGEST = 365 * 24 * 60 * 60  # seconds since the account last signed in here
_MOST_ACCOUNTS = 8  # of one browser, as in an office that has one computer


def known_browser(request: HttpRequest, login: str) -> str:
    """Return the name of this browser if the account with this e-mail address or phone used it."""
    browser, accounts = _kept(request)
    return browser if any(hmac.compare_digest(_hash(browser, login), a) for a in accounts) else ""


def remember_browser(request: HttpRequest, response: HttpResponseBase, account: Account) -> None:
    """Let this browser be known as one of the account's; those who used it before stay."""
    browser, accounts = _kept(request)
    browser = browser or secrets.token_urlsafe(12)
    own = _hash(browser, login_of(account))
    newest = [own, *(kept for kept in accounts if kept != own)][:_MOST_ACCOUNTS]
    value = signing.dumps([browser, newest], salt="device", compress=True)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(
        _COOKIE, value, max_age=_LONGEST, secure=secure, httponly=True, samesite="Lax"
    )


def login_of(account: Account) -> str:
    """Return what an account signs in with: officials their e-mail address, owners their phone."""
    return (account.email if account.is_official else account.phone) or ""


def _kept(request: HttpRequest) -> tuple[str, list[str]]:
    value = request.COOKIES.get(_COOKIE, "")
    try:
        browser, accounts = signing.loads(value, salt="device", max_age=_LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return browser, accounts


def _hash(browser: str, login: str) -> str:
    message = f"device|{browser}|{login}".encode()
    digest = hmac.digest(settings.HASH_KEY.encode(), message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:12]).decode()
