"""Keys of the health authority: making a pair, and knowing which one seals now."""

from datetime import datetime

import nacl.pwhash
import nacl.secret
import nacl.utils
from django.db import transaction
from nacl.public import PrivateKey

from districts.remembering import remembered

from .models import SealingKey, WrappedKey

_OPERATIONS = nacl.pwhash.argon2id.OPSLIMIT_MODERATE
_MEMORY = nacl.pwhash.argon2id.MEMLIMIT_MODERATE


class NoSealingKeyError(Exception):
    """The health authority has not made its key yet: nothing may be written."""


@remembered(seconds=60)
def current_key() -> SealingKey:
    """Return the key that seals now.

    Raises NoSealingKeyError before `create_keys` was run.
    """
    key = SealingKey.objects.filter(retired_at=None).order_by("-created_at").first()
    if key is None:
        raise NoSealingKeyError
    key.public_key = bytes(key.public_key)
    return key


@transaction.atomic
def create_key(holder: str, passphrase: str, now: datetime) -> SealingKey:
    """Make a pair of keys; the private one exists afterwards only wrapped by the passphrase.

    The key in force before is retired: what it sealed stays readable to its holders.
    """
    private = PrivateKey.generate()
    SealingKey.objects.filter(retired_at=None).update(retired_at=now)
    key = SealingKey.objects.create(public_key=bytes(private.public_key), created_at=now)
    salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
    WrappedKey.objects.create(
        key=key,
        holder=holder,
        salt=salt,
        operations=_OPERATIONS,
        memory=_MEMORY,
        wrapped=_wrapping(passphrase, salt, _OPERATIONS, _MEMORY).encrypt(bytes(private)),
        created_at=now,
    )
    current_key.cache_clear()
    return key


def unwrapped(wrapped: WrappedKey, passphrase: str) -> PrivateKey:
    """Return the private key; raises nacl.exceptions.CryptoError for a wrong passphrase."""
    box = _wrapping(passphrase, bytes(wrapped.salt), wrapped.operations, wrapped.memory)
    return PrivateKey(box.decrypt(bytes(wrapped.wrapped)))


def _wrapping(passphrase: str, salt: bytes, operations: int, memory: int) -> nacl.secret.SecretBox:
    key = nacl.pwhash.argon2id.kdf(
        nacl.secret.SecretBox.KEY_SIZE,
        passphrase.encode(),
        salt,
        opslimit=operations,
        memlimit=memory,
    )
    return nacl.secret.SecretBox(key)
