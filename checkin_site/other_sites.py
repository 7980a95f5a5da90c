"""What other sites let a browser send here, and look at here, in somebody's name: it is refused.

Browsers say from where they were told to ask: `Sec-Fetch-Site`, `Origin`, `Referer`. No page can
forge these. Old phones say nothing and are let through, as is whatever is no browser.
See docs/decisions/0028.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import is_same_domain
from django.utils.translation import gettext

from stations.access import refused

_LOOKING = ("GET", "HEAD", "OPTIONS", "TRACE")
_OWN_WAYS = ("same-origin", "none")  # none: the person typed the address, or opened a bookmark
_INSIDE_A_PAGE = ("iframe", "frame", "fencedframe", "embed", "object")


class Origin(NamedTuple):
    """Scheme, host and port of an address."""

    scheme: str
    host: str
    port: int


_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^/?#:@\[\],\s\\]+)(?::(\d{1,5}))?(?:[/?#].*)?")


@lru_cache(maxsize=64)
def origin_of(address: str) -> Origin | None:
    """Return the origin of an address, or None where it has none, such as `null`."""
    parts = _ORIGIN.fullmatch(address.strip().lower())
    if parts is None:
        return None
    scheme, host, port = parts.groups()
    with suppress(UnicodeError):  # a name in letters of its own is sent as xn--…
        host = host.encode("idna").decode()
    return Origin(scheme, host, int(port or (443 if scheme == "https" else 80)))


class OtherSites:
    """Refuses acts from other sites, and looks from inside their pages; links lead here as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_refused = looks_in if request.method in _LOOKING else is_foreign
        return _refusal(request) if is_refused(request) else self.get_response(request)


def is_foreign(request: HttpRequest) -> bool:
    """Whether another site sent this. Another port or name of ours is another site as well."""
    meta = request.META  # request.headers would read all of them
    way, origin = meta.get("HTTP_SEC_FETCH_SITE"), meta.get("HTTP_ORIGIN")
    if origin and _is_trusted(origin):
        return False
    if way and way not in _OWN_WAYS:
        return True
    is_vouched = way == "same-origin"
    if origin == "null":  # of a page that tells nobody where it is, or of none
        return not is_vouched
    sender = origin or ("" if way else meta.get("HTTP_REFERER"))
    return bool(sender) and not _is_own(request, sender or "", is_vouched)


def looks_in(request: HttpRequest) -> bool:
    """Whether a page of another site wants this for itself: a picture, a script, a frame, a fetch.

    It could not read it, but measure whether and when it comes; people follow links instead. What is
    fetched before anybody follows the link is refused as well, whoever's page it is: some looks are
    written down, and the browser asks again when the person comes.
    """
    meta = request.META
    if "prefetch" in meta.get("HTTP_SEC_PURPOSE", meta.get("HTTP_PURPOSE", "")):
        return True
    if meta.get("HTTP_SEC_FETCH_SITE", "none") in _OWN_WAYS:
        return False
    is_link = meta.get("HTTP_SEC_FETCH_MODE", "navigate") == "navigate"
    return not is_link or meta.get("HTTP_SEC_FETCH_DEST") in _INSIDE_A_PAGE


def _is_own(request: HttpRequest, address: str, is_vouched: bool) -> bool:
    """Whether an address is of the site as the request reached it, or as posters print it.

    Where the browser vouches for it, a proxy that did not tell of https makes no difference.
    """
    sender, reached = origin_of(address), f"{request.scheme}://{request.get_host()}"
    own = [origin for origin in map(origin_of, (settings.SITE_ADDRESS, reached)) if origin]
    if is_vouched and sender:
        return sender.host in {origin.host for origin in own}
    return sender in own


def _is_trusted(address: str) -> bool:
    """Whether CSRF_TRUSTED_ORIGINS names an origin, as https://example.vn or https://*.example.vn."""
    sender = origin_of(address)
    for text in settings.CSRF_TRUSTED_ORIGINS if sender else ():
        trusted = origin_of(text.replace("://*.", "://"))
        if sender and trusted and sender._replace(host=trusted.host) == trusted:
            pattern = f".{trusted.host}" if "://*." in text else trusted.host
            if is_same_domain(sender.host, pattern):
                return True
    return False


def _refusal(request: HttpRequest) -> HttpResponse:
    """Say that nothing was done, as a page, or to a program as the door's interface does."""
    status = HTTPStatus.FORBIDDEN
    if request.content_type == "application/json":
        sentence = gettext("This was sent by another site. Nothing was done.")
        response: HttpResponse = refused(status, sentence)
    elif request.method in _LOOKING:
        response = HttpResponse(status=status)  # for no eyes
    else:
        context = {"status": status, "is_of_another_site": True}
        response = render(request, "refused.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
