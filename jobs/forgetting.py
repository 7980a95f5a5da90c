"""Forgetting jobs that ended, with their files."""

from datetime import datetime

from .models import Job


def forget_jobs(now: datetime) -> int:
    """Delete the jobs nobody comes for any more; return how many."""
    expired = list(Job.objects.expired(now).values_list("pk", flat=True))
    Job.objects.filter(pk__in=expired).delete()
    return len(expired)
