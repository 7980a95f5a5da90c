"""Bursts: so many new people in one minute from one phone or network that no door let them in."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import see_other
from tracing.access import open_case_required
from tracing.models import Case, Standing

# A busy market behind one address brings 50 new people a minute, at most 80 in one minute of twenty
# thousand (Poisson); whoever invents people has to stay below that to be taken for a market.
FEWEST = 80


@dataclass(frozen=True)
class Burst:
    """People of a case who were new at one poster from one source in one minute."""

    number: int
    people: int
    undecided: int
    aside: int


def bursts_of(case: Case) -> list[Burst]:
    """Return the bursts among the contacts of a case, the largest first."""
    of_a_burst = case.contacts.exclude(burst=None).order_by()
    rows = of_a_burst.values_list("burst").annotate(
        people=Count("pk"),
        undecided=Count("pk", filter=Q(standing=Standing.PROPOSED, same_as=None)),
        aside=Count("pk", filter=Q(is_aside=True)),
    )
    large = rows.filter(people__gte=FEWEST).order_by("-people", "burst")
    return [Burst(*row) for row in large]


@transaction.atomic
def set_aside(case: Case, burst: int, by: Account, now: datetime) -> int:
    """Say of everybody of a burst whom nobody decided on that they are no contact."""
    Case.objects.lock(case)
    if burst not in {one.number for one in bursts_of(case)}:
        return 0
    undecided = case.contacts.filter(burst=burst, standing=Standing.PROPOSED, same_as=None)
    people = undecided.update(
        standing=Standing.DISMISSED, is_aside=True, decided_by=by, decided_at=now
    )
    return _noted(case, "set aside", people, by, now)


@transaction.atomic
def take_back(case: Case, burst: int, by: Account, now: datetime) -> int:
    """Let those whom a tap set aside be undecided again; who was decided on since stays so."""
    Case.objects.lock(case)
    aside = case.contacts.filter(burst=burst, is_aside=True)
    people = aside.update(
        standing=Standing.PROPOSED, is_aside=False, decided_by=None, decided_at=None
    )
    return _noted(case, "taken back", people, by, now)


@require_POST
@partial(open_case_required, back="contacts")
def burst(request: HttpRequest, case: Case, number_of_burst: int) -> HttpResponse:
    """Set a burst aside, or take it back, with one tap."""
    act = take_back if "back" in request.POST else set_aside
    people = act(case, number_of_burst, official_of(request), timezone.now())
    if act is take_back:
        sentence = ngettext("%(n)d person is back.", "%(n)d people are back.", people)
    else:
        sentence = ngettext("%(n)d person is set aside.", "%(n)d people are set aside.", people)
    messages.success(request, sentence % {"n": people})
    return see_other(request, "contacts", case.number)


def _noted(case: Case, what: str, people: int, by: Account, now: datetime) -> int:
    if people:
        case.events.create(at=now, by=by, what=what, details={"people": people})
    return people
