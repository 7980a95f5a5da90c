"""Who met whom: rules, cases, where they were, whom they met, and what became of these people."""

from .cases import Case, CaseEvent, CaseQuerySet, Status
from .contacts import Contact, ContactQuerySet, Meeting, MeetingQuerySet, Result, Standing
from .drills import LONGEST_DRILL, Drill, DrillQuerySet, DrillSize, Part, Planted
from .follow_ups import Act, CallOutcome, FollowUp, FollowUpQuerySet
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
    "FollowUpQuerySet",
    "Meeting",
    "MeetingQuerySet",
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
