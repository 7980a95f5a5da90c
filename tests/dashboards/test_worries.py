"""Declarations that worry: the newest of a person and day counts."""

from datetime import timedelta

import pytest

from dashboards.tallies import area_figures
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.moment("15:00")
FEVER = {"symptoms": 1}


def declared(venue, clock: str, number: int = 0, days_ago: int = 0, **answers):
    visitor = make.visitor(phone=f"+8490000{number:04d}", full_name=f"Khách {number}")
    return make.declaration(
        venue, make.moment(clock, days_ago=days_ago), visitor=visitor, **answers
    )


def test_ask_and_stop_are_counted_apart_with_their_share(tree, venue):
    declared(venue, "08:00", 1, **FEVER)
    declared(venue, "08:00", 2, travelled=True)
    declared(venue, "08:00", 3, area_contact=True)
    declared(venue, "08:00", 4)
    declared(venue, "08:00", 5, days_ago=6, case_contact=True)
    declared(venue, "08:00", 6, days_ago=7, case_contact=True)
    figures = area_figures(tree.province, NOW)
    today, week = figures.total.today, figures.total.week
    assert (today.ask, today.stop, today.worrying) == (2, 1, 3)
    assert (week.ask, week.stop) == (2, 2)
    assert (figures.declared_today, figures.declared_in_week) == (4, 5)
    assert (figures.share_today, figures.share_in_week) == (75.0, 80.0)


def test_a_correction_takes_the_worry_away(tree, venue):
    declared(venue, "08:00", **FEVER)
    declared(venue, "08:05")
    figures = area_figures(tree.ward_here, NOW)
    assert (figures.total.today.worrying, figures.declared_today) == (0, 2)


def test_a_correction_may_bring_a_worry(tree, venue):
    declared(venue, "08:00", travelled=True)
    declared(venue, "08:05", **FEVER)
    today = area_figures(tree.ward_here, NOW).total.today
    assert (today.ask, today.stop) == (0, 1)


def test_a_correction_made_next_door_counts_there(tree, venue):
    next_door = make.venue("Chợ", commune=tree.ward_next_door)
    declared(venue, "08:00", travelled=True)
    declared(next_door, "08:05", **FEVER)
    assert area_figures(tree.here, NOW).total.today.worrying == 0
    assert area_figures(tree.next_door, NOW).total.today.stop == 1
    assert area_figures(tree.province, NOW).total.today.worrying == 1


def test_tomorrow_corrects_nothing(tree, venue):
    declared(venue, "23:59", days_ago=1, **FEVER)
    declared(venue, "00:00")
    figures = area_figures(tree.ward_here, NOW)
    assert (figures.total.today.worrying, figures.total.week.stop) == (0, 1)


def test_a_correction_not_made_yet_changes_nothing(tree, venue):
    declared(venue, "08:00", **FEVER)
    declared(venue, "16:00")
    assert area_figures(tree.ward_here, NOW).total.today.stop == 1
    assert area_figures(tree.ward_here, NOW + timedelta(hours=2)).total.today.stop == 0
