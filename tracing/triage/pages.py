"""What the triage page shows: bands, filters, and contacts in order of risk."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.http import urlencode

from tracing.joining import pairs_of
from tracing.models import Case, Contact, Standing

from . import bands
from .bands import Band
from .bursts import bursts_of
from .filters import Filters, contacts_of, narrowed, options
from .rows import rows_of

ROWS_PER_PAGE = 100


def contacts_page(case: Case, filters: Filters, page_number: str | None) -> dict[str, Any]:
    """Return the triage of a case as filtered."""
    everybody = contacts_of(case, filters.generation, is_aside=bool(filters.aside))
    found = narrowed(everybody, filters)
    ordered = bands.ranked(found).select_related("residence__parent")
    ordered = ordered.prefetch_related("joined")
    page = Paginator(ordered, ROWS_PER_PAGE).get_page(page_number)
    near = narrowed(everybody, filters, but="band")
    standings = dict(_standings(case))
    return {
        "case": case,
        "filters": filters,
        "page": page,
        "rows": rows_of(page.object_list),
        "bands": _chips(case, near, filters),
        "everybody": everybody.count(),
        "for_all": found.filter(standing=filters.over).count(),
        "households": near.filter(is_household=True).count(),
        "options": options(case, filters),
        "query": urlencode(filters.query),
        "confirmed": standings.get(Standing.CONFIRMED, 0),
        "bursts": bursts_of(case),
        "pairs": sum(not pair.are_two for pair in pairs_of(case)),
        "aside": Contact.objects.filter(case=case, is_aside=True).exists(),
        "joined": Contact.objects.filter(case=case).exclude(same_as=None).count(),
        "further": contacts_of(case, 2).count(),
    }


def _chips(case: Case, near: Any, filters: Filters) -> list[dict[str, Any]]:
    """Return each band with its number and what its link asks for; chosen again it is let go."""
    chips = []
    for one in bands.counted(case, near):
        is_chosen = filters.band == one.band
        query = filters.query | {"band": int(one.band)}
        if is_chosen:
            del query["band"]
        if one.people or is_chosen or one.band != Band.HOUSEHOLD:
            chips.append({"count": one, "is_chosen": is_chosen, "query": urlencode(query)})
    return chips


def _standings(case: Case) -> Any:
    first = Contact.objects.filter(case=case).of_generation(1).counted()
    return first.values_list("standing").annotate(people=Count("pk"))
