"""Why a scan is nobody's visit, and what the person on duty does about it."""

from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _


class Refusal(StrEnum):
    """Why nothing is taken: the text says nothing of anybody, or it makes no visit here and now.

    Each has a sentence that says what to do, and where a number may be meant, one that proposes it.
    """

    todo: str
    proposing: str
    proposal: str  # the number as it is written today or from here, where it is known

    EMPTY = "empty", _("Scan a card, or type a phone number.")
    POSTER = ("poster", _("This is the poster of a venue. Ask the person for a card of their own."))
    ADDRESS = (
        "address",
        _("This code leads to a web page and names nobody. Ask for another card."),
    )
    # Our own card, mistyped or read wrongly.
    WRONG_DIGIT = "wrong_digit", _("A digit of this card was read wrongly. Scan it again.")
    WRONG_PHONE = ("wrong_phone", _("This is no phone number. Compare each digit with the person."))
    OLD_PHONE = (
        "old_phone",
        _("Numbers with 11 digits have changed: 0169… is 039… now. Ask for the number of today."),
        _("Numbers with 11 digits have changed. If this one is %(phone)s now, type that."),
    )
    FOREIGN_PHONE = (
        "foreign_phone",
        _("If this number is from abroad, begin with “+” and the country: +855 12 345 678."),
        _("If this number is from abroad, type %(phone)s."),
    )
    HOTLINE = ("hotline", _("This is the number of a service. Ask for the person’s own phone."))
    BROKEN_CARD = (
        "broken_card",
        _("The card was not read whole. Scan it again, or type the phone number."),
    )
    CONTRADICTS = (
        "contradicts",
        _(
            "Number, sex and year of birth on this card do not fit together. Look at the card, or "
            "type the phone number."
        ),
    )
    JOINED = "joined", _("Two cards were read as one. Scan them one after the other.")
    # Letters that a reader's code page destroyed.
    GARBLED = (
        "garbled",
        _(
            "The reader garbles letters. Set it to UTF-8, or use the camera; or type the phone "
            "number."
        ),
    )
    # Digits that a Vietnamese keyboard made letters of, or letters it left undone.
    KEYBOARD = (
        "keyboard",
        _(
            "A Vietnamese keyboard garbles the card. Turn Telex or VNI off (EN instead of VI), and "
            "scan it again."
        ),
    )
    GOODS = "goods", _("This is the bar code of goods. Ask the person for a card of their own.")
    NUMBER_ALONE = (
        "number_alone",
        _(
            "A number that was only scanned is nobody’s. Scan the square code of the card, or type "
            "the number by hand."
        ),
    )
    UNKNOWN = ("unknown", _("This code names nobody. Scan another card, or type the phone number."))
    TOO_LONG = "too_long", _("This code is too long for a card. Scan another one.")

    # The text was read, and yet it makes no visit.
    NOT_OPENED = "not_opened", _("This scan was damaged on its way. Scan the card again.")
    NOT_KNOWN = (
        "not_known",
        _("This card is not known any more. Scan an ID card, or type the phone number."),
    )
    NAME_ALONE = ("name_alone", _("Type the phone number first, then name and year of birth."))
    TOO_OLD = "too_old", _("This scan waited for too long and is not taken any more.")
    REVOKED = "revoked", _("This phone was not a station any more at that time.")
    CLOSED = "closed", _("The venue was closed at that time.")
    NO_RECEIPT = "no_receipt", _("This is no receipt of ours. Ask the three questions.")
    RECEIPT_OF_SEVERAL = (
        "receipt_of_several",
        _("This receipt is of several people at another venue. Let them scan the poster here."),
    )
    OLD_RECEIPT = (
        "old_receipt",
        _("This receipt is not of today. Let the person scan the poster, or scan a card."),
    )

    def __new__(cls, value: str, todo: str, proposing: str = "") -> Self:
        refusal = str.__new__(cls, value)
        refusal._value_ = value
        refusal.todo, refusal.proposing, refusal.proposal = todo, proposing, ""
        return refusal

    def with_proposal(self, proposal: str) -> "Refusal":
        """Return the same reason, equal to it, with the number that may be meant."""
        refusal = str.__new__(Refusal, self.value)
        vars(refusal).update(vars(self), proposal=proposal)
        return refusal

    @property
    def sentence(self) -> str:
        """What to do about it."""
        if self.proposal and self.proposing:
            return self.proposing % {"phone": self.proposal}
        return str(self.todo)
