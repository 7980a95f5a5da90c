"""What was read: a card with what it claims of somebody, or why it says nothing of anybody.

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


class Refusal(StrEnum):
    """Why a text says nothing of anybody; each has its sentence in stations.readers.sentences."""

    EMPTY = "empty"
    POSTER = "poster"  # the code of a venue, shown by mistake
    ADDRESS = "address"  # some web page
    WRONG_DIGIT = "wrong_digit"  # our card, mistyped or read wrongly
    WRONG_PHONE = "wrong_phone"
    OLD_PHONE = "old_phone"  # eleven digits, before 2018
    FOREIGN_PHONE = "foreign_phone"  # without + and country
    HOTLINE = "hotline"  # a service, not a person
    BROKEN_CARD = "broken_card"  # a card, cut off or garbled beyond use
    CONTRADICTS = "contradicts"  # number, sex and year of birth do not fit together
    JOINED = "joined"  # two cards that ran into one
    GARBLED = "garbled"  # letters that a reader's code page destroyed
    KEYBOARD = "keyboard"  # digits that a Vietnamese keyboard made letters of
    GOODS = "goods"  # the bar code of some ware
    NUMBER_ALONE = "number_alone"  # scanned, without the card it may be of
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"

    @property
    def proposal(self) -> str:
        """How the number is written today or from here, as people read it out; often unknown."""
        return getattr(self, "_proposal", "")

    def proposing(self, proposal: str) -> "Refusal":
        """Return the same reason, equal to it, with what may be meant."""
        refusal = str.__new__(Refusal, self.value)
        refusal._name_, refusal._value_ = self.name, self.value
        vars(refusal)["_proposal"] = proposal
        return refusal


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
