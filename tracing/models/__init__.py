"""Who met whom: rules, cases, where they were, whom they met, and what became of these people."""

from .cases import Case, CaseEvent, Rule, Status, Stay, lives_outside, outside
from .contacts import (
    Act,
    CallOutcome,
    Contact,
    ContactQuerySet,
    FollowUp,
    FollowUpResult,
    Meeting,
    Standing,
)
from .drills import Drill, DrillSize, Part, Planted

__all__ = [
    "Act",
    "CallOutcome",
    "Case",
    "CaseEvent",
    "Contact",
    "ContactQuerySet",
    "Drill",
    "DrillSize",
    "FollowUp",
    "FollowUpResult",
    "Meeting",
    "Part",
    "Planted",
    "Rule",
    "Standing",
    "Status",
    "Stay",
    "lives_outside",
    "outside",
]
