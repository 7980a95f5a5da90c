"""Opening what was sealed: only with private keys that somebody unlocked, and only in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from .sealing import VERSION


class NotOpenedError(Exception):
    """A sealed box stays closed; says why in a sentence."""


@dataclass(frozen=True)
class Opener:
    """The private keys that somebody unlocked, by sealing key; they are never printed or stored."""

    keys: Mapping[int, PrivateKey] = field(repr=False)
    until: datetime | None = None  # when it closes unless it is used

    def open(self, sealing_key_id: int, row: UUID, sealed: bytes) -> dict[str, Any]:
        """Return what was sealed for this row; raises NotOpenedError."""
        if sealing_key_id not in self.keys:
            raise NotOpenedError(_("Your passphrase does not open the key this was sealed with."))
        return opened(self.keys[sealing_key_id], row, sealed)


def opened(private: PrivateKey, row: UUID, sealed: bytes) -> dict[str, Any]:
    """Return what is in a box and was sealed for this row; raises NotOpenedError."""
    try:
        content = json.loads(SealedBox(private).decrypt(bytes(sealed)))
    except (CryptoError, ValueError) as error:
        raise NotOpenedError(_("This record is damaged and can't be opened.")) from error
    if content.pop("version", None) != VERSION or content.pop("row", None) != row.hex:
        raise NotOpenedError(_("This record belongs to somebody else: it was moved."))
    return dict(content)
