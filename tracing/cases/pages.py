"""What the pages of a case show."""

from datetime import datetime
from typing import Any

from django.conf import settings

from districts.days import local_day
from stations.models import Scan
from tracing.models import Case
from tracing.people import aliases_of

from .figures import figures_of
from .history import told
from .records import record_keys, suggestions_of
from .timeline import days_of


def case_page(case: Case, now: datetime) -> dict[str, Any]:
    """Return a case's figures, where it was, and what was done."""
    stays = list(case.stays.of_the_case().with_venues().select_related("told_by"))
    return {
        "case": case,
        "now": now,
        "retention_days": settings.TRACING_RETENTION_DAYS,
        "figures": figures_of([case])[case.pk],
        "days": days_of(stays, case.infectious_period, local_day(now)),
        "aliases": aliases_of(record_keys(case)),
        "suggestions": [] if case.closed_at else suggestions_of(case),
        "doubtful": Scan.objects.doubtful((s.venue_id, s.visit) for s in stays if s.visit),
        "history": [told(event) for event in case.events.select_related("by")],
    }
