"""The demonstration's case: somebody of whom much is known, and only where there is none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkin_site.demonstration import open_example
from declarations.models import LeftReason
from tests import make, make_tracing
from tracing.models import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def visits(venue):
    """Two people were out yesterday; of the second one more departures are certain."""
    for name, reason in (("An", LeftReason.USUAL_STAY), ("Bình", LeftReason.SCANNED)):
        who = make.visitor(name)
        for clock in ("08:00", "11:00"):
            moment = make.moment(clock, days_ago=1)
            make.visit(venue, moment, visitor=who, stay=HOUR, left_reason=reason)


def test_it_is_somebody_of_whom_much_is_certain(tree, visits):
    make_tracing.rule()
    case = open_example(make_tracing.tracer(), timezone.now())
    assert case.mask == "B · 321"
    assert case.contacts.exists()


def test_a_case_that_is_here_already_is_enough(tree, visits):
    make_tracing.case()
    assert open_example(make_tracing.tracer(), timezone.now()) is None
    assert Case.objects.count() == 1


def test_without_a_rule_or_visits_there_is_none(tree):
    tracer = make_tracing.tracer()
    assert open_example(tracer, timezone.now()) is None
    make_tracing.rule()
    assert open_example(tracer, timezone.now()) is None
