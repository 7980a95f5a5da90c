"""What the person on duty does about a code that says nothing of anybody."""

from django.utils.translation import gettext_lazy as _

from .cards import Refusal

_SENTENCES = {
    Refusal.EMPTY: _("Scan a card, or type a phone number."),
    Refusal.POSTER: _("This is the poster of a venue. Ask the person for a card of their own."),
    Refusal.ADDRESS: _("This code leads to a web page and names nobody. Ask for another card."),
    Refusal.WRONG_DIGIT: _("A digit of this card was read wrongly. Scan it again."),
    Refusal.WRONG_PHONE: _("This is no phone number. Compare each digit with the person."),
    Refusal.BROKEN_CARD: _("The card was not read whole. Scan it again, or type the phone number."),
    Refusal.CONTRADICTS: _(
        "Number, sex and year of birth on this card do not fit together. Look at the card, or type "
        "the phone number."
    ),
    Refusal.JOINED: _("Two cards were read as one. Scan them one after the other."),
    Refusal.GOODS: _("This is the bar code of goods. Ask the person for a card of their own."),
    Refusal.UNKNOWN: _("This code names nobody. Scan another card, or type the phone number."),
    Refusal.TOO_LONG: _("This code is too long for a card. Scan another one."),
}


def sentence(refusal: Refusal) -> str:
    """Say what to do."""
    return str(_SENTENCES[refusal])
