"""Small scenes, counted by hand."""

from datetime import timedelta

import pytest

from dashboards.figures import PlaceFigures, area_figures
from declarations import tallies
from declarations.models import LeftReason
from districts.days import day_start, local_day
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.moment("15:00")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def person(number: int):
    return make.visitor(phone=f"+8490000{number:04d}", full_name=f"Khách {number}")


def visits(venue, *moments, **changes):
    return [make.visit(venue, moment, **changes) for moment in moments]


def test_venues_are_counted_once_however_many_come(tree):
    used, in_week, _silent = [make.venue(name) for name in ("Chợ", "Chùa", "Quán")]
    visits(used, make.moment("07:00"), make.moment("08:00"), make.moment("08:00", days_ago=1))
    visits(in_week, make.moment("08:00", days_ago=6))
    total = area_figures(tree.ward_here, NOW).total
    assert (total.venues, total.today.used, total.week.used, total.unused) == (3, 1, 2, 1)
    assert (total.today.arrived, total.week.arrived) == (2, 4)


def test_a_visit_of_eight_days_ago_is_on_the_trend_but_not_in_the_week(tree, venue):
    visits(venue, make.moment("08:00", days_ago=7), make.moment("08:00", days_ago=13))
    visits(venue, make.moment("08:00", days_ago=14))
    figures = area_figures(tree.province, NOW)
    assert figures.total.week.arrived == 0
    assert [people for _day, people in figures.trend] == [1, 0, 0, 0, 0, 0, 1] + [0] * 7
    assert figures.total.unused == 1


def test_the_day_begins_at_midnight_of_the_province(tree, venue):
    midnight = day_start(local_day(NOW))
    visits(venue, midnight - SECOND, midnight, stay=HOUR)
    figures = area_figures(tree.ward_here, NOW)
    assert [people for _day, people in figures.trend][-2:] == [1, 1]
    assert figures.total.today.arrived == 1
    assert figures.total.today.departed == 2


def test_the_last_second_of_a_day_is_that_day_and_the_next_is_not(tree, venue):
    midnight = day_start(local_day(NOW)) + timedelta(days=1)
    visits(venue, midnight - SECOND)
    before = area_figures(tree.here, midnight - SECOND)
    visits(venue, midnight)
    after = area_figures(tree.here, midnight + SECOND)
    assert (before.total.today.arrived, before.total.inside) == (1, 1)
    assert (after.total.today.arrived, after.total.inside) == (1, 2)
    assert [people for _day, people in after.trend][-2:] == [1, 1]


def test_a_visit_over_midnight_comes_in_one_day_and_goes_out_the_next(tree, venue):
    visits(venue, make.moment("23:00", days_ago=1), stay=2 * HOUR)
    figures = area_figures(tree.ward_here, NOW)
    assert (figures.total.today.arrived, figures.total.today.departed) == (0, 1)
    assert (figures.total.week.arrived, figures.total.week.departed) == (1, 1)


def test_who_left_in_the_week_may_have_come_before_it(tree, venue):
    visits(venue, make.moment("23:00", days_ago=7), stay=2 * HOUR)
    visits(venue, make.moment("21:00", days_ago=7), stay=2 * HOUR)
    week = area_figures(tree.ward_here, NOW).total.week
    assert (week.used, week.arrived, week.departed) == (0, 0, 1)


def test_departures_are_split_by_how_they_are_known(tree, venue):
    for reason, people in zip(LeftReason, (3, 2, 1, 4, 5), strict=True):
        for number in range(people):
            make.visit(
                venue, make.moment("08:00"), stay=HOUR, left_reason=reason,
                visitor=person(10 * reason + number),
            )  # fmt: skip
    figures = area_figures(tree.ward_here, NOW)
    today = figures.total.today
    assert (today.departed, today.checked_out, today.inferred) == (15, 3, 7)
    assert [in_day for _reason, in_day, _week in figures.departures] == [3, 2, 1, 4, 5]


def test_inside_are_those_without_a_departure_until_now(tree, venue):
    visits(venue, NOW - HOUR, NOW - timedelta(hours=23, minutes=59))
    visits(venue, NOW - 2 * HOUR, stay=HOUR)
    total = area_figures(tree.ward_here, NOW).total
    assert (total.inside, total.today.departed) == (2, 1)


def test_closed_venues_are_no_venues_but_their_people_count(tree):
    closed = make.venue("Quán cũ", closed_at=NOW - HOUR)
    visits(closed, NOW - 3 * HOUR, stay=HOUR)
    total = area_figures(tree.ward_here, NOW).total
    assert (total.venues, total.today.used, total.unused) == (0, 0, 0)
    assert (total.today.arrived, total.today.departed) == (1, 1)


def test_two_wards_of_the_same_name_stay_apart(tree):
    visits(make.venue("Chợ", commune=tree.ward_here), NOW - HOUR)
    visits(make.venue("Chợ", commune=tree.ward_next_door), NOW - HOUR, NOW - 2 * HOUR)
    arrived = {
        unit: area_figures(unit, NOW).total.today.arrived
        for unit in (tree.ward_here, tree.here, tree.ward_next_door, tree.next_door, tree.province)
    }
    assert list(arrived.values()) == [1, 1, 2, 2, 3]


def test_parts_are_the_units_below_and_in_a_commune_the_venues(tree, venue):
    other = make.venue("Quán", commune=tree.commune_here)
    visits(venue, NOW - HOUR)
    assert set(area_figures(tree.province, NOW).parts) == {tree.here.pk}
    below = area_figures(tree.here, NOW).parts
    assert below[tree.ward_here.pk].today.arrived == 1
    assert below[tree.commune_here.pk] == PlaceFigures(venues=1)
    in_ward = area_figures(tree.ward_here, NOW).parts
    assert list(in_ward) == [venue.pk]
    assert in_ward[venue.pk].newest_at == NOW - HOUR
    assert area_figures(tree.commune_here, NOW).parts[other.pk].newest_at is None


def test_a_commune_right_below_its_province_is_a_part_of_it(tree):
    commune = make.unit("29999", "Phường Hai Cấp", tree.province, level="commune")
    visits(make.venue("Chợ", commune=commune), NOW - HOUR)
    assert area_figures(tree.province, NOW).parts[commune.pk].today.arrived == 1
    assert area_figures(commune, NOW).total.today.arrived == 1


def test_a_venue_that_moves_takes_its_visits_along(tree, venue):
    visits(venue, NOW - HOUR)
    tallies.move_venue(
        venue.pk, (venue.commune_id, venue.kind), (tree.commune_next_door.pk, venue.kind)
    )
    venue.commune = tree.commune_next_door
    venue.save()
    assert area_figures(tree.here, NOW).total == PlaceFigures()
    assert area_figures(tree.next_door, NOW).total.today.arrived == 1


def test_an_area_without_venues_has_zeros(tree):
    figures = area_figures(tree.next_door, NOW)
    assert (figures.parts, figures.total) == ({}, PlaceFigures())
    assert (len(figures.trend), figures.was_used, figures.total.today.share) == (14, False, 0.0)
