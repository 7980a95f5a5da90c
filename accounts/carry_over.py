"""Carrying accounts over: after a reform officials answer for what became of their area.

So do those who are invited.
"""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from districts.models import Unit

from .models import Account, Invitation


def carry_over(day: date) -> int:
    """Give officials of areas that ended by a day the successor in force; return how many.

    An area that nothing came of stays theirs, as districts did in 2025. Doing it again moves
    nobody.
    """
    _move(Invitation.objects.waiting(), day)
    return _move(Account.objects.all(), day)


def _move(kept: QuerySet[Any], day: date) -> int:
    successor = Unit.objects.filter(pk=OuterRef("area")).values("successor")[:1]
    ended = kept.filter(area__valid_to__lte=day, area__successor__isnull=False)
    first = moved = ended.update(area=Subquery(successor))
    while moved:
        moved = ended.all().update(area=Subquery(successor))
    return first
