"""Short texts that only this site can have made."""

import base64
import binascii
import hashlib
import hmac
from functools import cache

from django.conf import settings

_MAC_BYTES = 12


def signed(purpose: str, content: bytes, context: str = "") -> str:
    """Return content with a signature, as text for an address or a hidden field."""
    return base64.urlsafe_b64encode(content + _mac(purpose, content, context)).decode().rstrip("=")


def opened(purpose: str, text: str, context: str = "") -> bytes | None:
    """Return the content of a signed text, or None when we did not sign it for this."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        whole = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    content, mac = whole[:-_MAC_BYTES], whole[-_MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(purpose, content, context)) else None


@cache
def key_for(purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, derived from the site's secret."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"checkin:{purpose}".encode(), hashlib.sha256)


def _mac(purpose: str, content: bytes, context: str) -> bytes:
    message = context.encode() + b"\x1f" + content
    return hmac.digest(key_for(purpose), message, hashlib.sha256)[:_MAC_BYTES]
