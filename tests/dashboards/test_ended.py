"""A unit that a reform ended has one page: of its last days."""

import pytest

from declarations import tallies
from declarations.carry_over import carry_over
from districts import days
from districts.models import Unit
from tests import make


@pytest.fixture
def ward(tree, venue) -> Unit:
    """A ward that ended at midnight, and whose venue stands in the commune next to it since."""
    for back in (1, 1, 4, 9):
        make.visit(venue, make.moment("08:00", days_ago=back))
    tallies.fold()
    ended = {"valid_to": days.today(), "successor": tree.commune_here}
    Unit.objects.filter(pk=tree.ward_here.pk).update(**ended)
    carry_over(days.today())
    make.visit(venue, make.moment("00:00"))
    return Unit.objects.get(pk=tree.ward_here.pk)


def address(unit: Unit, below: str = "") -> str:
    return f"/dashboard/{unit.code}/{below}{unit.list_query}"


def test_its_page_shows_its_last_days_and_what_came_of_it(page, ward, official_here):
    screen = page.by(official_here).speaking("en").get(address(ward))
    total = screen.response.context["figures"].total
    assert (total.today.arrived, total.week.arrived, total.week_before.arrived) == (2, 3, 1)
    assert "This unit ended with" in screen
    assert screen.links["Xã Long Đức"] == "/dashboard/29266/"


def test_what_came_of_it_counts_both(page, tree, ward, official_here):
    screen = page.by(official_here).get(address(tree.commune_here))
    total = screen.response.context["figures"].total
    assert (total.today.arrived, total.week.arrived) == (1, 4)


@pytest.mark.parametrize("below", ["kinds/", "silent/", "silent/progress/", "silent/sheet.pdf"])
def test_its_other_addresses_lead_there(page, ward, official_here, below):
    screen = page.by(official_here).get(address(ward, below), status=302)
    assert screen.location == address(ward)


def test_its_district_still_counts_whoever_came(page, tree, ward, official_here):
    screen = page.by(official_here).get(f"/dashboard/{tree.here.code}/")
    assert screen.response.context["figures"].total.week.arrived == 4


def test_next_door_it_does_not_exist(page, ward, official_next_door):
    page.by(official_next_door).get(address(ward), status=404)
