"""Closed cases are forgotten so many days after closing, with all that hangs on them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authority.disclosures import Look
from authority.models import Purpose
from districts.days import day_start, today
from tests import make, make_tracing
from tracing.cases.closing import forget_cases
from tracing.cases.correcting import Illness
from tracing.cases.opening import of_visitors, open_case
from tracing.models import Case, CaseEvent, Contact, Stay
from tracing.trace import trace

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def case(tree, venue):
    other = make.visitor("Lê Văn Bình", "+84900000001")
    for who in (make.visitor(), other):
        make.visit(venue, make.moment("08:00", days_ago=1), visitor=who, stay=HOUR)
    made = make_tracing.case(area=tree.here, opened_at=timezone.now() - 200 * DAY)
    trace(made, timezone.now())
    made.events.create(at=timezone.now(), by=made.opened_by, what="opened")
    return made


@pytest.fixture
def later(tree):
    """A case with a higher number, so that the other number is not the last."""
    return make_tracing.case(make.visitor(birth_year=1950), area=tree.here)


def closed(case, days_ago):
    Case.objects.filter(pk=case.pk).update(closed_at=day_start(today() - days_ago * DAY))


def test_on_the_last_day_a_case_is_still_here(case, later, settings):
    closed(case, settings.TRACING_RETENTION_DAYS)
    assert forget_cases(timezone.now()).cases == 0
    assert forget_cases(timezone.now() + DAY).cases == 1
    assert list(Case.objects.all()) == [later]


def test_all_that_hangs_on_a_case_goes_with_it(case, later):
    closed(case, 200)
    done = forget_cases(timezone.now())
    assert (done.cases, done.contacts) == (1, 1)
    assert not any(model.objects.exists() for model in (Contact, Stay, CaseEvent))


def test_open_cases_are_kept_however_old(case, later):
    assert forget_cases(timezone.now() + 3000 * DAY).cases == 0


def test_a_contact_that_became_a_forgotten_case_stays(case, later):
    contact = make_tracing.contact(later, make.visitor(), became=case)
    closed(case, 200)
    forget_cases(timezone.now())
    contact.refresh_from_db()
    assert contact.became is None


def test_the_number_of_the_newest_case_is_never_given_again(case):
    number = f"BN{today().year}-0007"
    Case.objects.update(number=number)
    closed(case, 200)
    assert [forget_cases(timezone.now()).cases for _time in range(2)] == [1, 0]
    kept = Case.objects.get()
    assert (kept.mask, bytes(kept.sealed), kept.visitors, kept.phone_hashes) == ("", b"", [], [])
    tracer = kept.opened_by
    assert not Case.objects.visible_to(tracer).exists()
    illness = Illness("confirmed", today(), None, None, make_tracing.rule())
    again = open_case(
        of_visitors([make.visitor()]),
        illness,
        Look(tracer, "", Purpose.REPORTED),
        timezone.now(),
        nonce=kept.sealed_row,
    )
    assert again.number == f"BN{today().year}-0008"
    forget_cases(timezone.now())
    assert list(Case.objects.all()) == [again]
