"""What a venue's owner fills in, kept while a code is on its way to the phone."""

from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID, uuid4, uuid5


@dataclass(frozen=True)
class Registration:
    """One filled form; `nonce` is of the session it was filled in."""

    name: str
    kind: str
    commune: str
    address: str
    responsible_name: str
    phone: str
    nonce: str

    @classmethod
    def of(cls, cleaned: dict[str, Any], nonce: str = "") -> Self:
        """Return the registration of a valid form."""
        return cls(**cleaned, nonce=nonce or uuid4().hex)

    @classmethod
    def kept(cls, stored: Any) -> Self | None:
        """Return a registration from where `stored` put it, or None."""
        return cls(**stored) if isinstance(stored, dict) else None

    def stored(self) -> dict[str, str]:
        """Return it in a form that a session can keep."""
        return asdict(self)

    @property
    def key(self) -> UUID:
        """The same for the same form of the same session: sent twice, it is one venue."""
        parts = (self.name, self.kind, self.commune, self.address, self.phone)
        return uuid5(UUID(hex=self.nonce), "\x1f".join(parts))
