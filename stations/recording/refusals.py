"""Why a scan makes no visit although its code could be read."""

from enum import StrEnum

from django.utils.translation import gettext

from stations.readers import Refusal
from stations.readers.sentences import sentence as sentence_of_reading


class NotTaken(StrEnum):
    """What a station is told of a scan that is nobody's visit."""

    NOT_OPENED = "not_opened"
    NOT_KNOWN = "not_known"
    NAME_ALONE = "name_alone"
    TOO_OLD = "too_old"
    REVOKED = "revoked"
    CLOSED = "closed"
    NO_RECEIPT = "no_receipt"
    RECEIPT_OF_SEVERAL = "receipt_of_several"
    OLD_RECEIPT = "old_receipt"


def sentence(why: Refusal | NotTaken) -> str:
    """Say what the person on duty does about it."""
    if isinstance(why, Refusal):
        return sentence_of_reading(why)
    return {
        NotTaken.NOT_OPENED: gettext("This scan was damaged on its way. Scan the card again."),
        NotTaken.NOT_KNOWN: gettext(
            "This card is not known any more. Scan an ID card, or type the phone number."
        ),
        NotTaken.NAME_ALONE: gettext("Type the phone number first, then name and year of birth."),
        NotTaken.TOO_OLD: gettext("This scan waited for too long and is not taken any more."),
        NotTaken.REVOKED: gettext("This phone was not a station any more at that time."),
        NotTaken.CLOSED: gettext("The venue was closed at that time."),
        NotTaken.NO_RECEIPT: gettext("This is no receipt of ours. Ask the three questions."),
        NotTaken.RECEIPT_OF_SEVERAL: gettext(
            "This receipt is of several people at another venue. Let them scan the poster here."
        ),
        NotTaken.OLD_RECEIPT: gettext(
            "This receipt is not of today. Let the person scan the poster, or scan a card."
        ),
    }[why]
