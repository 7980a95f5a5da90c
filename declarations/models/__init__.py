"""What a visitor submits: who they are (sealed), how they feel, and where they were."""

from .declarations import Declaration, DeclarationQuerySet
from .forgotten import DeletionRecord
from .notices import Notice, NoticeQuerySet
from .tallies import COUNTED, LEFT, DayTally, HourTally, KindTally, Presence, Tally, TallyMark
from .visitors import Version, Visitor, VisitorQuerySet
from .visits import COMMON_STAY, LONGEST_STAY, OBSERVED, Evidence, LeftReason, Visit, VisitQuerySet

__all__ = [
    "COMMON_STAY",
    "COUNTED",
    "LEFT",
    "LONGEST_STAY",
    "OBSERVED",
    "DayTally",
    "Declaration",
    "DeclarationQuerySet",
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
