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
    }[why]
