"""Declarations that worry, each counted as it was made."""

import pytest

from dashboards.figures import area_figures
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
    assert (today.declared, week.declared) == (4, 5)
    assert (today.share, week.share) == (75.0, 80.0)


def test_a_correction_is_a_declaration_of_its_own(tree, venue):
    next_door = make.venue("Chợ", commune=tree.ward_next_door)
    declared(venue, "08:00", travelled=True)
    declared(next_door, "08:05", **FEVER)
    declared(venue, "08:10")
    here = area_figures(tree.here, NOW).total.today
    assert (here.declared, here.ask, here.stop, here.share) == (2, 1, 0, 50.0)
    assert area_figures(tree.next_door, NOW).total.today.stop == 1
    assert area_figures(tree.province, NOW).total.today.worrying == 2


def test_symptoms_and_contacts_are_counted_by_themselves(tree, venue):
    declared(venue, "08:00", 1, **FEVER)
    declared(venue, "08:00", 2, symptomatic_contact=True, **FEVER)
    declared(venue, "08:00", 3, area_contact=True)
    declared(venue, "08:00", 4, travelled=True)
    today = area_figures(tree.ward_here, NOW).total.today
    assert (today.symptomatic, today.contact, today.worrying) == (2, 2, 4)


def test_a_day_ends_at_midnight_for_declarations_too(tree, venue):
    declared(venue, "23:59", days_ago=1, **FEVER)
    declared(venue, "00:00")
    total = area_figures(tree.ward_here, NOW).total
    assert (total.today.worrying, total.today.declared, total.week.stop) == (0, 1, 1)
