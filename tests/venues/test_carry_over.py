"""After a reform every venue, and every official, belongs to what became of its commune."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from dashboards.figures import area_figures
from declarations import tallies
from declarations.carry_over import carry_over
from declarations.models import DayTally, Presence
from districts import days
from districts.models import Unit, communes_counted
from tests import make
from venues.models import FormerCommune, Venue

DATA = settings.BASE_DIR / "districts" / "data"
REFORM = date(2025, 7, 1)
LAST_DAY = REFORM - timedelta(days=1)


def load(name, *options):
    call_command("load_units", str(DATA / name), *options, stdout=StringIO())


def reform(day=REFORM):
    load(
        "vinh_long_2025.csv", "--from", str(day), "--successors", str(DATA / "successors_2025.csv")
    )


def old(code):
    return Unit.objects.on(LAST_DAY).get(code=code)


@pytest.fixture
def units(db):
    load("provinces_2021.csv")
    load("tra_vinh_2021.csv")


@pytest.fixture
def venues(units):
    """One venue in each of the 106 communes."""
    owner = make.owner()
    communes = Unit.objects.communes().order_by("code")
    return [
        make.venue(f"Chợ {c.code}", commune=c, owner=owner, with_poster=False) for c in communes
    ]


def stands():
    return dict(Venue.objects.values_list("name", "commune"))


def test_loading_the_new_list_moves_no_venue_though_codes_are_used_again(venues):
    before = stands()
    load("vinh_long_2025.csv", "--from", str(REFORM))
    assert carry_over(REFORM) == (0, 0, 41)
    reform()
    assert stands() == before
    assert carry_over(LAST_DAY) == (0, 0, 0)
    assert stands() == before


def test_each_venue_goes_exactly_where_the_mapping_says(venues):
    reform()
    assert carry_over(REFORM).venues == 106
    with (DATA / "successors_2025.csv").open(encoding="utf-8") as lines:
        told = {row["old_code"]: row["new_code"] for row in csv.DictReader(lines)}
    for venue in Venue.objects.select_related("commune"):
        assert venue.commune.code == told[venue.name.removeprefix("Chợ ")]
        assert venue.commune.valid_to is None
    for former in FormerCommune.objects.select_related("venue", "commune"):
        assert former.venue.name == f"Chợ {former.commune.code}"
        assert former.until == REFORM


def test_carrying_over_again_moves_nothing(venues):
    reform()
    carry_over(REFORM)
    before = stands()
    assert carry_over(REFORM) == (0, 0, 0)
    assert stands() == before
    assert FormerCommune.objects.count() == 106


@pytest.mark.django_db(transaction=True)
def test_carrying_over_twice_at_once_moves_each_venue_once(venues):
    reform()

    def carry():
        try:
            return carry_over(REFORM).venues
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        moved = [done.result() for done in [pool.submit(carry), pool.submit(carry)]]
    assert sorted(moved) == [0, 106]
    assert FormerCommune.objects.count() == 106


def test_a_reform_of_a_reform_is_followed(venues, tmp_path):
    reform()
    later = tmp_path / "later.csv"
    heading = "code,level,kind,name,parent_code\n"
    later.write_text(f"{heading}29242,commune,phường,Phường Hai Đời,86\n", encoding="utf-8")
    links = tmp_path / "links.csv"
    rows = Unit.objects.on(REFORM).within(Unit.objects.get(code="86")).communes()
    links.write_text("old_code,new_code\n" + "".join(f"{u.code},29242\n" for u in rows))
    load(later, "--from", "2025-09-01", "--successors", str(links))
    carry_over(date(2025, 9, 1))
    assert {venue.commune.name for venue in Venue.objects.all()} == {"Phường Hai Đời"}
    assert FormerCommune.objects.count() == 212
    assert Unit.objects.counting_to(Unit.objects.get(code="86"), date(2025, 9, 1)).count() == 148


def test_an_ended_unit_keeps_the_venues_of_its_last_day(venues):
    district, province = old("842"), old("84")
    before = set(Venue.objects.within(district))
    assert len(before) == 10
    reform()
    carry_over(REFORM)
    for unit, number in ((district, 10), (province, 106), (old("29242"), 1)):
        unit.refresh_from_db()
        assert Venue.objects.within(unit).count() == number
    assert set(Venue.objects.within(district)) == before
    merged = Unit.objects.on(REFORM).get(code="29242")
    assert Venue.objects.within(merged).count() == merged.predecessors.count()
    assert Venue.objects.within(Unit.objects.get(code="86")).count() == 106


def test_people_counted_before_stay_with_the_old_commune_and_count_to_the_new(venues):
    venue, late = Venue.objects.get(name="Chợ 29239"), make.visitor("Trần Bảy", residence=None)
    make.visit(venue, make.moment("08:00", days_ago=2))
    make.visit(venue, timezone.now())
    reform(days.today())
    carry_over(days.today())
    # What is uploaded late was before the reform, too.
    make.visit(venue, make.moment("09:00", days_ago=2), visitor=late)
    tallies.fold()
    kept = list(DayTally.objects.order_by("day").values_list("commune__name", "arrived"))
    assert kept[0] == ("Phường 1", 2)
    assert sum(arrived for _name, arrived in kept) == 3
    assert Presence.objects.get(venue=venue).commune.name == "Phường Trà Vinh"
    counted = communes_counted(Unit.objects.get(code="86"), days.today())
    assert counted[old_ward().pk] == Presence.objects.get(venue=venue).commune_id
    assert len(counted) == 106 + 41


def old_ward():
    return Unit.objects.get(code="29239")


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_counts_each_day_where_the_venue_then_stood(units):
    venue = make.venue(commune=old_ward())
    for ago in (0, 2):
        make.visit(venue, make.moment("00:00", days_ago=ago), visitor=make.visitor(f"An {ago}"))
    reform(days.today())
    carry_over(days.today())
    tallies.rebuild()
    assert list(DayTally.objects.order_by("day").values_list("commune__name", "arrived")) == [
        ("Phường 1", 1),
        ("Phường Trà Vinh", 1),
    ]


def test_officials_get_the_successor_of_their_area_and_see_what_it_came_of(units):
    province, ward = make.official(old("84")), make.official(old("29239"))
    reform()
    assert carry_over(REFORM).accounts == 2
    province.refresh_from_db()
    ward.refresh_from_db()
    assert (province.area.name, ward.area.name) == ("Tỉnh Vĩnh Long", "Phường Trà Vinh")
    assert province.visible_units().count() == 116 + 42
    seen = set(ward.visible_units().values_list("name", flat=True))
    assert seen == {"Phường Trà Vinh", *ward.area.predecessors.values_list("name", flat=True)}


def test_officials_of_a_district_keep_it_with_the_communes_made_of_it_alone(units):
    here, there = make.official(old("842")), make.official(old("847"))
    reform()
    assert carry_over(REFORM).accounts == 0
    here.refresh_from_db()
    there.refresh_from_db()
    new = [set(a.visible_units().on(REFORM).values_list("name", flat=True)) for a in (here, there)]
    assert "Phường Trà Vinh" in new[0]
    assert not new[0] & new[1]
    # Made of communes of both: neither sees what is the other's.
    assert not {"Phường Hòa Thuận", "Phường Nguyệt Hóa"} & (new[0] | new[1])
    assert here.visible_units().on(LAST_DAY).count() == 11


def test_pages_of_an_old_district_are_its_officials_and_not_next_door(units, page):
    here, there = make.official(old("842")), make.official(old("847"))
    reform()
    carry_over(REFORM)
    screen = page.by(here).follow(page.by(here).get("/dashboard/", status=302))
    assert screen.h1 == "Thành phố Trà Vinh"
    for address in ("842/", "29242/", "29242/?list=2021-01-01", "29239/"):
        url = f"/dashboard/{address}"
        page.by(here).get(url)
        page.by(there).get(url, status=404)
    old_ward = page.by(here).get("/dashboard/29242/?list=2021-01-01")
    assert "Phường 3" in old_ward.h1
    assert "Phường Trà Vinh" in page.by(here).get("/dashboard/29242/?list=nonsense").h1


def test_between_midnight_and_the_carrying_over_every_page_answers(units, page):
    venue = make.venue(commune=old_ward())
    officials = [make.official(old(code)) for code in ("84", "842", "29239")]
    make.visit(venue, visitor=make.visitor(residence=None))
    tallies.fold()
    reform(days.today())
    for _time in range(2):
        page.get(f"/v/{venue.poster.code}/")
        page.get("/venues/register/")
        page.by(venue.owner).get(f"/venues/{venue.poster.code}/")
        page.by(venue.owner).get(f"/venues/{venue.poster.code}/poster.svg")
        for official in officials:
            reader = page.by(official)
            reader.follow(reader.get("/dashboard/", status=302))
            reader.get(f"/venues/{venue.poster.code}/")
        call_command("housekeeping", stdout=StringIO())
    assert Venue.objects.get().commune.name == "Phường Trà Vinh"


def test_the_command_says_what_moved_and_what_could_not(units):
    make.venue(commune=old_ward())
    load("tra_vinh_2021.csv", "--until", str(REFORM))
    out = StringIO()
    call_command("carry_over_venues", stdout=out)
    assert "1 venues are in communes that ended without a successor" in out.getvalue()
    reform()
    call_command("carry_over_venues", stdout=out)
    assert "1 venues and 0 officials carried over" in out.getvalue()


def test_carrying_twelve_thousand_venues_is_few_statements(venues, django_assert_max_num_queries):
    reform()
    with django_assert_max_num_queries(16):
        carry_over(REFORM)
    assert connection.vendor == "postgresql"


def test_a_late_upload_counts_to_the_old_commune_before_it_is_folded_too(venues):
    venue, ward = Venue.objects.get(name="Chợ 29239"), old_ward()
    who = make.visitor(residence=None)
    reform(days.today())
    carry_over(days.today())
    make.visit(venue, make.moment("09:00", days_ago=2), visitor=who)
    merged = Venue.objects.get(pk=venue.pk).commune
    for _time in range(2):
        figures = [area_figures(unit, timezone.now()) for unit in (ward, merged)]
        assert [one.total.week.arrived for one in figures] == [1, 1]
        assert [one.total.inside for one in figures] == [0, 1]
        tallies.fold()
