"""What a visitor submits: who they are (sealed), how they feel, and where they were."""

from .declarations import Declaration, DeclarationQuerySet
from .disclosures import Disclosure, DisclosureQuerySet, Purpose, Reveal, RevealQuerySet
from .forgotten import DeletionRecord
from .keys import HeldKey, Keyholder, KeyholderQuerySet, SealingKey, Unlocking, WrappedKey
from .notices import Notice, NoticeQuerySet
from .tallies import COUNTED, LEFT, DayTally, HourTally, KindTally, Presence, Tally, TallyMark
from .visitors import Version, Visitor, VisitorQuerySet
from .visits import LONGEST_STAY, Evidence, LeftReason, Visit, VisitQuerySet

__all__ = [
    "COUNTED",
    "LEFT",
    "LONGEST_STAY",
    "DayTally",
    "Declaration",
    "DeclarationQuerySet",
    "DeletionRecord",
    "Disclosure",
    "DisclosureQuerySet",
    "Evidence",
    "HeldKey",
    "HourTally",
    "Keyholder",
    "KeyholderQuerySet",
    "KindTally",
    "LeftReason",
    "Notice",
    "NoticeQuerySet",
    "Presence",
    "Purpose",
    "Reveal",
    "RevealQuerySet",
    "SealingKey",
    "Tally",
    "TallyMark",
    "Unlocking",
    "Version",
    "Visit",
    "VisitQuerySet",
    "Visitor",
    "VisitorQuerySet",
    "WrappedKey",
]
