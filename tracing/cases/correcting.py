"""Changing what is known of a case: traced again, and written down with before and after."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Account
from tracing.models import Case
from tracing.trace import trace

from .opening import Illness

_FIELDS = ("status", "onset_on", "sample_on", "isolated_at", "rule")


@dataclass(frozen=True)
class Correction:
    """What a case should be: a period that is given needs a reason, the rule's has none."""

    illness: Illness
    period: tuple[datetime, datetime] | None
    why: str

    @property
    def infectious_period(self) -> DateTimeTZRange:
        return DateTimeTZRange(*self.period) if self.period else self.illness.period


@transaction.atomic
def correct(
    case: Case, wanted: Correction, by: Account, now: datetime, *, what: str = "corrected"
) -> bool:
    """Change a case and trace it again; tell whether anything was different."""
    case = Case.objects.select_for_update(of=("self",)).select_related("rule").get(pk=case.pk)
    before = _kept(case)
    for name in _FIELDS:
        setattr(case, name, getattr(wanted.illness, name))
    case.infectious_period = wanted.infectious_period
    case.correction = wanted.why if wanted.period else ""
    after = _kept(case)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return False
    case.save(update_fields=[*_FIELDS, "infectious_period", "correction"])
    told = {"changes": changes, "reason": wanted.why, "found": vars(trace(case, now))}
    case.events.create(at=now, by=by, what=what, told=told)
    return True


@transaction.atomic
def retrace(case: Case, by: Account, now: datetime) -> None:
    """Trace a case again, as visits and departures came to be known since."""
    case.events.create(at=now, by=by, what="traced", told={"found": vars(trace(case, now))})


@transaction.atomic
def close(case: Case, by: Account, now: datetime) -> bool:
    """End the work on a case; tell whether it was open."""
    closed = Case.objects.open().filter(pk=case.pk).update(closed_at=now)
    if closed:
        case.events.create(at=now, by=by, what="closed")
    return bool(closed)


@transaction.atomic
def reopen(case: Case, by: Account, now: datetime) -> bool:
    """Work on a case again; tell whether it was closed."""
    opened = Case.objects.exclude(closed_at=None).filter(pk=case.pk).update(closed_at=None)
    if opened:
        case.events.create(at=now, by=by, what="reopened")
    return bool(opened)


def _kept(case: Case) -> dict[str, Any]:
    period = case.infectious_period
    return {
        "status": case.status,
        "onset_on": case.onset_on and case.onset_on.isoformat(),
        "sample_on": case.sample_on and case.sample_on.isoformat(),
        "isolated_at": case.isolated_at and _told(case.isolated_at),
        "rule": case.rule.document,
        "infectious_period": [_told(period.lower), _told(period.upper)],
    }


def _told(moment: datetime) -> str:
    """Return a moment as text, the same whatever its zone."""
    return moment.astimezone(UTC).isoformat()
