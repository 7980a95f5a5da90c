"""Sealing: what the web writes with the public key and cannot read again."""

import json
from typing import Any
from uuid import UUID

from nacl.public import PublicKey, SealedBox

VERSION = 1
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def seal(public_key: bytes, row: UUID, details: dict[str, Any]) -> bytes:
    """Return details sealed for the holder of the private key.

    A sealed box carries no associated data, so the row's id and a version are inside: whoever
    opens it checks that it was not moved from another row.
    """
    content = {"version": VERSION, "row": row.hex, **details}
    box = SealedBox(PublicKey(public_key))
    return box.encrypt(_written(content).encode())
