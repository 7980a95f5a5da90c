"""What was read of a card: what it claims of somebody.

None of these codes is signed: every one is a claimed identity. Nothing but what stands here is
taken from a text, and the text itself is never kept or logged.
"""

from dataclasses import dataclass
from enum import StrEnum

from declarations.models import Evidence


class CardKind(StrEnum):
    """Whose card it is, or what the person on duty typed instead of one."""

    CHIP = "chip"  # the citizen's ID card, 6, 7 or 11 fields
    NATIONAL = "national"  # the national personal code, 1405/QĐ-BTTTT
    INSURANCE = "insurance"  # the health insurance card
    OWN = "own"  # twenty digits of ours: see declarations.personal_codes
    RECEIPT = "receipt"  # its address, as the receipt shows it
    PHONE = "phone"  # a phone number typed
    NAMED = "named"  # name and year of birth typed


@dataclass(frozen=True)
class Card:
    """What a card claims; empty where it does not say."""

    kind: CardKind
    number: str = ""  # of the document, whole; or QID and its digits; never a masked one
    full_name: str = ""
    birth_year: int | None = None
    gender: str = ""  # male, female or empty
    phone: str = ""  # normalised: +84…
    address: str = ""
    code: str = ""  # of our own card: twenty digits; of a receipt: its token
    is_typed: bool = False  # by the person on duty, number by number

    @property
    def evidence(self) -> Evidence:
        """How a visit is known that was made with this."""
        typed = self.is_typed or self.kind in (CardKind.PHONE, CardKind.NAMED)
        return Evidence.TYPED if typed else Evidence.SCANNED
