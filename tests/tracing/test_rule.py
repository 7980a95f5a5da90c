"""Which rule a case is traced by, and what another would change, without storing it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from districts.days import day_start, today
from tests import make, make_tracing
from tracing.cases.rule import TimeTogether, difference
from tracing.models import Case, Contact, Meeting, Stay
from tracing.trace import trace

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


@pytest.fixture
def other(db):
    return make_tracing.rule(
        "CWA-2021", is_official=False, days_before=4, minimum_minutes=10, linger_minutes=30
    )


@pytest.fixture
def case(tree, venue):
    """Was at the market yesterday and four days ago; people came for 5 to 60 minutes."""
    for ago in (1, 5):
        make.visit(venue, make.moment("08:00", days_ago=ago), stay=HOUR)
        for minutes in (5, 12, 60):
            who = make.visitor(f"Người {ago} {minutes}", f"+8490000{ago}0{minutes:02}")
            make.visit(
                venue, make.moment("08:00", days_ago=ago), visitor=who, stay=minutes * MINUTE
            )
    late = make.visitor("Người đến sau", "+84900009999")
    make.visit(venue, make.moment("09:10", days_ago=1), visitor=late, stay=HOUR)
    made = make_tracing.case(area=tree.here)
    trace(made, timezone.now())
    return made


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Case, Stay, Contact, Meeting)]


def test_looking_at_another_rule_stores_nothing(reader, case, other):
    before = everything()
    reader.get(f"/tracing/cases/{case.number}/rule/?rule={other.pk}")
    assert everything() == before
    assert not case.events.exists()


def test_the_difference_equals_tracing_anew_by_the_other_rule(case, other):
    found = difference(case, other, timezone.now())
    fresh = make_tracing.case(area=case.area, rule=other, number="BN2026-9000")
    trace(fresh, timezone.now())
    assert found.after.period == fresh.infectious_period
    people = {one.visitor: one for one in fresh.contacts.all()}
    assert found.after.bands.keys() == people.keys()
    for key, band in found.after.bands.items():
        assert (band == TimeTogether.CERTAIN) == (people[key].certain_seconds >= 10 * 60)
        assert (band == TimeTogether.LINK) == (people[key].possible_seconds < 10 * 60)


def test_people_are_counted_by_band_and_by_rule(case, other):
    found = difference(case, other, timezone.now())
    lines = {line.label: (line.before, line.after, line.both) for line in found.lines}
    assert lines == {
        TimeTogether.CERTAIN.label: (1, 4, 1),
        TimeTogether.POSSIBLE.label: (0, 1, 0),
        TimeTogether.LINK.label: (2, 2, 1),
    }
    assert (found.total.before, found.total.after, found.total.new) == (3, 7, 4)


def test_the_infectious_period_is_shown_before_and_after(reader, case, other):
    screen = reader.get(f"/tracing/cases/{case.number}/rule/?rule={other.pk}")
    for start in (today() - 3 * DAY, today() - 5 * DAY):
        assert f"00:00 {start.day}/{start.month}/{start.year}" in screen


def test_adopting_a_rule_traces_by_it_and_keeps_what_was_decided(reader, case, other):
    case.contacts.filter(certain_seconds=5 * 60).update(standing="dismissed")
    screen = reader.get(f"/tracing/cases/{case.number}/rule/?rule={other.pk}")
    screen = reader.submit(screen, form="adopt")
    case.refresh_from_db()
    assert case.rule == other
    assert case.infectious_period.lower == day_start(today() - 5 * DAY)
    assert case.contacts.filter(standing="dismissed").count() == 1
    assert case.events.get().details["changes"]["rule"] == ["11042/BYT-DP", "CWA-2021"]
    assert "Another rule chosen" in screen


def test_a_period_given_by_hand_outlives_another_rule(reader, case, other):
    Case.objects.update(correction="Hội chẩn")
    case.refresh_from_db()
    assert difference(case, other, timezone.now()).after.period == case.infectious_period
    screen = reader.get(f"/tracing/cases/{case.number}/rule/?rule={other.pk}")
    reader.submit(screen, form="adopt")
    after = Case.objects.get()
    assert (after.rule, after.infectious_period) == (other, case.infectious_period)
    assert after.correction == "Hội chẩn"


def test_the_page_says_why_the_rule_was_chosen(reader, case, other):
    address = f"/tracing/cases/{case.number}/rule/"
    assert "11042/BYT-DP was chosen: it was in force" in reader.get(address)
    Case.objects.update(rule=other)
    assert "CWA-2021 was chosen by hand; in force" in reader.get(address)


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_a_rule_that_does_not_exist_is_refused(reader, case, key):
    address = f"/tracing/cases/{case.number}/rule/"
    assert "Choose a rule" in reader.get(f"{address}?rule={key}", status=422)
    reader.post(address, {"rule": key}, 422)
    assert not case.events.exists()
