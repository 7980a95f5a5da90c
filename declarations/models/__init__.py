"""What a visitor submits: who they are (sealed), how they feel, and where they were."""

from .tallies import COUNTED, LEFT, DayTally, HourTally, KindTally, Presence, Tally, TallyMark
from .visits import (
    COMMON_STAY,
    LONGEST_STAY,
    OBSERVED,
    Declaration,
    DeletionRecord,
    Evidence,
    LeftReason,
    Notice,
    NoticeQuerySet,
    Version,
    Visit,
    Visitor,
    VisitorQuerySet,
    VisitQuerySet,
)

__all__ = [
    "COMMON_STAY",
    "COUNTED",
    "LEFT",
    "LONGEST_STAY",
    "OBSERVED",
    "DayTally",
    "Declaration",
    "DeletionRecord",
    "Evidence",
    "HourTally",
    "KindTally",
    "LeftReason",
    "Notice",
    "NoticeQuerySet",
    "Presence",
    "Tally",
    "TallyMark",
    "Version",
    "Visit",
    "VisitQuerySet",
    "Visitor",
    "VisitorQuerySet",
]
