"""Why a scan is nobody's visit, and what the person on duty does about it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Refusal(StrEnum):
    """Why nothing is taken: the text says nothing of anybody, or it makes no visit here and now."""

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

    # The text was read, and yet it makes no visit.
    NOT_OPENED = "not_opened"
    NOT_KNOWN = "not_known"
    NAME_ALONE = "name_alone"
    TOO_OLD = "too_old"
    REVOKED = "revoked"
    CLOSED = "closed"
    NO_RECEIPT = "no_receipt"
    RECEIPT_OF_SEVERAL = "receipt_of_several"
    OLD_RECEIPT = "old_receipt"

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

    @property
    def sentence(self) -> str:
        """What to do about it."""
        if self.proposal and self in _PROPOSALS:
            return _PROPOSALS[self] % {"phone": self.proposal}
        return str(_SENTENCES[self])


_SENTENCES = {
    Refusal.EMPTY: _("Scan a card, or type a phone number."),
    Refusal.POSTER: _("This is the poster of a venue. Ask the person for a card of their own."),
    Refusal.ADDRESS: _("This code leads to a web page and names nobody. Ask for another card."),
    Refusal.WRONG_DIGIT: _("A digit of this card was read wrongly. Scan it again."),
    Refusal.WRONG_PHONE: _("This is no phone number. Compare each digit with the person."),
    Refusal.OLD_PHONE: _(
        "Numbers with 11 digits have changed: 0169… is 039… now. Ask for the number of today."
    ),
    Refusal.FOREIGN_PHONE: _(
        "If this number is from abroad, begin with “+” and the country: +855 12 345 678."
    ),
    Refusal.HOTLINE: _("This is the number of a service. Ask for the person’s own phone."),
    Refusal.BROKEN_CARD: _("The card was not read whole. Scan it again, or type the phone number."),
    Refusal.CONTRADICTS: _(
        "Number, sex and year of birth on this card do not fit together. Look at the card, or type "
        "the phone number."
    ),
    Refusal.JOINED: _("Two cards were read as one. Scan them one after the other."),
    Refusal.GARBLED: _(
        "The reader garbles letters. Set it to UTF-8, or use the camera; or type the phone number."
    ),
    Refusal.KEYBOARD: _(
        "A Vietnamese keyboard garbles the card. Turn Telex or VNI off (EN instead of VI), and "
        "scan it again."
    ),
    Refusal.NUMBER_ALONE: _(
        "A number that was only scanned is nobody’s. Scan the square code of the card, or type "
        "the number by hand."
    ),
    Refusal.GOODS: _("This is the bar code of goods. Ask the person for a card of their own."),
    Refusal.UNKNOWN: _("This code names nobody. Scan another card, or type the phone number."),
    Refusal.TOO_LONG: _("This code is too long for a card. Scan another one."),
    Refusal.NOT_OPENED: _("This scan was damaged on its way. Scan the card again."),
    Refusal.NOT_KNOWN: _(
        "This card is not known any more. Scan an ID card, or type the phone number."
    ),
    Refusal.NAME_ALONE: _("Type the phone number first, then name and year of birth."),
    Refusal.TOO_OLD: _("This scan waited for too long and is not taken any more."),
    Refusal.REVOKED: _("This phone was not a station any more at that time."),
    Refusal.CLOSED: _("The venue was closed at that time."),
    Refusal.NO_RECEIPT: _("This is no receipt of ours. Ask the three questions."),
    Refusal.RECEIPT_OF_SEVERAL: _(
        "This receipt is of several people at another venue. Let them scan the poster here."
    ),
    Refusal.OLD_RECEIPT: _(
        "This receipt is not of today. Let the person scan the poster, or scan a card."
    ),
}
_PROPOSALS = {
    Refusal.OLD_PHONE: _(
        "Numbers with 11 digits have changed. If this one is %(phone)s now, type that."
    ),
    Refusal.FOREIGN_PHONE: _("If this number is from abroad, type %(phone)s."),
}
