"""What the person on duty is told of a scan."""

from django.utils.translation import gettext_lazy as _

from declarations.outcomes import Outcome
from stations.models import Direction
from stations.readers.sentences import WHICH_ONE

from .items import Item
from .refusals import sentence as sentence_of_refusal
from .sent import Answer, Result, Wanted

# What the person on duty does now.
_SENTENCES = {
    Result.GO: _("Declared today. Nothing to ask."),
    Result.ASK: _("Ask what is the matter; keep your distance and a mask on."),
    Result.STOP: _("Ask the person to keep apart and to call the health station."),
    Result.QUESTIONS: _("Noted. Read the three questions out, or scan the person’s receipt."),
    Result.LEFT: _("The visit ends now."),
    Result.DOUBLED: _("Scanned a moment ago already; counted once."),
    Result.UNDONE: _("Taken back."),
}
_BEYOND = _(
    "Noted. This phone asked about more people within an hour than a door can let in: read the "
    "three questions out."
)


_ASKING = {Result.GO, Result.ASK, Result.STOP, Result.QUESTIONS}


def answered(item: Item) -> Answer:
    """Return what a scan is answered."""
    result = _result(item)
    who = item.claim.who if item.claim else ""
    direction = Direction(item.direction).word
    return Answer(
        item.sent.id,
        result,
        _wanted(item, result),
        _sentence(item, result),
        who,
        direction,
        item.at,
    )


def _wanted(item: Item, result: Result) -> Wanted:
    """Return what to ask; whoever leaves is only asked who they are."""
    is_leaving = result is Result.LEFT and item.wanted is not Wanted.PHONE
    return item.wanted if result in _ASKING or is_leaving else Wanted.NOTHING


def _sentence(item: Item, result: Result) -> str:
    if item.why:
        return sentence_of_refusal(item.why)
    if result in _ASKING and item.wanted is Wanted.MARKS:
        return str(WHICH_ONE)
    is_beyond = item.is_beyond and result is Result.QUESTIONS
    return str(_BEYOND if is_beyond else _SENTENCES[result])


def _result(item: Item) -> Result:
    if item.is_undone:
        return Result.UNDONE
    if item.why:
        return Result.REFUSED
    if item.is_doubled and not item.receipt:
        return Result.DOUBLED
    if item.direction == Direction.OUT:
        return Result.LEFT
    return Result.QUESTIONS if item.outcome is None else Result(Outcome(item.outcome).word)
