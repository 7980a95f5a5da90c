"""Keys of the health authority: making a pair, knowing which one seals now, and handing it on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from nacl.public import PrivateKey

from database.remembering import remembered

from .models import HeldKey, Keyholder, SealingKey, WrappedKey
from .sealing import STRONG, NotOpenedError, Opener, Strength, Wrapping, opened, seal


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
def rotate(now: datetime) -> tuple[SealingKey, PrivateKey]:
    """Make a pair of keys, sealed at once for everybody who can open; nobody is asked for it.

    The key in force before is retired: what it sealed stays readable to its holders. The private
    half is returned for a ceremony that wraps it; others let it go.
    """
    private = PrivateKey.generate()
    SealingKey.objects.filter(retired_at=None).update(retired_at=now)
    key = SealingKey.objects.create(public_key=bytes(private.public_key), created_at=now)
    _hold({key.pk: private}, Keyholder.objects.admitted())
    current_key.cache_clear()
    return key, private


@transaction.atomic
def create_key(
    holder: str, passphrase: str, now: datetime, strength: Strength = STRONG
) -> SealingKey:
    """Make a pair of keys whose private half is also wrapped by a passphrase."""
    key, private = rotate(now)
    wrapping = Wrapping.of(bytes(private), passphrase, strength)
    WrappedKey.objects.create(key=key, holder=holder, created_at=now, **vars(wrapping))
    return key


def hand_on(opener: Opener) -> None:
    """Give every key that was unlocked to everybody who can open and lacks it."""
    _hold(opener.keys, Keyholder.objects.admitted())


def held_by(keyholder: Keyholder, private: PrivateKey) -> dict[int, PrivateKey]:
    """Return the private sealing keys that a keyholder's own private key opens.

    One that is not the other half of its public key is left out: somebody put it there.
    """
    keys = {}
    for held in keyholder.held.select_related("key"):
        try:
            content = opened(private, held.pk, bytes(held.sealed))
        except NotOpenedError:
            continue
        key = PrivateKey(bytes.fromhex(content["private_key"]))
        if bytes(key.public_key) == bytes(held.key.public_key):
            keys[held.key_id] = key
    return keys


def _hold(keys: Mapping[int, PrivateKey], keyholders: Iterable[Keyholder]) -> None:
    """Seal each private key for each keyholder; who holds one already keeps that."""
    rows = []
    for keyholder in keyholders:
        for key_id, private in keys.items():
            pk = uuid4()
            content = {"private_key": bytes(private).hex()}
            sealed = seal(bytes(keyholder.public_key), pk, content)
            rows.append(HeldKey(id=pk, key_id=key_id, keyholder=keyholder, sealed=sealed))
    HeldKey.objects.bulk_create(rows, ignore_conflicts=True)
