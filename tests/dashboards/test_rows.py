"""The table below the figures: sorted, searched, complete."""

from datetime import date, timedelta

import pytest

from dashboards.figures import area_figures
from dashboards.rows import VENUE_COLUMNS, AreaTable, UnitRow, VenueRow
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.moment("15:00")
HOUR = timedelta(hours=1)


def names(found):
    return [row.name for row in found]


def venue_rows(tree):
    return VenueRow.of_commune(area_figures(tree.ward_here, NOW))


def test_units_in_force_are_listed_even_without_venues(tree):
    make.unit("849", "Huyện Cũ", tree.province, valid_to=date(2020, 1, 1))
    found = UnitRow.below(tree.province, area_figures(tree.province, NOW))
    assert sorted(names(found)) == ["Thành phố Trà Vinh", "Thị xã Duyên Hải"]


def test_an_old_unit_that_still_holds_venues_is_listed_so_that_the_sum_is_right(tree):
    old = make.unit("29000", "Xã Cũ", tree.here, kind="xã", valid_to=date(2020, 1, 1))
    make.venue("Chợ", commune=old)
    found = UnitRow.below(tree.here, area_figures(tree.here, NOW))
    assert "Xã Cũ" in names(found)


def test_a_closed_venue_is_listed_while_its_people_count(tree):
    used = make.venue("Quán", closed_at=NOW - HOUR)
    make.venue("Kho", closed_at=NOW - HOUR)
    make.visit(used, NOW - 2 * HOUR)
    assert names(venue_rows(tree)) == ["Quán"]


def test_names_sort_as_in_a_vietnamese_dictionary(tree):
    for name in ("Đình", "Chợ 10", "Ánh", "Chợ 2", "Dừa", "Am"):
        make.venue(name)
    found = AreaTable(venue_rows(tree), VENUE_COLUMNS).chosen
    assert names(found) == ["Am", "Ánh", "Chợ 2", "Chợ 10", "Dừa", "Đình"]


def test_venues_never_visited_come_first_when_sorted_by_last_visit(tree):
    old, new, _never = [make.venue(name) for name in ("A", "B", "C")]
    make.visit(old, NOW - 5 * HOUR)
    make.visit(new, NOW - HOUR)
    found = venue_rows(tree)
    assert names(AreaTable(found, VENUE_COLUMNS, sort="last").chosen) == ["C", "A", "B"]
    assert names(AreaTable(found, VENUE_COLUMNS, sort="-last").chosen) == ["B", "A", "C"]


@pytest.mark.parametrize("column", [*VENUE_COLUMNS])
def test_every_column_of_venues_sorts_both_ways(tree, column):
    make.venue("A", with_poster=False)
    make.venue("B")
    for sort in (column.first_sort, column.second_sort):
        assert len(AreaTable(venue_rows(tree), VENUE_COLUMNS, sort=sort).chosen) == 2


def test_an_unknown_sort_is_by_name(tree):
    figures = area_figures(tree.here, NOW)
    sorts = [
        AreaTable.of(tree.here, figures, {"sort": asked}).sort for asked in ("--in", "x", "", "-in")
    ]
    assert sorts == ["name", "name", "name", "-in"]


@pytest.mark.parametrize("typed", ["cho tra vinh", "CHỢ", "vinh cho", "bach dang", ""])
def test_venues_are_found_by_name_or_address_without_diacritics(tree, venue, typed):
    make.venue("Quán Hoà Bình", address="Ấp 2")
    assert "Chợ Trà Vinh" in names(AreaTable(venue_rows(tree), VENUE_COLUMNS, typed).chosen)


def test_venues_are_found_by_their_code_with_and_without_dash(tree, venue):
    make.venue("Quán")
    for typed in (venue.poster.code, venue.poster.displayed_code.lower()):
        assert names(AreaTable(venue_rows(tree), VENUE_COLUMNS, typed).chosen) == ["Chợ Trà Vinh"]


def test_what_is_not_there_is_not_found(tree, venue):
    assert AreaTable(venue_rows(tree), VENUE_COLUMNS, "chợ đêm").chosen == []
