"""Preparing the days of scans, and forgetting scans and lines of sheets with the visits they made."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from declarations.partitions import DailyTable
from districts.days import day_start, local_day

from .models import Acquaintance, RegisterLine, Scan, Shift, Station

# Days for which parts are made ahead, as for visits.
_DAYS_AHEAD = 14
# A station that no phone was paired with is forgotten after this time.
_NEVER_PAIRED = timedelta(days=1)


def prepare_scans(now: datetime) -> None:
    """Make the parts for the scans of the days kept and the days to come."""
    today = local_day(now)
    first, last = today - timedelta(settings.RETENTION_DAYS), today + timedelta(_DAYS_AHEAD)
    DailyTable(Scan._meta.db_table).make(first, last)


def forget_scans(now: datetime) -> int:
    """Forget scans, hand-overs and what doors were told before the retention; return the days."""
    oldest = local_day(now) - timedelta(settings.RETENTION_DAYS)
    table = DailyTable(Scan._meta.db_table)
    old = [day for day in table.days() if day < oldest]
    for day in old:
        with transaction.atomic():
            table.drop(day)
    Acquaintance.objects.filter(seen_on__lt=oldest).delete()
    Station.objects.filter(paired_at=None, pairing_until__lt=now - _NEVER_PAIRED).delete()
    newer = Shift.objects.filter(began_at__gte=day_start(oldest)).values("station")
    # Who is on duty now stays, however long; of an ended station nobody is.
    over = Q(station__in=newer) | Q(station__revoked_at__isnull=False)
    over |= Q(station__venue__closed_at__isnull=False)
    Shift.objects.filter(over, began_at__lt=day_start(oldest)).delete()
    return len(old)


def forget_lines(now: datetime) -> int:
    """Delete the lines of days older than the retention; the sheets keep how many there were."""
    oldest = day_start(local_day(now) - timedelta(settings.RETENTION_DAYS))
    return RegisterLine.objects.filter(entered_at__lt=oldest).delete()[0]
