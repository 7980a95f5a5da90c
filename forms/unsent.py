"""What was typed into a form and sent when the session had ended: put back after signing in.

It is kept sealed in a cookie of that browser, for half an hour and for one account: the one that a
page of the browser was last served to. The form is shown again with it; nothing is done before
somebody presses the button.
"""

import hashlib
import hmac
import json
import re
import time
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from .filling import filled

COOKIE, OWNER = "unsent", "last_account"
_LONGEST = 30 * 60  # seconds
_LARGEST = 3800  # characters; browsers keep no cookie over 4,096
_OWNED = (
    365 * 24 * 60 * 60
)  # as long as the token of a form, so that one without it comes from nobody
_SECRET = re.compile(
    "csrfmiddlewaretoken|nonce|next|code|credential|.*(pass(word|phrase)|secret).*"
)


@dataclass(frozen=True)
class Unsent:
    """What an account typed, and where it was sent; `owner` is the account's hash."""

    owner: str
    action: str
    typed: list[tuple[str, str]]
    at: float


def page_of(request: HttpRequest) -> str:
    """Return the page a request belongs to: of a form that was sent, the one it stood on."""
    is_sent = request.method not in ("GET", "HEAD")
    return (sent_from(request) if is_sent else "") or request.get_full_path()


def sent_from(request: HttpRequest) -> str:
    """Return the page of ours that a form says it stood on, or nothing; no other site can say so."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into a form that was sent, without secrets and files."""
    if request.method != "POST":
        return []
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    typed = [(name, value) for name, value in fields if not _SECRET.fullmatch(name)]
    return typed if any(value for _name, value in typed) else []


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser keep what was typed, as far as it is known whose it is."""
    owner, typed = _owner(request), typed_in(request)
    if not owner or not typed:
        return
    unsent = [owner, request.get_full_path(), typed, time.time()]
    plain = zlib.compress(json.dumps(unsent, ensure_ascii=False).encode())
    sealed = _box().encrypt(plain, encoder=URLSafeBase64Encoder).decode()
    if len(sealed) <= _LARGEST:
        _let_keep(response, COOKIE, sealed, _LONGEST)
        messages.warning(
            request, _("What you typed was not sent. It is kept: the form has it again.")
        )


def put_back(request: HttpRequest, account: AbstractBaseUser, response: HttpResponseBase) -> None:
    """Fill the page that has the form, once; what another account typed is thrown away."""
    owner = _hash(account)
    if request.COOKIES.get(OWNER) != owner:
        _let_keep(response, OWNER, owner, _OWNED)
    unsent = _unsent(request)
    if unsent is None or COOKIE in response.cookies:
        return
    is_theirs = hmac.compare_digest(unsent.owner, owner)
    if not is_theirs or _is_filled(request, response, unsent):
        response.delete_cookie(COOKIE)


def _is_filled(request: HttpRequest, response: HttpResponseBase, unsent: Unsent) -> bool:
    """Put what was typed into a page, if it is one and has the form."""
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
        return False
    if request.method != "GET" or not response.headers["Content-Type"].startswith("text/html"):
        return False
    html, note = response.content.decode(), render_to_string("forms/_unsent.html")
    page = filled(html, request.get_full_path(), unsent.action, unsent.typed, note)
    response.content = page.encode()
    return page != html


def _unsent(request: HttpRequest) -> Unsent | None:
    sealed = request.COOKIES.get(COOKIE, "")
    if not sealed or request.headers.get("HX-Request"):
        return None
    try:
        plain = _box().decrypt(sealed.encode(), encoder=URLSafeBase64Encoder)
    except (CryptoError, ValueError, UnicodeEncodeError):
        return None
    owner, action, typed, at = json.loads(zlib.decompress(plain))
    if at < time.time() - _LONGEST:
        return None
    return Unsent(owner, action, [(name, value) for name, value in typed], at)


def _owner(request: HttpRequest) -> str:
    """Return whose form it was: of who is signed in, else whom this browser last showed a page."""
    account = request.user
    if isinstance(account, AbstractBaseUser):
        return _hash(account)
    owner = request.COOKIES.get(OWNER, "")
    return owner if re.fullmatch("[0-9a-f]{32}", owner) else ""


def _hash(account: AbstractBaseUser) -> str:
    return _keyed(f"{account.pk}".encode(), b"whose form").hex()


def _box() -> SecretBox:
    return SecretBox(_keyed(b"", b"unsent forms", 32))


def _keyed(text: bytes, person: bytes, size: int = 16) -> bytes:
    key = hashlib.blake2b(settings.HASH_KEY.encode()).digest()
    return hashlib.blake2b(text, key=key, digest_size=size, person=person).digest()


def _let_keep(response: HttpResponseBase, name: str, value: str, seconds: int) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")
