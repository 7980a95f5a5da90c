"""Where a request comes from: the site's own proxies tell it, and nobody else is believed."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Headers in which proxies of one kind or another tell what they know; those of ours set two.
_KINDS = ("X_FORWARDED", "FORWARDED", "X_ORIGINAL", "X_REWRITE")
_NAMES = (
    "X_REAL_IP", "X_CLIENT_IP", "TRUE_CLIENT_IP", "CLIENT_IP", "CF_CONNECTING_IP",
    "X_CLUSTER_CLIENT_IP", "X_SCRIPT_NAME", "SCRIPT_NAME", "SCRIPT_URL", "PATH_INFO",
    "REMOTE_ADDR", "REMOTE_USER", "X_REMOTE_USER", "X_URL_SCHEME", "X_SCHEME", "FRONT_END_HTTPS",
    "X_HOST", "X_HTTP_METHOD_OVERRIDE",
)  # fmt: skip
_OF_A_PROXY = re.compile(f"HTTP_(?:{'|'.join(_KINDS)}|(?:{'|'.join(_NAMES)})$)")


class Forwarded:
    """Puts sender and scheme where Django looks for them, and takes every proxy's header away.

    Of TRUSTED_PROXIES proxies each adds to the end of a list, so the first of them, which spoke with
    the sender, wrote the entry that many places from the end; what stands before it the sender wrote.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        headers = {name: meta.pop(name) for name in list(meta) if _OF_A_PROXY.match(name)}
        peer = _address(meta.get("REMOTE_ADDR", ""))
        places = settings.TRUSTED_PROXIES if _is_ours(peer) else 0
        if peer:  # as people write it: ::ffff:203.0.113.7 is 203.0.113.7
            meta["REMOTE_ADDR"] = str(peer)
        senders = _listed(headers.get("HTTP_X_FORWARDED_FOR", ""))
        if places and len(senders) >= places:
            meta["REMOTE_ADDR"] = str(_address(senders[-places]) or "")
        # Most proxies set this one anew, or hand it on.
        if places and (schemes := _listed(headers.get("HTTP_X_FORWARDED_PROTO", ""))[-places:]):
            meta["wsgi.url_scheme"] = "https" if schemes[0].lower() == "https" else "http"
        return self.get_response(request)


def _is_ours(peer: IPv4Address | IPv6Address | None) -> bool:
    """Whether a proxy of ours may stand there; who has no address came by a socket of this machine."""
    networks = settings.PROXY_ADDRESSES
    return not networks or peer is None or any(peer in network for network in networks)


def _listed(header: str) -> list[str]:
    return [entry.strip() for entry in header.split(",")] if header else []


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
