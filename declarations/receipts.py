"""The receipt: a token that names the visits of one form and nobody's name."""

from dataclasses import dataclass
from uuid import UUID

from . import tokens
from .nonces import Nonce


@dataclass(frozen=True)
class Receipt:
    """The visits that one form made at one venue."""

    venue_id: int
    nonce: Nonce

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
