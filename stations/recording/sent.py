"""What a station sends, and what it is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from declarations.outcomes import Answers

MOST_SCANS = 200
LONGEST_TEXT = 2000


class Way(StrEnum):
    """What the station's switch says; `auto` goes by what is known of the person."""

    IN = "in"
    OUT = "out"
    AUTO = "auto"


class Result(StrEnum):
    """What the person on duty is told of a scan."""

    GO = "go"
    ASK = "ask"
    STOP = "stop"
    QUESTIONS = "questions"  # noted; whatever is known of the person, it is not told here
    LEFT = "left"
    DOUBLED = "doubled"
    UNDONE = "undone"
    REFUSED = "refused"


class Wanted(StrEnum):
    """What is still to be asked of the person; it follows from what this venue was told alone."""

    NOTHING = ""
    YEAR = "year"  # of birth: a phone typed is nobody by itself
    PHONE = "phone"
    NAME = "name"
    MARKS = "marks"  # the name as it is spoken: without its marks it may mean two people


class Said(NamedTuple):
    """What a code said, what the person told besides, and what they answered.

    `is_typed`: the text came from the keys, not from a reader or camera; what is told always does.
    """

    text: str
    told: tuple[str, ...] = ()
    no_phone: bool = False
    answers: Answers | None = None
    is_typed: bool = False

    def with_more(self, later: "Said") -> "Said":
        return Said(
            later.text or self.text,
            later.told or self.told,
            later.no_phone or self.no_phone,
            later.answers or self.answers,
            later.is_typed if later.text else self.is_typed,
        )


class Sent(NamedTuple):
    """A scan as it came; the same id again is the same scan with more said of it, or the other way.

    `said` is None where a sealed scan could not be opened.
    """

    id: UUID
    at: datetime
    way: Way
    said: Said | None = None
    is_undo: bool = False
    is_let_in: bool = False  # although the answer was stop

    def with_more(self, later: "Sent") -> "Sent":
        """The same scan twice in a batch: the later one says more, and what is undone stays so."""
        return Sent(
            self.id,
            self.at,
            later.way if self.way is Way.AUTO else self.way,
            self.said.with_more(later.said)
            if self.said and later.said
            else later.said or self.said,
            self.is_undo or later.is_undo,
            self.is_let_in or later.is_let_in,
        )


@dataclass(frozen=True)
class Batch:
    """Scans sent together, and when by the clock of the phone that sent them."""

    sent_at: datetime
    scans: list[Sent]

    def each_once(self) -> list[Sent]:
        merged: dict[UUID, Sent] = {}
        for sent in self.scans:
            before = merged.get(sent.id)
            merged[sent.id] = before.with_more(sent) if before else sent
        return list(merged.values())


class Answer(NamedTuple):
    """What became of a scan."""

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
    here: DoorCounts = field(default_factory=DoorCounts)
    venue: DoorCounts = field(default_factory=DoorCounts)
    is_revoked: bool = False
