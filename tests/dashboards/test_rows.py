"""The table below the figures: sorted, searched, complete."""

from datetime import date, timedelta

import pytest

from dashboards import rows
from dashboards.figures import area_figures
from dashboards.rows import UNIT_COLUMNS, VENUE_COLUMNS
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.moment("15:00")
HOUR = timedelta(hours=1)


def names(found):
    return [row.name for row in found]


def venue_rows(tree):
    return rows.venue_rows(area_figures(tree.ward_here, NOW))


def test_units_in_force_are_listed_even_without_venues(tree):
    make.unit("849", "Huyện Cũ", tree.province, valid_to=date(2020, 1, 1))
    found = rows.unit_rows(tree.province, area_figures(tree.province, NOW))
    assert sorted(names(found)) == ["Thành phố Trà Vinh", "Thị xã Duyên Hải"]


def test_an_old_unit_that_still_holds_venues_is_listed_so_that_the_sum_is_right(tree):
    old = make.unit("29000", "Xã Cũ", tree.here, kind="xã", valid_to=date(2020, 1, 1))
    make.venue("Chợ", commune=old)
    found = rows.unit_rows(tree.here, area_figures(tree.here, NOW))
    assert "Xã Cũ" in names(found)


def test_a_closed_venue_is_listed_while_its_people_count(tree):
    used = make.venue("Quán", closed_at=NOW - HOUR)
    make.venue("Kho", closed_at=NOW - HOUR)
    make.visit(used, NOW - 2 * HOUR)
    assert names(venue_rows(tree)) == ["Quán"]


def test_names_sort_as_in_a_vietnamese_dictionary(tree):
    for name in ("Đình", "Chợ 10", "Ánh", "Chợ 2", "Dừa", "Am"):
        make.venue(name)
    found = rows.ordered(venue_rows(tree), VENUE_COLUMNS, "name")
    assert names(found) == ["Am", "Ánh", "Chợ 2", "Chợ 10", "Dừa", "Đình"]


def test_venues_never_visited_come_first_when_sorted_by_last_visit(tree):
    old, new, _never = [make.venue(name) for name in ("A", "B", "C")]
    make.visit(old, NOW - 5 * HOUR)
    make.visit(new, NOW - HOUR)
    found = venue_rows(tree)
    assert names(rows.ordered(found, VENUE_COLUMNS, "last")) == ["C", "A", "B"]
    assert names(rows.ordered(found, VENUE_COLUMNS, "-last")) == ["B", "A", "C"]


@pytest.mark.parametrize("column", [*VENUE_COLUMNS])
def test_every_column_of_venues_sorts_both_ways(tree, column):
    make.venue("A", with_poster=False)
    make.venue("B")
    for sort in (column.first_sort, column.second_sort):
        assert len(rows.ordered(venue_rows(tree), VENUE_COLUMNS, sort)) == 2


def test_an_unknown_sort_is_by_name():
    assert [rows.sort_of(UNIT_COLUMNS, asked) for asked in ("--in", "x", "", "-in")] == [
        "name", "name", "name", "-in",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["cho tra vinh", "CHỢ", "vinh cho", "bach dang", ""])
def test_venues_are_found_by_name_or_address_without_diacritics(tree, venue, typed):
    make.venue("Quán Hoà Bình", address="Ấp 2")
    assert "Chợ Trà Vinh" in names(rows.matching(venue_rows(tree), typed))


def test_venues_are_found_by_their_code_with_and_without_dash(tree, venue):
    make.venue("Quán")
    for typed in (venue.poster.code, venue.poster.displayed_code.lower()):
        assert names(rows.matching(venue_rows(tree), typed)) == ["Chợ Trà Vinh"]


def test_what_is_not_there_is_not_found(tree, venue):
    assert rows.matching(venue_rows(tree), "chợ đêm") == []
