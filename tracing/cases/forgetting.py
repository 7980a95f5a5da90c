"""Forgetting closed cases with all that hangs on them; how many is all that stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from districts.days import day_start, local_day
from tracing.models import Case, Contact

_NAMELESS: dict[str, Any] = {
    "visitors": [],
    "phone_hashes": [],
    "mask": "",
    "residence": None,
    "correction": "",
    "sealed": b"",
}


@dataclass(frozen=True)
class Forgotten:
    """How many were forgotten."""

    cases: int
    contacts: int


@transaction.atomic
def forget_cases(now: datetime) -> Forgotten:
    """Forget the cases that were closed more days ago than the retention."""
    kept_since = day_start(local_day(now) - timedelta(settings.TRACING_RETENTION_DAYS))
    old = Case.objects.filter(closed_at__lt=kept_since)
    done = Forgotten(old.exclude(sealed=b"").count(), Contact.objects.filter(case__in=old).count())
    Contact.objects.filter(became__in=old).update(became=None)
    _empty(old.filter(pk__in=_newest()))
    old.exclude(sealed=b"").delete()
    old.filter(sealed=b"").exclude(pk__in=_newest()).delete()
    return done


def _newest() -> QuerySet[Case, int]:
    """The case opened last: as long as its number is the last one, no other case gets it."""
    last = Case.objects.aggregate(last=Max("opened_at"))["last"]
    return Case.objects.filter(opened_at=last).values_list("pk", flat=True)


def _empty(cases: QuerySet[Case]) -> None:
    """Leave nothing of cases but their numbers."""
    for case in cases:
        case.contacts.all().delete()
        case.stays.all().delete()
        case.events.all().delete()
    cases.update(**_NAMELESS)
