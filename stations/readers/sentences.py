"""What the person on duty does about a code that says nothing of anybody."""

from django.utils.translation import gettext_lazy as _

from .cards import Refusal

# For whatever asks for a name: on a card, on paper, at a door.
WHICH_ONE = _(
    "Two people with this phone are called so without marks. Write the name with its marks."
)
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
}
_PROPOSALS = {
    Refusal.OLD_PHONE: _(
        "Numbers with 11 digits have changed. If this one is %(phone)s now, type that."
    ),
    Refusal.FOREIGN_PHONE: _("If this number is from abroad, type %(phone)s."),
}


def sentence(refusal: Refusal) -> str:
    """Say what to do."""
    if refusal.proposal and refusal in _PROPOSALS:
        return _PROPOSALS[refusal] % {"phone": refusal.proposal}
    return str(_SENTENCES[refusal])
