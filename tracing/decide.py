"""Deciding who is a close contact: for many at once, and never over what was decided meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import Account
from districts.days import LOCAL_ZONE, local_day

from .models import Case, CaseEvent, Contact, Standing

# The box is copied, as the visitor may be forgotten before the follow-up ends. Household is called
# today, others by tomorrow; the last day of follow-up counts from the last day they met.
_CONFIRM = """
UPDATE tracing_contact contact SET
    standing = 'confirmed', is_aside = false, decided_by_id = %(by)s, decided_at = %(now)s,
    sealing_key_id = coalesce(visitor.sealing_key_id, contact.sealing_key_id),
    sealed = coalesce(visitor.sealed, contact.sealed),
    due_on = coalesce(
        contact.due_on, CASE WHEN contact.is_household THEN %(today)s ELSE %(tomorrow)s END
    ),
    follow_up_until = coalesce(contact.follow_up_until, %(days)s::int + coalesce(
        ((upper(contact.met_period) - interval '1 microsecond') AT TIME ZONE %(zone)s)::date,
        %(today)s
    ))
FROM tracing_contact mine LEFT JOIN declarations_visitor visitor ON visitor.key = mine.visitor
WHERE contact.id = mine.id AND mine.case_id = %(case)s AND mine.id = ANY (%(contacts)s)
  AND contact.standing <> 'confirmed' AND contact.standing = ANY (%(over)s)
RETURNING contact.id
"""


@dataclass(frozen=True)
class Decision:
    """What a tracer decided, who it was, and why if somebody is dismissed.

    `over` is how everybody stood when it was decided; who stands otherwise by now is left alone.
    """

    standing: Standing
    by: Account
    reason: str = ""
    over: Standing | None = None

    @property
    def earlier(self) -> list[str]:
        """The standings that give way to this decision."""
        return [self.over.value] if self.over else list(Standing.values)


@transaction.atomic
def decide(case: Case, contacts: Iterable[int], decision: Decision, now: datetime) -> int:
    """Give contacts of a case a standing; return for how many this was new.

    What follows from being a close contact (the copied box, due date, last day) is set
    once and stays when the standing is taken back, as begun follow-ups do.
    """
    Case.objects.lock(case)
    chosen = sorted(set(contacts))
    if decision.standing == Standing.CONFIRMED:
        changed = _confirmed(case, chosen, decision, now)
    else:
        others = Contact.objects.filter(case=case, pk__in=chosen, standing__in=decision.earlier)
        undone = decision.standing == Standing.PROPOSED
        changed = others.exclude(standing=decision.standing).update(
            standing=decision.standing,
            is_aside=False,
            decided_by=None if undone else decision.by,
            decided_at=None if undone else now,
        )
    if changed:
        details: dict[str, Any] = {"standing": decision.standing.value, "people": changed}
        if decision.reason:
            details["reason"] = decision.reason
        CaseEvent.objects.create(case=case, at=now, by=decision.by, what="decided", details=details)
    return changed


def _confirmed(case: Case, chosen: list[int], decision: Decision, now: datetime) -> int:
    today = local_day(now)
    parameters: dict[str, Any] = {
        "by": decision.by.pk,
        "over": decision.earlier,
        "now": now,
        "case": case.pk,
        "contacts": chosen,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "zone": str(LOCAL_ZONE),
        "days": case.rule.follow_up_days,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, parameters)
        return int(cursor.rowcount)
