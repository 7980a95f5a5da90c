"""Publishing and withdrawing; both are written into the case's history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Account
from declarations.models import Notice
from declarations.notices import forget_published
from tracing.models import Case, CaseEvent
from venues.models import Venue

from .proposals import Proposal

PUBLISHED, WITHDRAWN, OWNER_TOLD = "published", "withdrawn", "owner told"


def publish(case: Case, chosen: Iterable[Proposal], by: Account, now: datetime) -> int:
    """Publish what is not published yet; return how many places and periods are new."""
    wanted = [one for one in chosen if not one.is_published]
    venues = Venue.objects.in_bulk({one.told.venue_id for one in wanted})
    new = [
        Notice(
            venue=venues[one.told.venue_id],
            period=DateTimeTZRange(one.told.start, one.told.end),
            published_at=now,
            published_by=by,
        )
        for one in wanted
    ]
    with transaction.atomic():
        # Another tracer may be publishing the same at this moment.
        Notice.objects.bulk_create(new, ignore_conflicts=True)
        CaseEvent.objects.bulk_create(event(case, PUBLISHED, one, by, now) for one in new)
    forget_published()
    return len(new)


def withdraw(case: Case, notices: Iterable[Notice], by: Account, now: datetime) -> int:
    """Take notices back; return how many were still published."""
    gone = 0
    with transaction.atomic():
        for notice in notices:
            if Notice.objects.published().filter(pk=notice.pk).update(withdrawn_at=now):
                event(case, WITHDRAWN, notice, by, now).save(force_insert=True)
                gone += 1
    forget_published()
    return gone


def event(case: Case, what: str, notice: Notice, by: Account, now: datetime) -> CaseEvent:
    """Return a line of the case's history about a notice, not kept yet."""
    told: dict[str, Any] = {
        "venue": notice.venue.name,
        "stay_period": [notice.period.lower.isoformat(), notice.period.upper.isoformat()],
        "notice": notice.pk,
    }
    return CaseEvent(case=case, at=now, by=by, what=what, details=told)
