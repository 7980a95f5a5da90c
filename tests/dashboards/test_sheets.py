"""Tables as files: what they hold and who gets them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.figures import area_figures
from dashboards.sheets import tables
from dashboards.sheets import views as sheets
from dashboards.silence.progress import note_silence
from declarations.tallies import fold
from districts import days
from tests import make
from tests.documents.sheet_reading import body, fetch, rows_of, table_of, worksheet
from venues.models import Venue

HOUR = timedelta(hours=1)
NOW_TABLES = [
    "/venues.{}", "/silent.{}", "/communes.{}", "/decisions.{}", "/days.{}", "/hours.{}",
]  # fmt: skip
TABLES = [".{}", "/kinds.{}", "/weeks.{}", "/report.{}", *NOW_TABLES]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_every_table_is_a_file_that_no_cache_keeps(page, tree, official, venue, table, file_type):
    make.visit(venue, timezone.now() - HOUR)
    response = fetch(page, official, f"/dashboard/84{table.format(file_type)}")
    assert "no-store" in response["Cache-Control"]
    name = re.fullmatch(r'attachment; filename="([a-z]+(?:-[a-z]+)*-84-[\d-]+)\.(\w+)"',
                        response["Content-Disposition"])  # fmt: skip
    assert name[2] == file_type
    assert f"{days.today():%Y-%m-%d}" in name[1] or "bao-cao" in name[1]
    assert body(response)[:3] == {"csv": b"\xef\xbb\xbf", "xlsx": b"PK\x03"}[file_type]


@pytest.mark.parametrize("table", TABLES)
def test_other_types_and_other_areas_do_not_exist(page, tree, official_next_door, table):
    reader = page.by(official_next_door)
    for unit in (tree.province, tree.here, tree.ward_here):
        for file_type in ("csv", "xlsx"):
            reader.get(f"/dashboard/{unit.code}{table.format(file_type)}", status=404)
    reader.get(f"/dashboard/{tree.next_door.code}{table.format('ods')}", status=404)


def test_the_register_says_what_is_known_of_a_venue(page, tree, official, venue):
    make.visit(venue, make.moment("00:01", days_ago=0))
    fold()
    make.visit(venue, timezone.now())
    make.visit(venue, make.moment("09:00", days_ago=3))
    make.visit(venue, make.moment("09:00", days_ago=8))
    (line,) = table_of(fetch(page, official, "/dashboard/84/venues.csv"))
    assert (line["Venue"], line["Commune"]) == ("Chợ Trà Vinh", "Phường 1")
    assert (line["District"], line["Phone number"]) == ("Thành phố Trà Vinh", "0912 345 678")
    assert (line["In today"], line["In 7 days"], line["Status"]) == ("2", "3", "open")
    assert line["Poster"] == venue.poster.displayed_code
    assert line["Last visit"].startswith(f"{days.today():%Y-%m-%d} ")


def test_closed_venues_stay_in_the_register(page, tree, official):
    make.venue("Quán cũ", closed_at=timezone.now() - 24 * HOUR)
    (line,) = table_of(fetch(page, official, "/dashboard/84/venues.csv"))
    assert (line["Status"], line["Closed on"]) == (
        "closed", f"{days.today() - timedelta(days=1):%Y-%m-%d}",
    )  # fmt: skip


def test_a_long_register_is_read_in_pieces(page, tree, official, monkeypatch):
    monkeypatch.setattr(tables, "_AT_ONCE", 3)
    for commune in (tree.ward_here, tree.ward_next_door):
        for number in range(7):
            make.venue(f"Quán {number}", commune=commune)
    with CaptureQueriesContext(connection) as captured:
        lines = table_of(fetch(page, official, "/dashboard/84/venues.csv"))
    assert [line["Venue"] for line in lines] == [f"Quán {n}" for n in range(7)] * 2
    assert sum("LIMIT 3" in query["sql"] for query in captured) == 8


def test_numbers_and_times_are_real_ones_in_a_workbook(page, tree, official, venue):
    make.visit(venue, make.moment("09:00", days_ago=2))
    sheet = worksheet(fetch(page, official, "/dashboard/84/venues.xlsx"))
    heading = [cell.value for cell in sheet[2]]
    cells = dict(zip(heading, sheet[3], strict=True))
    assert cells["In 7 days"].value == 1
    assert cells["Last visit"].value == make.moment("09:00", days_ago=2).replace(tzinfo=None)
    assert "Tỉnh Trà Vinh · as of" in sheet["A1"].value
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B3", "A2:N3")


def test_the_units_are_those_of_the_page_with_its_figures(page, tree, official, venue):
    for number in range(3):
        make.visit(venue, timezone.now() - timedelta(seconds=number))
    make.visit(venue, make.moment("09:00", days_ago=8))
    lines = table_of(fetch(page, official, "/dashboard/84.csv?sort=-in"))
    total = area_figures(tree.province, timezone.now()).total
    assert [line["Unit code"] for line in lines] == ["842", "851"]
    assert int(lines[0]["People in, today"]) == total.today.arrived
    assert int(lines[0]["People in, 7 days"]) == total.week.arrived
    assert int(lines[0]["People in, 7 days before those"]) == total.week_before.arrived == 1
    assert lines[0]["Share used in 7 days (%)"] == "100.0"


def test_a_file_is_sorted_and_searched_like_the_page(page, tree, official):
    for name in ("Chợ Lớn", "Quán Bé", "Quán Ăn"):
        make.venue(name)
    url = f"/dashboard/{tree.ward_here.code}.csv?q=quan&sort=-name"
    assert [line["Venue"] for line in table_of(fetch(page, official, url))] == [
        "Quán Bé", "Quán Ăn",
    ]  # fmt: skip


def test_a_series_of_days_adds_up_before_and_after_folding(page, tree, official, venue):
    other = make.venue("Chợ kia", commune=tree.ward_next_door)
    for place, ago in ((venue, 0), (venue, 1), (venue, 1), (other, 1), (other, 3)):
        make.visit(place, make.moment("00:10", days_ago=ago), stay=timedelta(minutes=5))
    url = f"/dashboard/84/days.csv?first={days.today() - timedelta(days=1)}&last={days.today()}"
    before = table_of(fetch(page, official, url))
    fold()
    assert table_of(fetch(page, official, url)) == before
    assert [(line["District"], line["People in"], line["People out"]) for line in before] == [
        ("Thành phố Trà Vinh", "2", "2"),
        ("Thị xã Duyên Hải", "1", "1"),
        ("Thành phố Trà Vinh", "1", "1"),
    ]


def test_hours_are_the_hours_of_the_province(page, tree, official, venue):
    make.visit(venue, make.moment("07:59", days_ago=1))
    make.declaration(venue, make.moment("08:00", days_ago=1), symptoms=1)
    lines = table_of(fetch(page, official, "/dashboard/842/hours.csv"))
    day = f"{days.today() - timedelta(days=1):%Y-%m-%d}"
    assert [(line["Hour"], line["People in"]) for line in lines] == [
        (f"{day} 07:00", "1"), (f"{day} 08:00", "0"),
    ]  # fmt: skip
    assert lines[1]["of which with symptoms"] == "1"


@pytest.mark.parametrize("asked", [
    "first=2026-11-20&last=2026-11-01", "first=2000-01-01", "first=x", "last=9999-12-31",
    "first=%00", "first=31/02/2026", "last=0001-01-01",
])  # fmt: skip
@pytest.mark.parametrize("name", ["days", "hours"])
def test_days_that_make_no_sense_are_told_and_can_be_corrected(page, official, asked, name):
    for file_type in ("csv", "xlsx"):
        screen = page.by(official).get(f"/dashboard/84/{name}.{file_type}?{asked}", status=422)
        assert screen.errors


def test_a_span_has_as_many_days_as_a_file_can_hold_of_its_communes(
    page, tree, official, monkeypatch
):
    monkeypatch.setattr(sheets, "_MOST_DAYS", 40)
    reader = page.by(official).speaking("en")
    for unit, most in (("84", 10), (tree.ward_here.code, 40)):
        for days_ago, status in ((most - 1, 200), (most, 422)):
            first = days.today() - timedelta(days=days_ago)
            screen = reader.get(f"/dashboard/{unit}/days.csv?first={first:%Y-%m-%d}", status)
        assert screen.errors["id_first"] == f"Choose at most {most} days at a time."


def test_exports_name_no_visitor(page, tree, official, venue):
    make.visit(venue, timezone.now(), visitor=make.visitor("Khách Bí Mật"))
    make.declaration(venue, visitor=make.visitor("Khách Bí Mật"), symptoms=1)
    for table in TABLES:
        said = body(fetch(page, official, f"/dashboard/84{table.format('csv')}")).decode()
        assert not re.search(r"Bí Mật|K\.B\.M|987", said), table


def test_an_empty_area_gives_a_table_without_lines(page, tree, official):
    assert Venue.objects.count() == 0
    for table in NOW_TABLES:
        assert len(rows_of(fetch(page, official, f"/dashboard/84{table.format('csv')}"))) == 1
        assert worksheet(fetch(page, official, f"/dashboard/84{table.format('xlsx')}")).max_row == 2


def test_the_list_of_tables_leads_to_all_of_them(page, tree, official, venue):
    reader = page.by(official)
    for unit in (tree.province, tree.here, tree.ward_here):
        screen = reader.get(f"/dashboard/{unit.code}/sheets/")
        links = [link.get("href") for link in screen.root.iter("a")]
        files = [link for link in links if link.endswith((".csv", ".xlsx"))]
        assert len(files) == 14
        assert all(body(reader.client.get(link)) for link in files)


@pytest.mark.parametrize(("name", "number"), [
    ("", 2), ("kinds/", 2), ("silent/", 2), ("silent/progress/", 6), ("report/", 2),
])  # fmt: skip
def test_a_page_gives_its_tables_away(page, tree, official, venue, name, number):
    screen = page.by(official).get(f"/dashboard/84/{name}")
    links = [link.get("href") for link in screen.root.iter("a")]
    assert sum(bool(re.search(r"\.(csv|xlsx)(\?|$)", link)) for link in links) == number


def test_the_report_of_a_day_is_a_table_of_communes_with_their_rates(page, tree, official, venue):
    tree.ward_here.inhabitants = 2000
    tree.ward_here.save()
    for minute in range(3):
        make.visit(venue, make.moment(f"08:{minute:02}", days_ago=1))
    make.declaration(venue, make.moment("08:05", days_ago=1), symptoms=1)
    make.declaration(venue, make.moment("08:06", days_ago=1))
    day = days.today() - timedelta(days=1)
    lines = table_of(fetch(page, official, f"/dashboard/84/report.csv?day={day}"))
    assert [line["Commune"] for line in lines] == [
        "Phường 1", "Xã Long Đức", "Phường 1", "Xã Long Toàn",
    ]  # fmt: skip
    ward = lines[0]
    assert (ward["Commune code"], ward["District"]) == ("29239", "Thành phố Trà Vinh")
    assert (ward["People in"], ward["People in per 1,000 inhabitants"]) == ("3", "1.5")
    assert (ward["Declarations"], ward["Share of both (%)"]) == ("2", "50.0")
    assert (ward["Used on the day"], ward["Share used in 7 days (%)"]) == ("1", "100.0")
    assert lines[1]["People in per 1,000 inhabitants"] == ""


def test_how_the_list_goes_down_is_told_by_week_and_by_commune(page, tree, official, venue):
    note_silence(timezone.now())
    *_older, newest = table_of(fetch(page, official, "/dashboard/84/weeks.csv"))
    monday = days.today() - timedelta(days=days.today().weekday())
    assert newest["Week from"] == f"{monday}"
    assert (newest["Open venues"], newest["Never used"], newest["Reminded"]) == ("1", "1", "0")
    (ward,) = table_of(fetch(page, official, "/dashboard/84/communes.csv"))
    assert (ward["Commune"], ward["Not used in 7 days"], ward["Change"]) == ("Phường 1", "1", "0")


def test_decisions_on_reopening_are_counted_by_commune(page, tree, official, venue):
    (ward,) = table_of(fetch(page, official, "/dashboard/84/decisions.csv"))
    assert (ward["Commune code"], ward["nothing decided"]) == ("29239", "1")
