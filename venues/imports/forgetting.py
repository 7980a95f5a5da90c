"""Forgetting what an import keeps of people: when decided, and after a week in any case."""

from datetime import datetime, timedelta

from django.db import transaction

from jobs.asking import cancel
from venues.models import Import, ImportRow, ImportState

KEPT = timedelta(days=7)


def forget_rows(now: datetime) -> int:
    """Delete the rows of imports that have waited for a week; return how many."""
    old = Import.objects.filter(uploaded_at__lte=now - KEPT)
    number, _each = ImportRow.objects.filter(listed_in__in=old).delete()
    unfinished = (ImportState.WAITING, ImportState.CHECKED)
    old.filter(state__in=unfinished).update(state=ImportState.GIVEN_UP)
    return number


@transaction.atomic
def give_up(listed: Import, now: datetime) -> None:
    """Delete what is kept of an import's rows, unless they are being brought in."""
    unfinished = (ImportState.WAITING, ImportState.CHECKED, ImportState.REFUSED)
    undecided = Import.objects.filter(pk=listed.pk, state__in=unfinished)
    if undecided.update(state=ImportState.GIVEN_UP) and listed.job:
        cancel(listed.job, now)
    over = Import.objects.filter(pk=listed.pk).exclude(state=ImportState.DECIDED)
    ImportRow.objects.filter(listed_in__in=over).delete()
