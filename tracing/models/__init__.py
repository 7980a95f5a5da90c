"""Who met whom: rules, cases, where they were, whom they met, and what became of these people."""

from .cases import (
    Case,
    CaseEvent,
    CaseQuerySet,
    Rule,
    RuleQuerySet,
    Status,
    Stay,
    StayQuerySet,
)
from .contacts import (
    Act,
    CallOutcome,
    Contact,
    ContactQuerySet,
    FollowUp,
    FollowUpQuerySet,
    FollowUpResult,
    Meeting,
    MeetingQuerySet,
    Standing,
)
from .drills import LONGEST_DRILL, Drill, DrillQuerySet, DrillSize, Part, Planted

__all__ = [
    "LONGEST_DRILL",
    "Act",
    "CallOutcome",
    "Case",
    "CaseEvent",
    "CaseQuerySet",
    "Contact",
    "ContactQuerySet",
    "Drill",
    "DrillQuerySet",
    "DrillSize",
    "FollowUp",
    "FollowUpQuerySet",
    "FollowUpResult",
    "Meeting",
    "MeetingQuerySet",
    "Part",
    "Planted",
    "Rule",
    "RuleQuerySet",
    "Standing",
    "Status",
    "Stay",
    "StayQuerySet",
]
