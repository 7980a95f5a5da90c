"""Opening what a station's phone sealed in its queue; see docs/decisions/0016."""

import base64
import binascii
import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stations.secrets import queue_key, queue_public_key

_VERSION, _POINT, _IV, _TAG = 1, 65, 12, 16


def unsealed(sealed: str, scan: UUID) -> Any:
    """Return the content of a sealed scan, or None where it was not sealed for us or for this scan.

    base64url of: a version byte, the phone's point of P-256 (65 bytes, uncompressed), 12 bytes of
    nonce, AES-256-GCM of JSON with the scan's id as associated data.
    """
    try:
        box = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        if len(box) < 1 + _POINT + _IV + _TAG or box[0] != _VERSION:
            return None
        point, iv, content = box[1 : _POINT + 1], box[_POINT + 1 :][:_IV], box[1 + _POINT + _IV :]
        plain = _shared_with(point).decrypt(iv, content, str(scan).encode())
        return json.loads(plain)
    except (ValueError, binascii.Error, InvalidTag):
        return None


@lru_cache(maxsize=512)  # a page seals with one point for as long as it is open
def _shared_with(point: bytes) -> AESGCM:
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    shared = queue_key().exchange(ec.ECDH(), public)
    info = b"stations: queue" + point + queue_public_key()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=info).derive(shared))
