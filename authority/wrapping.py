"""A secret wrapped by a passphrase: Argon2id makes the key, and says how it was made."""

import unicodedata
from dataclasses import dataclass

import nacl.pwhash
import nacl.utils
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

SHORTEST = 12


class WrongPassphraseError(CryptoError):
    """The passphrase is not the one that wrapped the secret."""


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
        """Wrap a secret under a new salt."""
        salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
        wrapped = _box(_composed(passphrase), salt, strength).encrypt(secret)
        return cls(salt, strength.operations, strength.memory, bytes(wrapped))

    def unwrapped(self, passphrase: str) -> bytes:
        """Return the secret; raises WrongPassphraseError."""
        strength = Strength(self.operations, self.memory)
        # Earlier releases took a passphrase as the keyboard had composed it.
        for typed in dict.fromkeys([_composed(passphrase), passphrase]):
            try:
                return _box(typed, self.salt, strength).decrypt(self.wrapped)
            except CryptoError:
                continue
        raise WrongPassphraseError


def _composed(passphrase: str) -> str:
    """However a keyboard composes its diacritics, the passphrase is the same."""
    return unicodedata.normalize("NFC", passphrase)


def _box(passphrase: str, salt: bytes, strength: Strength) -> SecretBox:
    typed, size = passphrase.encode(), SecretBox.KEY_SIZE
    key = nacl.pwhash.argon2id.kdf(
        size, typed, salt, opslimit=strength.operations, memlimit=strength.memory
    )
    return SecretBox(key)
