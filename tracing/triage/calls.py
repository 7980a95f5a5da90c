"""Whom to call: close contacts nobody has spoken with yet, the most urgent first."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef

from districts.days import local_day
from tracing.models import Act, CallOutcome, Case, Contact, FollowUp, Standing
from tracing.people import People

from .bands import BY_RISK, Banded, with_bands
from .rows import rows_of

ROWS_PER_PAGE = 50
SPOKEN = (CallOutcome.REACHED, CallOutcome.RELATIVE)


def to_call(case: Case) -> Banded:
    """Return the confirmed contacts of a case, F1 and F2, nobody has spoken with, by due date and risk."""
    spoken = FollowUp.objects.of(OuterRef("pk")).filter(
        act=Act.CALL, outcome__in=[outcome.value for outcome in SPOKEN]
    )
    people = Contact.objects.filter(case=case).counted()
    close = with_bands(people, case.rule.minimum_minutes).filter(
        ~Exists(spoken), standing=Standing.CONFIRMED, result=""
    )
    return close.order_by("due_on", *BY_RISK)


def calls_page(case: Case, page_number: str | None, now: datetime) -> dict[str, Any]:
    """Return the call list of a case with masks only."""
    listed = to_call(case).select_related("residence__parent", "commune__parent")
    listed = listed.prefetch_related("joined")
    page = Paginator(listed, ROWS_PER_PAGE).get_page(page_number)
    return {
        "case": case,
        "page": page,
        "rows": [(row, None, uuid4()) for row in rows_of(page.object_list)],
        "today": local_day(now),
        "outcomes": CallOutcome,
    }


def with_names(context: dict[str, Any], people: People) -> dict[str, Any]:
    """Put names to the rows of a page."""
    rows = [
        (row, people.get(row.contact.visitor), nonce) for row, _nobody, nonce in context["rows"]
    ]
    return context | {"rows": rows, "has_names": True}
