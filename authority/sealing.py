"""Sealing, opening and wrapping: what the web writes with a public key and cannot read again.

A box is sealed with a public key (libsodium) and opened by private keys that somebody unlocked,
only in memory. A private key is kept wrapped by a passphrase: Argon2id makes the key of that, and
beside it stands how it was made.
"""

import json
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from subprocess import TimeoutExpired
from typing import Any
from uuid import UUID

import nacl.pwhash
import nacl.utils
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from accounts.rebuffs import Rebuff, rebuff
from accounts.turns import TooSlowError, turn

from .stretching import stretched

SHORTEST = 12  # characters of a passphrase
_PATIENCE, _WAITING = 8, 4  # seconds, and people, in which a passphrase waits for its turn
_VERSION = 1  # of what is in a box


class NotOpenedError(Exception):
    """A sealed box stays closed; says why in a sentence."""


class WrongPassphraseError(CryptoError):
    """The passphrase is not the one that wrapped the secret."""


def seal(public_key: bytes, row: UUID, details: dict[str, Any]) -> bytes:
    """Return details sealed for the holder of the private key.

    A sealed box carries no associated data, so the row's id and a version are inside: whoever
    opens it checks that it was not moved from another row.
    """
    content = {"version": _VERSION, "row": row.hex, **details}
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return SealedBox(PublicKey(public_key)).encrypt(written.encode())


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
    if content.pop("version", None) != _VERSION or content.pop("row", None) != row.hex:
        raise NotOpenedError(_("This record belongs to somebody else: it was moved."))
    return dict(content)


@dataclass(frozen=True)
class Strength:
    """How long, and in how many bytes, Argon2id computes a key."""

    operations: int = nacl.pwhash.argon2id.OPSLIMIT_MODERATE
    memory: int = nacl.pwhash.argon2id.MEMLIMIT_MODERATE


STRONG = Strength()


@dataclass(frozen=True)
class Wrapping:
    """A wrapped secret, with what is needed beside the passphrase to unwrap it."""

    salt: bytes
    operations: int
    memory: int
    wrapped: bytes

    @classmethod
    def of(cls, secret: bytes, passphrase: str, strength: Strength) -> "Wrapping":
        """Wrap a secret under a new salt; raises BusyError."""
        salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
        with _turn():
            wrapped = _box(_composed(passphrase), salt, strength).encrypt(secret)
        return cls(salt, strength.operations, strength.memory, bytes(wrapped))

    def unwrapped(self, passphrase: str) -> bytes:
        """Return the secret; raises WrongPassphraseError and BusyError."""
        strength = Strength(self.operations, self.memory)
        with _turn():
            # Earlier releases took a passphrase as the keyboard had composed it.
            for typed in dict.fromkeys([_composed(passphrase), passphrase]):
                with suppress(CryptoError):
                    return _box(typed, self.salt, strength).decrypt(self.wrapped)
        rebuff(Rebuff.WRONG_PASSPHRASE)
        raise WrongPassphraseError


def _turn() -> AbstractContextManager[None]:
    return turn("keys", 1, _PATIENCE, waiting=_WAITING)


def _composed(passphrase: str) -> str:
    """However a keyboard composes its diacritics, the passphrase is the same."""
    return unicodedata.normalize("NFC", passphrase)


def _box(passphrase: str, salt: bytes, strength: Strength) -> SecretBox:
    """Return the box that a passphrase locks; raises TooSlowError."""
    try:
        key = stretched(
            SecretBox.KEY_SIZE, passphrase.encode(), salt, strength.operations, strength.memory
        )
    except TimeoutExpired as error:
        rebuff(Rebuff.BUSY)
        raise TooSlowError from error
    return SecretBox(key)
