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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Self
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from .base64url import decoded
from .pages import own_address

COOKIE, OWNER = (f"{settings.COOKIE_PREFIX}{name}" for name in ("unsent", "last_account"))
_LONGEST = 30 * 60  # seconds
# What the page itself gives, and what nobody should find typed already.
_NOT_TYPED = {"hidden", "submit", "button", "image", "reset", "file", "password"}


@dataclass(frozen=True)
class Unsent:
    """What an account typed, and where it was sent; `owner` is the account's hash."""

    owner: str
    action: str
    typed: list[tuple[str, str]]

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """Return what a browser kept, unless it is too old or damaged."""
        sealed = request.COOKIES.get(COOKIE, "")
        if not sealed or request.headers.get("HX-Request"):
            return None
        try:
            plain = _box().decrypt(decoded(sealed))
        except (CryptoError, ValueError):
            return None
        owner, action, typed, at = json.loads(zlib.decompress(plain))
        if at < time.time() - _LONGEST:
            return None
        return cls(owner, action, [(name, value) for name, value in typed])

    def fills(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Put what was typed into a page, if it is one and has the form."""
        if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
            return False
        if request.method != "GET" or not response.headers["Content-Type"].startswith("text/html"):
            return False
        html, note = response.content.decode(), render_to_string("forms/_unsent.html")
        page = filled(html, request.get_full_path(), self.action, self.typed, note)
        response.content = page.encode()
        return page != html


class KeepUnsent:
    """Keeps what was typed when a guard asks for a step of signing in, and puts it back afterwards.

    Guards mark the answer that leads to such a step (`is_step`), and note on a request to which
    account they served it (`served_to`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(response, "is_step", False):
            _lead_back(request, response)
        if account := getattr(request, "served_to", None):
            _put_back(request, account, response)
        return response


def _lead_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a step lead back to a page, never to an act; what was typed is kept.

    Of a form that was sent, the page is the one on which it stood. Who has to sign in is led back
    in any case.
    """
    is_page = request.method in ("GET", "HEAD")
    if is_page or _typed_in(request) or not request.user.is_authenticated:
        page = ("" if is_page else sent_from(request)) or request.get_full_path()
        response["Location"] = redirect_to_login(page, response["Location"]).url
        keep(request, response)


def sent_from(request: HttpRequest) -> str:
    """Return the page of ours that a form says it stood on, or nothing; no other site can say so."""
    parts = urlsplit(own_address(request, request.headers.get("Referer", ""), ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into a form that was sent, without secrets and files."""
    if request.method != "POST":
        return []
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    left_out = "csrfmiddlewaretoken|nonce|next|code|credential|.*(pass(word|phrase)|secret).*"
    typed = [(name, value) for name, value in fields if not re.fullmatch(left_out, name)]
    return typed if any(value for _name, value in typed) else []


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser keep what was typed, as far as it is known whose it is."""
    owner, typed = _owner(request), _typed_in(request)
    if not owner or not typed:
        return
    unsent = [owner, request.get_full_path(), typed, time.time()]
    plain = zlib.compress(json.dumps(unsent, ensure_ascii=False).encode())
    sealed = _box().encrypt(plain, encoder=URLSafeBase64Encoder).decode()
    if len(sealed) <= 3800:  # characters; browsers keep no cookie over 4,096
        _let_keep(response, COOKIE, sealed, _LONGEST)
        messages.warning(
            request, _("What you typed was not sent. It is kept: the form has it again.")
        )


def _put_back(request: HttpRequest, account: AbstractBaseUser, response: HttpResponseBase) -> None:
    """Fill the page that has the form, once; what another account typed is thrown away."""
    owner = _hash(account)
    if request.COOKIES.get(OWNER) != owner:
        # As long as the token of a form, so that one without it comes from nobody.
        _let_keep(response, OWNER, owner, 365 * 24 * 60 * 60)
    unsent = Unsent.of(request)
    if unsent is None or COOKIE in response.cookies:
        return
    is_theirs = hmac.compare_digest(unsent.owner, owner)
    if not is_theirs or unsent.fills(request, response):
        response.delete_cookie(COOKIE)


def filled(html: str, here: str, action: str, values: Sequence[tuple[str, str]], note: str) -> str:
    """Return a page with values typed into the form that posts to an action, under a note.

    The page stays as it is when it has no such form, or none of its fields.
    """
    filling = _Filling(lambda target: urljoin(here, target or here) == action, values, note)
    filling.feed(html)
    filling.close()
    return "".join(filling.written) if filling.is_filled else html


def _owner(request: HttpRequest) -> str:
    """Return whose form it was: of who is signed in, else whom this browser last showed a page."""
    account = request.user
    if isinstance(account, AbstractBaseUser):
        return _hash(account)
    owner = request.COOKIES.get(OWNER, "")
    return owner if re.fullmatch("[0-9a-f]{32}", owner) else ""


def _hash(account: AbstractBaseUser) -> str:
    return _keyed(f"{account.pk}", b"whose form", 16).hex()


def _box() -> SecretBox:
    return SecretBox(_keyed("", b"unsent forms", 32))


def _keyed(text: str, person: bytes, size: int) -> bytes:
    key = hashlib.blake2b(settings.HASH_KEY.encode()).digest()
    return hashlib.blake2b(text.encode(), key=key, digest_size=size, person=person).digest()


def _let_keep(response: HttpResponseBase, name: str, value: str, seconds: int) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")


class _Filling(HTMLParser):
    """Copies a page as it is, but for the fields that something was typed into."""

    def __init__(
        self, is_meant: Callable[[str | None], bool], values: Sequence[tuple[str, str]], note: str
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.is_filled = False
        self._is_meant = is_meant
        self._note = note
        self._typed: dict[str, list[str]] = {}
        for name, value in values:
            self._typed.setdefault(name, []).append(value)
        self._is_inside = False
        self._around: list[int] = []  # where the details begin in which we are
        self._select: list[str] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        raw = self.get_starttag_text() or ""
        if tag == "form":
            is_post = (attributes.get("method") or "").lower() == "post"
            self._is_inside = is_post and self._is_meant(attributes.get("action"))
            if self._is_inside:
                raw += self._note
                self._open_around()
        elif self._is_inside:
            raw = self._with_typed(tag, attributes) or raw
        if tag == "details":
            self._around.append(len(self.written))
        self.written.append(raw)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.written.append(escape(self._area))
            self._area = None
        if tag == "select":
            self._select = None
        if tag == "form":
            self._is_inside = False
        if tag == "details" and self._around:
            self._around.pop()
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._area is None:
            self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")

    def _with_typed(self, tag: str, attributes: dict[str, str | None]) -> str:
        """Return a tag with what was typed, or nothing where the page's own one stays."""
        name, kind = attributes.get("name") or "", (attributes.get("type") or "text").lower()
        if tag == "option" and self._select is not None:
            return self._marked(
                tag, attributes, "selected", attributes.get("value") in self._select
            )
        if tag == "input" and kind in {"checkbox", "radio"}:
            value = attributes.get("value") or "on"
            return self._marked(tag, attributes, "checked", value in self._typed.get(name, []))
        if name not in self._typed:
            return ""
        if tag == "select":
            self._select = self._typed[name]
        elif tag == "textarea":
            self._area = self._next(name)
        elif tag == "input" and kind not in _NOT_TYPED:
            return self._marked(tag, attributes | {"value": self._next(name)}, "", False)
        return ""

    def _open_around(self) -> None:
        """Let what was typed not be folded away."""
        for place in self._around:
            if not self.written[place].endswith(" open>"):
                self.written[place] = f"{self.written[place].removesuffix('>')} open>"

    def _next(self, name: str) -> str:
        """Return what was typed into the next field of a name."""
        self.is_filled = True
        values = self._typed[name]
        return values.pop(0) if len(values) > 1 else values[0]

    def _marked(self, tag: str, attributes: dict[str, str | None], mark: str, is_so: bool) -> str:
        self.is_filled |= is_so and mark not in attributes
        others = {name: value for name, value in attributes.items() if name != mark}
        written = [
            name if value is None else f'{name}="{escape(value)}"' for name, value in others.items()
        ]
        return f"<{' '.join([tag, *written, *([mark] if is_so else [])])}>"
