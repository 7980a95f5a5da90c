"""Clusters: where two cases met or passed, for whom, and what it may mean."""

from datetime import timedelta

import pytest

from districts.days import today
from tests import make, make_tracing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
AT = "/tracing/clusters/"


@pytest.fixture
def reader(page, tree):
    return page.by(make_tracing.tracer(tree.here)).speaking("en")


def was_there(venue, clock, *, of=None, days_ago=1, **changes):
    of = of or make_tracing.case(area=make.tree().here, **changes)
    start = make.moment(clock, days_ago=days_ago)
    make_tracing.told_stay(of, venue, start, start + HOUR)
    return of


def test_two_cases_at_one_time_met(reader, venue):
    cases = [was_there(venue, "08:00"), was_there(venue, "08:30")]
    screen = reader.get(AT)
    assert "2 cases" in screen
    assert "1 pair met" in screen
    assert "0 pairs passed" in screen
    assert all(case.number in screen.links for case in cases)


def test_touching_is_not_meeting(reader, venue):
    was_there(venue, "08:00")
    was_there(venue, "09:00")
    screen = reader.get(AT)
    assert "0 pairs met" in screen
    assert "1 pair passed" in screen


def test_who_came_on_another_day_passed_only_within_more_days(reader, venue):
    was_there(venue, "08:00", days_ago=2)
    was_there(venue, "12:00", days_ago=1)
    assert "No two cases" in reader.get(AT)
    assert "No two cases" in reader.get(f"{AT}?within=1d")
    assert "1 pair passed" in reader.get(f"{AT}?within=3d")


def test_hours_apart_are_counted_across_midnight(reader, venue):
    was_there(venue, "22:30", days_ago=2)
    was_there(venue, "00:30", days_ago=1)
    assert "No two cases" in reader.get(AT)
    assert "1 pair passed" in reader.get(f"{AT}?within=2h")


def test_one_case_twice_is_no_cluster(reader, venue):
    case = was_there(venue, "08:00")
    was_there(venue, "08:30", of=case)
    assert "No two cases" in reader.get(AT)


def test_an_excluded_case_is_not_counted(reader, venue):
    was_there(venue, "08:00")
    was_there(venue, "08:00", status="excluded")
    assert "No two cases" in reader.get(AT)


def test_a_case_of_next_door_is_invisible(reader, venue, tree):
    was_there(venue, "08:00")
    elsewhere = {"area": tree.next_door, "residence": tree.ward_next_door}
    was_there(venue, "08:00", of=make_tracing.case(**elsewhere))
    assert "No two cases" in reader.get(AT)


def test_long_before_the_first_symptoms_does_not_count(reader, venue):
    was_there(venue, "08:00", days_ago=16)
    was_there(venue, "08:00", days_ago=16)
    assert "No two cases" in reader.get(AT)


def test_two_in_incubation_have_a_common_source(reader, venue):
    was_there(venue, "08:00", days_ago=8)
    was_there(venue, "08:00", days_ago=8)
    assert "likely common source" in reader.get(AT)


def test_an_infectious_case_is_a_source_of_one_in_incubation(reader, venue):
    was_there(venue, "08:00", days_ago=5, onset_on=today() - timedelta(days=5))
    was_there(venue, "08:00", days_ago=5)
    screen = reader.get(AT)
    assert "likely source" in screen
    assert "common source" not in screen


def test_kind_and_days_narrow_and_nonsense_narrows_nothing(reader, venue):
    was_there(venue, "08:00", days_ago=9)
    was_there(venue, "08:00", days_ago=9)
    other = "market" if venue.kind != "market" else "school"
    assert "1 pair met" in reader.get(f"{AT}?kind={venue.kind}&days=14")
    assert "No two cases" in reader.get(f"{AT}?kind={other}")
    assert "No two cases" in reader.get(f"{AT}?days=7")
    assert "1 pair met" in reader.get(f"{AT}?kind=x&days=x&within=x")


def test_the_venue_with_more_cases_comes_first(reader, venue):
    busy = make.venue("Chợ Đông")
    first = was_there(venue, "08:00")
    was_there(venue, "08:00")
    for _number in range(2):
        was_there(busy, "10:00")
    was_there(busy, "10:00", of=first)
    text = str(reader.get(AT).text)
    assert text.index("Chợ Đông") < text.index(venue.name)


def test_a_venue_outside_the_area_shows_where_its_own_cases_met(reader, tree):
    outside = make.venue("Chợ Duyên Hải", commune=tree.ward_next_door)
    was_there(outside, "08:00")
    was_there(outside, "08:30")
    assert "Chợ Duyên Hải" in reader.get(AT)


def test_no_name_is_on_the_page(reader, venue):
    of = make_tracing.case(make.visitor("Lê Văn Bình"), area=make.tree().here)
    was_there(venue, "08:00", of=of)
    was_there(venue, "08:30")
    screen = reader.get(AT)
    assert of.mask in screen
    assert "Bình" not in screen
