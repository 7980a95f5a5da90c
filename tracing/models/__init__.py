"""Who met whom: rules, cases, where they were, whom they met, and what became of these people."""

from .cases import Case, CaseEvent, CaseQuerySet, Status
from .contacts import Contact, ContactQuerySet, Meeting, Result, Standing
from .follow_ups import Act, CallOutcome, FollowUp
from .rules import Rule, RuleQuerySet
from .stays import Stay, StayQuerySet

__all__ = [
    "Act",
    "CallOutcome",
    "Case",
    "CaseEvent",
    "CaseQuerySet",
    "Contact",
    "ContactQuerySet",
    "FollowUp",
    "Meeting",
    "Result",
    "Rule",
    "RuleQuerySet",
    "Standing",
    "Status",
    "Stay",
    "StayQuerySet",
]
