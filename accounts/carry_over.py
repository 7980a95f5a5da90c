"""Carrying accounts over: after a reform officials answer for what became of their area."""

from datetime import date

from django.db.models import OuterRef, Subquery

from districts.models import Unit

from .models import Account


def carry_over(day: date) -> int:
    """Give officials of areas that ended by a day the successor in force; return how many.

    An area that nothing came of stays theirs, as districts did in 2025. Doing it again moves
    nobody.
    """
    successor = Unit.objects.filter(pk=OuterRef("area")).values("successor")[:1]
    ended = Account.objects.filter(area__valid_to__lte=day, area__successor__isnull=False)
    first = moved = ended.update(area=Subquery(successor))
    while moved:
        moved = ended.all().update(area=Subquery(successor))
    return first
