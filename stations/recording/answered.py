"""The last stage: what the person on duty is told of a scan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from declarations.identities import WHICH_ONE
from declarations.settling import Departure
from districts.days import LOCAL_ZONE
from stations.models import Direction
from stations.refusals import Refusal

from .claims import Wanted
from .directed import Directed


class Result(StrEnum):
    """What the person on duty is told of a scan."""

    sentence: str  # what to do now

    GO = "go", _("Declared today. Nothing to ask.")
    ASK = "ask", _("Ask what is the matter; keep your distance and a mask on.")
    STOP = "stop", _("Ask the person to keep apart and to call the health station.")
    # Whatever is known of the person, it is not told here.
    QUESTIONS = (
        "questions",
        _("Noted. Read the three questions out, or scan the person’s receipt."),
    )
    LEFT = "left", _("The visit ends now.")
    DOUBLED = "doubled", _("Scanned a moment ago already; counted once.")
    UNDONE = "undone", _("Taken back.")
    REFUSED = "refused", ""  # the refusal has its own

    def __new__(cls, value: str, sentence: str) -> Self:
        result = str.__new__(cls, value)
        result._value_, result.sentence = value, sentence
        return result


class Answer(NamedTuple):
    id: UUID
    result: Result
    wanted: Wanted
    sentence: str
    who: str
    direction: str
    at: datetime


@dataclass(frozen=True)
class DoorCounts:
    """How many people went in and out today."""

    came_in: int = 0
    went_out: int = 0


@dataclass(frozen=True)
class Taken:
    """The answers in the order of the scans, and today's counts of this gate and of the venue."""

    answers: list[Answer]
    here: DoorCounts
    venue: DoorCounts
    is_revoked: bool
    wants_key: bool


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
        return Result.QUESTIONS if self.outcome is None else Result[self.outcome.name]

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
            sentence = str(result.sentence)
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

    @property
    def is_settled(self) -> bool:
        """Whether it is not written: it was undone, or comes too late to be kept or changed."""
        if self.refusal is Refusal.TOO_OLD:
            return True
        stored = self.stored
        return stored is not None and bool(stored.undone_at or (self.refusal and stored.visitor))

    @property
    def departures(self) -> list[Departure]:
        """Who left by this scan, and who did not although it said so before."""
        stored, before, after = self.stored, None, None
        if stored and stored.direction == Direction.OUT:
            before = None if stored.is_doubled or stored.undone_at else stored.visitor
        if self.counts and self.direction == Direction.OUT:
            after = self.visitor
        if before == after:
            return []
        left, evidence = [], int(self.evidence)
        if after:
            left.append(Departure(after, self.at, evidence, is_undone=False))
        if before and not self.refusal:
            left.append(Departure(before, self.at, evidence, is_undone=True))
        return left

    @property
    def taken_back(self) -> list[tuple[datetime, UUID]]:
        """The visit it made before and does not make any more: undone, or of somebody else."""
        stored = self.stored
        if stored is None or stored.visitor is None or stored.direction != Direction.IN:
            return []
        is_other = self.visitor != stored.visitor or self.direction != Direction.IN
        if not (self.is_undone or (is_other and not self.refusal)):
            return []
        return [(stored.at, self.nonce.id_for(stored.visitor))]

    def change_of(self, way: Direction) -> int:
        """By how much it changes how many went in, or out: 1, 0, or -1 for a corrected one.

        One that counted before counts still where what came of it now is refused.
        """
        stored = self.stored
        has_counted = stored is not None and not (
            stored.undone_at or stored.is_doubled or stored.refusal or stored.direction != way
        )
        counts = self.counts and self.direction == way
        return int(counts) - int(has_counted and self.refusal is None)


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
        answered.append(Answered.after(scan, outcome=outcome, wanted=wanted, is_beyond=is_beyond))
    return answered
