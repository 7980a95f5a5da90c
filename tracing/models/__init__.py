"""Who met whom: rules, cases, where they were, whom they met, and what became of these people."""

from .cases import Case, CaseEvent, CaseQuerySet, Status
from .contacts import Contact, ContactQuerySet, Meeting, Result, Standing
from .drills import LONGEST_DRILL, Drill, DrillQuerySet, DrillSize, Part, Planted
from .follow_ups import Act, CallOutcome, FollowUp
from .rules import Rule, RuleQuerySet
from .stays import Stay, StayQuerySet

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
    "Meeting",
    "Part",
    "Planted",
    "Result",
    "Rule",
    "RuleQuerySet",
    "Standing",
    "Status",
    "Stay",
    "StayQuerySet",
]
