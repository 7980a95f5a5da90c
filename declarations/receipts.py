"""The receipt: a token that names the visits of one form and nobody's name."""

from dataclasses import dataclass, field
from uuid import UUID

from . import tokens
from .nonces import Nonce
from .outcomes import Outcome


@dataclass(frozen=True)
class Receipt:
    """The visits that one form made at one venue."""

    venue_id: int
    nonce: Nonce
    # Told where it is given out: who it is for, what the door does, how many were new.
    visitors: tuple[UUID, ...] = field(default=(), compare=False, repr=False)
    outcome: Outcome = field(default=Outcome.GO, compare=False)
    newcomers: int = field(default=0, compare=False)

    @property
    def token(self) -> str:
        """The part of the address `/r/<token>/`."""
        content = self.venue_id.to_bytes(4) + self.nonce.id_for().bytes[:12]
        return tokens.signed("receipt", content)

    @classmethod
    def opened(cls, token: str) -> "Receipt | None":
        """Return the receipt of a token, or None when we did not give it out."""
        content = tokens.opened("receipt", token)
        if content is None or len(content) != 16:
            return None
        nonce = Nonce.of(UUID(bytes=content[4:] + bytes(4)))
        return cls(int.from_bytes(content[:4]), nonce)
