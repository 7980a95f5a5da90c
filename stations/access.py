"""A station's key: who may use the addresses of a door by it, and how what a phone keeps is sealed."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from database.remembering import remembered
from declarations import nonces
from forms.base64url import decoded

from .models import Station

_KEY_BYTES = 16
# A sealed scan: see docs/decisions/0016.
_VERSION, _POINT, _IV, _TAG = 1, 65, 12, 16


def new_key() -> str:
    """Return a station's key, the secret part of its address `/s/<key>/`."""
    return secrets.token_urlsafe(_KEY_BYTES)


def key_of(code: str, phone: str) -> str:
    """Return the key that a pairing code gives to the phone whose page said this word.

    The same page sent twice gets the same key, and nobody can tell it beforehand.
    """
    message = f"{code} {phone}".encode()
    digest = hmac.digest(nonces.key_for("station"), message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_KEY_BYTES]).decode().rstrip("=")


@remembered(seconds=3600)
def queue_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that opens what stations queued; it follows from HASH_KEY, which stays.

    A queue may wait for days, over a restart and over a new SECRET_KEY.
    """
    seed = hashlib.sha512(b"stations: queue\x1f" + settings.HASH_KEY.encode()).digest()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    return ec.derive_private_key(int.from_bytes(seed) % (order - 1) + 1, ec.SECP256R1())


def queue_public_key() -> bytes:
    """Return the point that pages seal their queue with: 65 bytes, uncompressed."""
    return queue_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def queue_point() -> str:
    """Return the same point as pages carry it: base64url without padding."""
    return base64.urlsafe_b64encode(queue_public_key()).decode().rstrip("=")


def unsealed(sealed: str, scan: UUID) -> Any:
    """Return what a station's phone sealed in its queue, or None where it was not sealed for us or for this scan.

    base64url of: a version byte, the phone's point of P-256 (65 bytes, uncompressed), 12 bytes of
    nonce, AES-256-GCM of JSON with the scan's id as associated data.
    """
    try:
        box = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        if len(box) < 1 + _POINT + _IV + _TAG or box[0] != _VERSION:
            return None
        point, iv, content = box[1 : _POINT + 1], box[_POINT + 1 :][:_IV], box[1 + _POINT + _IV :]
        return read_json(_shared_with(point).decrypt(iv, content, str(scan).encode()))
    except (ValueError, InvalidTag):
        return None


def read_json(content: bytes) -> Any:
    """Return what JSON says, if it says one thing: a key twice, or NaN, is read by each in another way.

    Raises ValueError, also for lists in lists without end.
    """
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_each_key_once, parse_constant=_no_number
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key stands twice")
    return members


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


@lru_cache(maxsize=512)  # a page seals with one point for as long as it is open
def _shared_with(point: bytes) -> AESGCM:
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    shared = queue_key().exchange(ec.ECDH(), public)
    info = b"stations: queue" + point + queue_public_key()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=info).derive(shared))


def kept_by_page(text: str) -> str:
    """Return what a page without script holds of a scan until more is said of it: unreadable there."""
    box = SecretBox(nonces.key_for("door page"))
    return base64.urlsafe_b64encode(box.encrypt(text.encode())).decode()


def opened_of_page(kept: str) -> str:
    """Return it again; nothing where we did not seal it."""
    try:
        return SecretBox(nonces.key_for("door page")).decrypt(decoded(kept)).decode()
    except (ValueError, CryptoError):
        return ""


def station_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the station of its address; who is nobody's station finds nothing here.

    A revoked station is given too: what its phone still holds is taken up to the revocation.
    """

    @wraps(view)
    def guarded(request: HttpRequest, key: str, **rest: Any) -> HttpResponseBase:
        station = Station.objects.with_key(key, timezone.now())
        if station is None:
            raise Http404
        return view(request, station, **rest)

    return guarded


def refused(status: int, sentence: str, wait: int = 0) -> JsonResponse:
    """Tell a station's program why nothing was taken, and after how many seconds to try again."""
    response = JsonResponse({"sentence": sentence}, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
