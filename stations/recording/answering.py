"""What the person on duty is told of a scan."""

from django.utils.translation import gettext_lazy as _

from declarations.outcomes import Outcome
from stations.models import Direction

from .items import Item
from .refusals import sentence as sentence_of_refusal
from .sent import Answer, Result

# What the person on duty does now.
_SENTENCES = {
    Result.GO: _("Declared today. Nothing to ask."),
    Result.ASK: _("Ask what is the matter; keep your distance and a mask on."),
    Result.STOP: _("Ask the person to keep apart and to call the health station."),
    Result.QUESTIONS: _("Noted. Read the three questions out."),
    Result.PHONE: _("Noted. Ask for the phone number and type it."),
    Result.NAME: _("Noted. Type the name and year of birth."),
    Result.LEFT: _("The visit ends now."),
    Result.DOUBLED: _("Scanned a moment ago already; counted once."),
    Result.UNDONE: _("Taken back."),
}


def answered(item: Item) -> Answer:
    """Return what a scan is answered."""
    result = _result(item)
    who = item.claim.who if item.claim else ""
    sentence = sentence_of_refusal(item.why) if item.why else str(_SENTENCES[result])
    return Answer(item.sent.id, result, sentence, who, Direction(item.direction).word, item.at)


def _result(item: Item) -> Result:
    if item.is_undone:
        return Result.UNDONE
    if item.why:
        return Result.REFUSED
    if item.is_doubled:
        return Result.DOUBLED
    if item.direction == Direction.OUT:
        return Result.LEFT
    if item.outcome is not None:
        return Result(Outcome(item.outcome).word)
    return item.missing or Result.QUESTIONS
