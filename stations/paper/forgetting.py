"""Forgetting who stood on which line of a sheet, with the visits these lines made."""

from datetime import datetime, timedelta

from django.conf import settings

from districts.days import day_start, local_day
from stations.models import RegisterLine


def forget_lines(now: datetime) -> int:
    """Delete the lines of days older than the retention; the sheets keep how many there were."""
    oldest = day_start(local_day(now) - timedelta(settings.RETENTION_DAYS))
    return RegisterLine.objects.filter(entered_at__lt=oldest).delete()[0]
