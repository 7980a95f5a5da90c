"""Stays that somebody told of: where a case was without checking in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Account
from tracing.models import Case, Stay
from tracing.trace import trace
from venues.models import Venue

# Who says "about eight" may mean half past seven.
ABOUT = timedelta(minutes=30)


@dataclass(frozen=True)
class Telling:
    """Where a case was, from when to when, how exactly that is known, and by what."""

    venue: Venue
    start: datetime
    end: datetime
    is_exact: bool
    note: str

    def periods(self, now: datetime) -> dict[str, DateTimeTZRange]:
        """Return what is certain and what is possible of it; nobody was anywhere after now."""
        period = DateTimeTZRange(self.start, self.end)
        if self.is_exact:
            return {"certain_period": period, "possible_period": period}
        widened = DateTimeTZRange(self.start - ABOUT, max(self.end, min(self.end + ABOUT, now)))
        return {"certain_period": DateTimeTZRange(empty=True), "possible_period": widened}


@transaction.atomic
def tell(case: Case, told: Telling, by: Account, now: datetime, *, form: UUID) -> None:
    """Add a stay and trace again; the same form sent twice adds it once."""
    Case.objects.select_for_update().get(pk=case.pk)
    if case.events.filter(what="told", told__form=form.hex).exists():
        return
    stay = case.stays.create(
        venue=told.venue, note=told.note, told_by=by, told_at=now, **told.periods(now)
    )
    _note(case, stay, by, now, {"what": "told", "form": form.hex})


@transaction.atomic
def retell(stay: Stay, told: Telling, by: Account, now: datetime) -> None:
    """Change a stay that was told, and trace again."""
    details = {"venue": told.venue, "note": told.note, **told.periods(now)}
    for name, value in details.items():
        setattr(stay, name, value)
    stay.save(update_fields=list(details))
    _note(stay.case, stay, by, now, {"what": "retold"})


@transaction.atomic
def untell(stay: Stay, by: Account, now: datetime) -> None:
    """Take a stay away that was told, and trace again."""
    case = stay.case
    Stay.objects.filter(pk=stay.pk).delete()
    _note(case, stay, by, now, {"what": "untold"})


def _note(case: Case, stay: Stay, by: Account, now: datetime, kept: dict[str, Any]) -> None:
    period = stay.possible_period
    told = {
        "venue": f"{stay.venue.name}, {stay.venue.place}",
        "stay_period": [period.lower.isoformat(), period.upper.isoformat()],
        "reason": stay.note,
        "found": vars(trace(case, now)),
    }
    what = kept.pop("what")
    case.events.create(at=now, by=by, what=what, told=told | kept)
