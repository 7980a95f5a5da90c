"""Correcting a case: traced again, written down with before and after, closed and opened again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from districts.days import day_start, today
from tests import make, make_tracing
from tracing.models import Case, Status
from tracing.trace import trace

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


@pytest.fixture
def case(tree, venue):
    """Ill since yesterday, and four days ago where Bình was."""
    make.visit(venue, make.moment("08:00", days_ago=4), stay=HOUR)
    other = make.visitor("Lê Văn Bình", "+84900000001")
    make.visit(venue, make.moment("08:00", days_ago=4), visitor=other, stay=HOUR)
    made = make_tracing.case(area=tree.here)
    trace(made, timezone.now())
    return made


def corrected(reader, case, status=200, **typed):
    screen = reader.get(f"/tracing/cases/{case.number}/correct/")
    return reader.submit(screen, status=status, form="correct", **typed)


def test_an_earlier_onset_finds_more_people_and_is_written_down(reader, case):
    assert case.contacts.count() == 0
    screen = corrected(reader, case, onset_on=today() - 3 * DAY)
    case.refresh_from_db()
    assert case.contacts.count() == 1
    assert case.infectious_period.lower == day_start(today() - 5 * DAY)
    told = case.events.get().details
    assert told["changes"]["onset_on"][1] == (today() - 3 * DAY).isoformat()
    assert told["found"]["new"] == 1
    assert "Case corrected" in screen


def test_visits_that_came_to_be_known_later_are_found_by_tracing_again(reader, case, venue):
    for who in (make.visitor(), make.visitor("Lê Văn Bình", "+84900000001")):
        make.visit(venue, make.moment("08:00", days_ago=1), visitor=who, stay=HOUR)
    screen = reader.submit(reader.get(f"/tracing/cases/{case.number}/"), form="trace/")
    assert case.contacts.count() == 1
    assert "Traced: 1 exposures, 1 person, 1 new, 0 gone" in screen


def test_nothing_changed_is_nothing_written_down(reader, case):
    for _time in range(2):
        assert "Nothing was different." in corrected(reader, case)
    assert not case.events.exists()


@pytest.mark.parametrize(
    ("before", "after", "needs_reason"),
    [
        ("suspected", "probable", False),
        ("suspected", "confirmed", False),
        ("confirmed", "probable", True),
        ("probable", "suspected", True),
        ("confirmed", "excluded", True),
        ("excluded", "confirmed", True),
    ],
)
def test_a_step_back_needs_a_reason(reader, case, before, after, needs_reason):
    Case.objects.update(status=before)
    screen = reader.get(f"/tracing/cases/{case.number}/correct/")
    answer = reader.submit(screen, {"status": after}, status=422 if needs_reason else 200)
    if needs_reason:
        assert "id_why" in answer.errors
        reader.submit(answer, {"status": after, "why": "Nhầm mẫu"})
    assert Case.objects.get().status == Status(after)


def test_a_period_of_ones_own_needs_a_reason_and_goes_back_to_the_rules(reader, case):
    own = {"period": "own", "since": "2026-01-01T00:00", "until": "2026-01-02T00:00"}
    assert "id_why" in corrected(reader, case, status=422, **own).errors
    screen = corrected(reader, case, **own, why="Theo kết luận hội chẩn")
    assert "Corrected because: Theo kết luận hội chẩn" in screen
    assert Case.objects.get().infectious_period.upper == day_start(date(2026, 1, 2))
    screen = corrected(reader, case, period="rule")
    assert "Corrected because" not in screen
    assert Case.objects.get().infectious_period == case.infectious_period


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"since": ""}, "id_since"),
        ({"since": "2026-01-02T00:00", "until": "2026-01-02T00:00"}, "id_until"),
        ({"until": "hôm nay"}, "id_until"),
        ({"since": "0001-01-01T00:00"}, "id_since"),
    ],
)
def test_a_period_that_is_none_is_refused(reader, case, typed, field):
    answer = corrected(reader, case, status=422, period="own", why="x", **typed)
    assert field in answer.errors


def test_what_was_decided_of_contacts_outlives_a_correction(reader, case):
    who = make_tracing.contact(case, make.visitor("Lê Văn Bình", "+84900000001"))
    corrected(reader, case, onset_on=today() - 3 * DAY)
    corrected(reader, case, onset_on=today())
    who.refresh_from_db()
    assert (who.standing, who.possible_seconds) == ("confirmed", 0)


def test_a_closed_case_is_changed_only_after_it_is_opened_again(reader, case):
    address = f"/tracing/cases/{case.number}/"
    screen = reader.submit(reader.get(address), form="close")
    assert "The case is closed." in screen
    for page in ("correct", "rule", "stays"):
        refused = reader.follow(reader.get(f"{address}{page}/", status=303))
        assert "Open it again to change it." in refused
    screen = reader.submit(reader.get(address), form="reopen")
    assert [event.what for event in case.events.all()] == ["closed", "reopened"]
    corrected(reader, case, onset_on=today())


def test_closed_cases_are_listed_on_demand(reader, case):
    reader.submit(reader.get(f"/tracing/cases/{case.number}/"), form="close")
    screen = reader.get("/tracing/")
    assert case.number not in screen.links
    assert case.number in reader.get(screen.links["Show 1 closed case as well"]).links
