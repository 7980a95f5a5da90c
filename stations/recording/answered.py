"""The last stage: what the person on duty is told of a scan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from declarations.identities import WHICH_ONE
from districts.days import LOCAL_ZONE
from stations.models import Direction

from .directed import Directed
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


@dataclass(frozen=True)
class Answered(Directed):
    """A scan with what the door is told: `outcome` and `wanted` are no more than that.

    `is_beyond`: of more people than a door can let in, nothing is told but what they answered.
    """

    is_beyond: bool

    @property
    def result(self) -> Result:
        if self.is_undone:
            return Result.UNDONE
        if self.refusal:
            return Result.REFUSED
        if self.is_doubled and not self.receipt:
            return Result.DOUBLED
        if self.direction == Direction.OUT:
            return Result.LEFT
        return Result.QUESTIONS if self.outcome is None else Result(self.outcome.word)

    @property
    def answer(self) -> Answer:
        result = self.result
        is_asking = result in (Result.GO, Result.ASK, Result.STOP, Result.QUESTIONS)
        is_leaving = result is Result.LEFT and self.wanted is not Wanted.PHONE
        return Answer(
            self.sent.id,
            result,
            self.wanted if is_asking or is_leaving else Wanted.NOTHING,
            self._sentence(result, is_asking=is_asking),
            self.claim.who if self.claim else "",
            self.direction.word,
            self.at,
        )

    def _sentence(self, result: Result, *, is_asking: bool) -> str:
        if result is Result.STOP and self.sent.is_let_in:
            return gettext("Noted: went in all the same.")
        if self.refusal:
            sentence = self.refusal.sentence
        elif is_asking and self.wanted is Wanted.MARKS:
            sentence = str(WHICH_ONE)
        elif self.is_beyond and result is Result.QUESTIONS:
            sentence = gettext(
                "Noted. This phone asked about more people within an hour than a door can let in: "
                "read the three questions out."
            )
        else:
            sentence = str(_SENTENCES[result])
        if self.supposed_since is None or self.is_undone or self.is_doubled:
            return sentence
        return f"{self._supposed(self.supposed_since.astimezone(LOCAL_ZONE))} {sentence}"

    def _supposed(self, came: datetime) -> str:
        """Say by what a way was found that may well be the other one."""
        if self.direction == Direction.OUT:
            sentence = gettext(
                "They came at %(time)s and no departure was noted: noted as leaving."
            )
        else:
            sentence = gettext(
                "They came on %(day)s at %(time)s and no departure was noted: noted as coming again."
            )
        return sentence % {"day": f"{came:%d/%m}", "time": f"{came:%H:%M}"}


def answered_scans(scans: list[Directed], left: int) -> list[Answered]:
    """Decide what the door is told of each scan; `left` is how many more people it may ask about.

    Whoever is asked about twice counts twice: a door that remembers whom it was told nothing of
    would be told by asking again.
    """
    places: dict[UUID | None, int] = {}
    answered = []
    for scan in scans:
        is_beyond = scan.asks and places.setdefault(scan.visitor, len(places)) >= left
        outcome, wanted = scan.outcome, scan.wanted
        if is_beyond and scan.answered is None:
            outcome = None
        elif scan.is_told_elsewhere and scan.direction == Direction.IN:
            wanted = Wanted.NOTHING
        known = vars(scan) | {"outcome": outcome, "wanted": wanted}
        answered.append(Answered(**known, is_beyond=is_beyond))
    return answered
