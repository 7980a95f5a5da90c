"""The officials' pages as they are read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from dashboards import views
from declarations.partitions import KEPT_BY_DAY
from districts import days
from tests import make

HOUR = timedelta(hours=1)


def address(unit, **asked) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/dashboard/{unit.code}/" + (f"?{query}" if query else "")


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMINISTRATOR])
def test_the_dashboard_leads_to_the_own_area(page, tree, role):
    official = make.official(tree.here, role=role)
    screen = page.by(official).get("/dashboard/", status=302)
    assert screen.location == address(tree.here)


def test_the_dashboard_leads_tracers_to_their_cases(page, tree):
    tracer = make.official(tree.here, role=Role.TRACER)
    assert page.by(tracer).get("/dashboard/", status=302).location == "/tracing/"


def test_whoever_is_not_signed_in_signs_in_first(page, tree):
    for url in ("/dashboard/", address(tree.here)):
        assert f"?next={url}" in page.get(url, status=302).location


def test_owners_have_no_dashboard(page, tree, owner):
    for url in ("/dashboard/", address(tree.ward_here)):
        page.by(owner).get(url, status=403)


def test_another_area_does_not_exist(page, tree, official_next_door):
    reader = page.by(official_next_door)
    for unit in (tree.province, tree.here, tree.ward_here, tree.commune_here):
        reader.get(address(unit), status=404)
    for unit in (tree.next_door, tree.ward_next_door):
        reader.get(address(unit))


@pytest.mark.parametrize("code", ["1", "99999", "x", "8" * 500])
def test_an_unknown_code_is_not_found(page, official, code):
    page.by(official).get(f"/dashboard/{code}/", status=404)


def test_a_unit_no_longer_in_force_is_still_shown_to_its_officials_only(page, tree, official):
    old = make.unit("847", "Huyện Cũ", tree.province, valid_to=days.today())
    assert page.by(official).get(address(old)).h1 == "Huyện Cũ"
    page.by(make.official(tree.next_door)).get(address(old), status=404)


def test_the_way_up_ends_at_the_own_area(page, tree, official, official_here):
    above = page.by(official).get(address(tree.ward_here)).links
    assert {"Tỉnh Trà Vinh", "Thành phố Trà Vinh"} <= set(above)
    above = page.by(official_here).get(address(tree.ward_here)).links
    assert "Thành phố Trà Vinh" in above
    assert "Tỉnh Trà Vinh" not in above


def test_one_leads_down_from_the_province_to_a_venue_and_its_poster(page, official, venue):
    reader = page.by(official)
    district = reader.get(address(venue.commune.parent.parent)).links["Thành phố Trà Vinh"]
    ward = reader.get(district.partition("testserver")[2] or district).links["Phường 1"]
    screen = reader.get(ward)
    assert screen.h1 == "Phường 1, Thành phố Trà Vinh"
    screen = reader.get(screen.links["Chợ Trà Vinh"])
    assert screen.h1 == "Chợ Trà Vinh"
    assert f"/venues/{venue.poster.code}/poster.pdf" in screen.links.values()


def test_the_page_says_what_was_counted(page, tree, official_here, venue):
    for number in range(3):
        make.visit(venue, timezone.now() - timedelta(seconds=number))
    make.visit(venue, timezone.now() - 2 * HOUR, stay=HOUR)
    screen = page.by(official_here).speaking("en").get(address(tree.here))
    row = next(row for row in screen.response.context["page"] if row.name == "Phường 1")
    assert (row.tally.inside, row.tally.week.arrived) == (3, 4)
    assert f"People in {row.tally.today.arrived} 4" in screen
    assert "Inside now 3" in screen


def test_an_area_without_venues_says_where_they_register(page, tree, official):
    screen = page.by(official).get(address(tree.next_door))
    assert "http://127.0.0.1:8000/venues/register/" in screen.text


def test_venues_nobody_visits_are_told_of(page, tree, official, venue):
    screen = page.by(official).get(address(tree.here))
    assert "Trong 14 ngày qua chưa có ai khai báo tại địa bàn này." in screen


@pytest.mark.parametrize("sort", ["name", "-name", "-in", "in", "worry", "-last", "nonsense"])
def test_every_heading_sorts(page, tree, official, venue, sort):
    make.venue("Quán", with_poster=False, closed_at=None)
    for unit in (tree.province, tree.ward_here):
        page.by(official).get(address(unit, sort=sort))


@pytest.mark.parametrize("typed", ["cho", "%00", "%E2%80%AE<b>&", "a" * 5000, "&q=&page=-1"])
def test_anything_can_be_typed_into_the_search(page, tree, official, venue, typed):
    page.by(official).get(address(tree.ward_here, q=typed))


def test_a_long_list_comes_in_pages_that_keep_the_sort(page, tree, official, monkeypatch):
    monkeypatch.setattr(views, "ROWS_PER_PAGE", 2)
    for number in range(5):
        make.venue(f"Quán {number}", with_poster=False)
    screen = page.by(official).get(address(tree.ward_here, sort="-name", page=2))
    assert [row.name for row in screen.response.context["page"]] == ["Quán 2", "Quán 1"]
    assert any("sort=-name" in url and "page=3" in url for url in screen.links.values())


@pytest.mark.parametrize(("level", "statements"), [("province", 9), ("here", 9), ("ward_here", 10)])
def test_a_page_takes_few_statements_however_much_there_is(
    page, tree, official, venue, level, statements
):
    for number in range(3):
        make.visit(make.venue(f"Quán {number}"), timezone.now() - HOUR)
    reader = page.by(official)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        reader.get(address(getattr(tree, level)))
    assert len(captured) == statements, [str(query["sql"])[:90] for query in captured]


@pytest.mark.django_db(transaction=True)
def test_a_thousand_visits_made_at_once_are_a_thousand_more(page, transactional_db):
    tree, venue = make.tree(), make.venue()
    day = days.today()
    for table in KEPT_BY_DAY:
        table.make(day - timedelta(days=1), day)
    visitors = [make.visitor(phone=f"+8490000{number:04d}") for number in range(20)]
    reader = page.by(make.official(tree.province))

    def arrived() -> int:
        figures = reader.get(address(tree.province)).response.context["figures"]
        return figures.total.week.arrived

    def come(visitor) -> None:
        for _visit in range(50):
            make.visit(venue, timezone.now(), visitor=visitor)
        connection.close()

    before = arrived()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, visitors))
    assert arrived() == before + 1000
