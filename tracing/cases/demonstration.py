"""A case of the demonstration: somebody who was at several places while infectious."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import Count, Q

from accounts.models import Account
from declarations.models import LeftReason, Visit, Visitor
from districts.days import day_start, local_day
from tracing.models import Case, Rule, Status

from .opening import Illness, of_visitors, open_case

_NONCE = UUID("0a0f3c5e-71d5-4c11-9a3b-0b0f5f6b2f10")
_SYMPTOMS_SINCE = timedelta(days=2)


def open_example(tracer: Account, now: datetime) -> Case | None:
    """Open a case where there is none: of whom the most is known in the infectious period."""
    today = local_day(now)
    onset_on = today - _SYMPTOMS_SINCE
    rule = Rule.objects.in_force(onset_on)
    if rule is None or Case.objects.exists():
        return None
    start = day_start(onset_on - timedelta(days=rule.days_before))
    seen = Visit.objects.entered_during(start, day_start(today)).values("visitor")
    certain = Count("id", filter=Q(left_reason=LeftReason.SCANNED))
    known = seen.annotate(visits=Count("id"), certain=certain)
    chosen = known.order_by("-certain", "-visits", "visitor").first()
    if chosen is None:
        return None
    visitor = Visitor.objects.get(key=chosen["visitor"])
    illness = Illness(Status.CONFIRMED, onset_on, today, None, rule)
    nonce = uuid5(_NONCE, today.isoformat())
    return open_case(of_visitors([visitor]), illness, tracer, now, nonce=nonce)
