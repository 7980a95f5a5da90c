"""Where a case was, day by day: what is certain, what is possible, and what nobody knows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from declarations.models import Evidence, LeftReason
from districts.days import today
from tests import make, make_tracing
from tracing.cases.timeline import days_of
from tracing.trace import trace

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


def case_page(reader, **changes):
    case = make_tracing.case(make.visitor(), area=make.tree().here, **changes)
    trace(case, timezone.now())
    return reader.get(f"/tracing/cases/{case.number}/")


def days(case):
    return days_of(case.stays.with_venues(), case.infectious_period, today())


def test_a_departure_that_was_scanned_is_certain(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR, evidence=Evidence.SCANNED)
    screen = case_page(reader)
    assert "certainly 09:00–10:00" in screen
    assert "possibly" not in screen
    assert "scanned by the person on duty · left: checked out" in screen


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (LeftReason.MOVED_ON, "checked in elsewhere"),
        (LeftReason.CLOSING, "the venue closed"),
        (LeftReason.USUAL_STAY, "usual length of a stay"),
    ],
)
def test_an_inferred_departure_is_possible_and_says_how_it_is_known(reader, venue, reason, said):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR, left_reason=reason)
    screen = case_page(reader)
    assert "certainly 09:00" not in screen
    assert "possibly 09:00–10:00" in screen
    assert said in screen


def test_a_time_from_paper_is_possible_a_quarter_of_an_hour_around(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR, evidence=Evidence.PAPER)
    assert "possibly 08:45–10:15" in case_page(reader)


def test_a_visit_without_a_departure_says_so(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1))
    screen = case_page(reader)
    assert "possibly 09:00–10:30" in screen
    assert "no departure known" in screen


def test_a_visit_that_ended_at_once_is_shown(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=timedelta(0))
    assert "came at 09:00 and left at once" in case_page(reader)


def test_a_place_is_unsafe_for_as_long_as_the_rule_says(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR)
    rule = make_tracing.rule("CWA-2021", is_official=False, linger_minutes=30)
    assert "place unsafe 09:00–10:30" in case_page(reader, rule=rule)


def test_before_the_infectious_period_no_place_is_unsafe(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=6), stay=HOUR)
    screen = case_page(reader)
    assert "certainly 09:00–10:00" in screen
    assert "place unsafe 0" not in screen


def test_a_night_belongs_to_both_days(reader, venue):
    make.visit(venue, make.moment("23:30", days_ago=2), stay=HOUR)
    screen = case_page(reader)
    first, second = (day.parts[0] for day in screen.response.context["days"] if day.parts)
    assert (first.possible.span.x, first.possible.span.width) == (23 * 60 + 30, 30)
    assert (second.possible.span.x, second.possible.span.width) == (0, 30)
    assert second.is_continued
    tomorrow = today() - DAY
    assert f"certainly 23:30–00:30 ({tomorrow.day}/{tomorrow.month})" in screen


def test_a_stay_until_midnight_belongs_to_one_day(reader, venue):
    make.visit(venue, make.moment("23:00", days_ago=2), stay=HOUR)
    screen = case_page(reader)
    assert "certainly 23:00–24:00" in screen
    assert "(continued)" not in screen


def test_days_without_visits_are_drawn_together(venue):
    make.visit(venue, make.moment("09:00", days_ago=9), stay=HOUR)
    case = make_tracing.case()  # infectious since three days ago
    trace(case, timezone.now())
    gaps = [(day.first, day.last) for day in days(case) if day.is_gap]
    assert gaps == [(today() - 8 * DAY, today() - 4 * DAY), (today() - 3 * DAY, today())]


def test_the_last_retained_day_is_on_the_timeline(venue, settings):
    ago = settings.RETENTION_DAYS
    make.visit(venue, make.moment("00:00", days_ago=ago), stay=HOUR)
    case = make_tracing.case()
    trace(case, timezone.now())
    assert days(case)[0].first == today() - ago * DAY


def test_stays_stand_in_the_order_of_arrival(venue):
    for clock in ("15:00", "08:00", "11:00"):
        make.visit(venue, make.moment(clock, days_ago=1), stay=HOUR)
    case = make_tracing.case()
    trace(case, timezone.now())
    (seen,) = [day for day in days(case) if day.parts]
    assert [part.arrived for part in seen.parts] == ["08:00", "11:00", "15:00"]


def test_a_case_with_symptoms_long_ago_has_a_page_that_ends(reader, venue):
    make.visit(venue, make.moment("09:00", days_ago=1), stay=HOUR)
    screen = case_page(reader, onset_on=today() - 1000 * DAY)
    assert len(screen.response.context["days"]) < 10


@pytest.mark.parametrize("name", ["ផ្សារត្រាវិញ", "Chợ " + "Rất" * 48, "<b>&'\"", "Nhà văn hoá 🙂"])
def test_whatever_a_venue_is_called_is_shown(reader, tree, name):
    place = make.venue(name)
    make.visit(place, make.moment("09:00", days_ago=1), stay=HOUR)
    assert name in case_page(reader)


def test_two_wards_of_one_name_are_told_apart(reader, tree):
    for minute, ward in enumerate((tree.ward_here, tree.ward_next_door)):
        place = make.venue(commune=ward)
        make.visit(place, make.moment(f"0{8 + minute}:00", days_ago=1), stay=HOUR)
    screen = case_page(reader)
    assert "Phường 1, Thành phố Trà Vinh" in screen
    assert "Phường 1, Thị xã Duyên Hải" in screen


def test_the_case_of_an_official_next_door_does_not_exist(page, tree, venue):
    reader = page.by(make_tracing.tracer(tree.next_door, "next@example.vn"))
    case = make_tracing.case(area=tree.here)
    for below in ("", "correct/", "stays/", "rule/"):
        reader.get(f"/tracing/cases/{case.number}/{below}", status=404)
    assert case.number not in reader.get("/tracing/")
