"""Who looked at the data of the people a phone declared: shown to them, and to nobody who guesses."""

from datetime import datetime
from uuid import UUID

from django.db.models import Min, Q

from authority.models import Disclosure

from .memory import Memory
from .models import Visit, Visitor
from .receipts import Receipt

MOST = 50


def looks_at(memory: Memory) -> list[Disclosure]:
    """Return the newest looks at the people of a phone's memory, newest first.

    A look is shown for somebody whom this phone was the first to declare as its own, and whose
    visit it made before the look: whoever types another's name, phone and year of birth at a
    poster learns nothing. A phone knows its newest 20 visits, and these as long as they are kept:
    older looks go from sight with them.
    """
    since = _made_by(memory)
    if not since:
        return []
    of_them = Q()
    for visitor, recorded_at in since.items():
        of_them |= Q(visitor=visitor, at__gte=recorded_at)
    return list(Disclosure.objects.filter(of_them).newest_first()[:MOST])


def _made_by(memory: Memory) -> dict[UUID, datetime]:
    """Return since when this phone has made visits as each of its people."""
    receipts = [given for one in memory.visits if (given := Receipt.opened(one.token))]
    keys = memory.keys if memory.details else []
    if not receipts or not keys:
        return {}
    made = Visit.objects.filter(
        venue__in={receipt.venue_id for receipt in receipts},
        entered_at__in={receipt.nonce.moment for receipt in receipts},
        visitor__in=Visitor.objects.filter(key__in=keys, memory=memory.id),
    )
    first = made.order_by().values_list("visitor").annotate(first=Min("recorded_at"))
    return dict(first.values_list("visitor", "first"))
