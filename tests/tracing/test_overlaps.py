"""Who met whom, compared with an interval library that knows nothing of us."""

import os
from datetime import timedelta
from itertools import product
from random import Random

import portion
import pytest

from declarations.models import Evidence, LeftReason
from tests import make, make_tracing
from tests.tracing import crowd
from tracing.models import Contact
from tracing.trace import trace
from venues.kinds import Kind

KINDS = [Kind.MARKET, Kind.SHOP, Kind.FACTORY, Kind.HOTEL, Kind.CHECKPOINT]
LINGER = timedelta(minutes=7)
MANY = int(os.environ.get("OVERLAPS", "10000"))  # visits


@pytest.mark.django_db
def test_random_visits_meet_as_the_other_library_reckons():
    rng, now = Random(4985), make.moment("12:00")
    venues = [make.venue(f"Chợ {n}", kind=KINDS[n % 5], with_poster=False) for n in range(25)]
    ill = make.visitor()
    visitors = crowd.people(MANY // 5)
    cases = list(crowd.random_visits(rng, venues, [ill.key], [], 60))
    others = list(crowd.random_visits(rng, venues, visitors, cases, MANY))
    crowd.stored(cases + others)
    rule = make_tracing.rule("thử", linger_minutes=7)
    case = make_tracing.case(ill, rule=rule, isolated_at=make.moment("03:00"))
    period = case.infectious_period
    infectious = portion.closedopen(period.lower, period.upper)
    trace(case, now)
    expected = crowd.who_met(cases, others, infectious, LINGER, now)
    assert len(expected) > MANY // 20
    assert _told(case) == {visitor: met.told for visitor, met in expected.items()}


STAYS = [(first, last) for last in range(5) for first in range(last + 1)]


@pytest.mark.parametrize("linger", [0, 1, 2])
@pytest.mark.django_db
def test_every_way_in_which_two_stays_of_some_minutes_can_lie_over_midnight(linger: int):
    start, now = make.moment("23:58", days_ago=1), make.moment("12:00")
    ill, visitors = make.visitor(), crowd.people(len(STAYS) ** 2)
    ways = list(product(STAYS, STAYS))
    venues = [make.venue(f"Quán {n}", with_poster=False) for n in range(len(ways))]
    cases, others = [], []
    for (mine, theirs), venue, visitor in zip(ways, venues, visitors, strict=True):
        cases.append(_minutes(start, venue, ill.key, mine))
        others.append(_minutes(start, venue, visitor, theirs))
    crowd.stored(cases + others)
    rule = make_tracing.rule("thử", linger_minutes=linger)
    traced = make_tracing.case(ill, rule=rule)
    trace(traced, now)
    always = portion.open(-portion.inf, portion.inf)
    expected = crowd.who_met(cases, others, always, timedelta(minutes=linger), now)
    assert _told(traced) == {visitor: met.told for visitor, met in expected.items()}


def _minutes(start, venue, visitor, minutes: tuple[int, int]) -> crowd.Seen:
    first, last = minutes
    form = crowd.Nonce.new(start + timedelta(minutes=first))
    left_at = start + timedelta(minutes=last)
    return crowd.Seen(venue, visitor, form, left_at, LeftReason.SCANNED, Evidence.POSTER)


def _told(case) -> dict:
    return {
        contact.visitor: (
            contact.certain_seconds,
            contact.possible_seconds,
            contact.met_period.lower,
            contact.met_period.upper,
        )
        for contact in Contact.objects.filter(case=case)
    }
