"""The nonce of a form: when it was given out, signed, and the ids that follow from it."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from . import tokens

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM_BITS = 42
_PERSON_BITS = 32
_LAST_PERSON = (1 << _PERSON_BITS) - 1


@dataclass(frozen=True)
class Nonce:
    """A moment in milliseconds since 1970 and 42 random bits; signed it doubles as the form's name.

    Visits of one form are UUIDv7 that share their first 96 bits and end in the person's place on the
    form, so that a form sent again is of the same visits; at a door, in 32 bits of the person.
    """

    milliseconds: int
    bits: int

    @classmethod
    def new(cls, now: datetime) -> "Nonce":
        return cls(_milliseconds(now), secrets.randbits(_FORM_BITS))

    @classmethod
    def of_seed(cls, seed: bytes, moment: datetime) -> "Nonce":
        """Return the nonce of what came without a form: the same seed and moment, the same visit."""
        digest = hashlib.blake2b(seed, digest_size=6).digest()
        return cls(_milliseconds(moment), int.from_bytes(digest) % (1 << _FORM_BITS))

    @classmethod
    def of(cls, visit: UUID) -> "Nonce":
        """Return the nonce a visit came with."""
        high, low = visit.int >> 64, visit.int & (1 << 64) - 1
        bits = (high & 0xFFF) << 30 | (low >> _PERSON_BITS) & 0x3FFFFFFF
        return cls(high >> 16, bits)

    @classmethod
    def opened(cls, text: str, code: str) -> "Nonce | None":
        """Return the nonce in a signed text given out for this poster, or None."""
        content = tokens.opened("nonce", text, code)
        return cls.of(UUID(bytes=content)) if content and len(content) == 16 else None

    def signed(self, code: str) -> str:
        """Return the text a form of this poster carries."""
        return tokens.signed("nonce", self.id_for().bytes, code)

    @property
    def moment(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.milliseconds)

    def at(self, moment: datetime) -> "Nonce":
        """Return the same form at another time."""
        return replace(self, milliseconds=_milliseconds(moment))

    def id_for(self, *about: object) -> UUID:
        """Return the id of what this form says of a person; always the same for the same."""
        digest = hashlib.blake2b("\x1f".join(map(str, about)).encode(), digest_size=4).digest()
        return self._uuid(int.from_bytes(digest) if about else 0)

    def id_of_place(self, place: int) -> UUID:
        """Return the id of the visit of whoever stands at a place of the form, the first at 0."""
        return self._uuid(place + 1)

    @property
    def party(self) -> tuple[UUID, UUID]:
        """The first and last id that the people of this form can have, both included."""
        return self._uuid(0), self._uuid(_LAST_PERSON)

    def _uuid(self, person: int) -> UUID:
        high = self.milliseconds << 16 | 0x7000 | self.bits >> 30
        low = 0b10 << 62 | (self.bits & 0x3FFFFFFF) << _PERSON_BITS | person
        return UUID(int=high << 64 | low)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
