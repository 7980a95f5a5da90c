"""The worklist as officials read it, and reminders to many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.models import Approach, Compliance
from dashboards.silence import worklist
from dashboards.silence.approaches import remind
from dashboards.silence.silent import silent_venues
from dashboards.silence.worklist import WorklistFilters, silent_rows
from tests import make
from tests.messages import received
from venues.kinds import Kind

from .silence_scene import approach, decision

DAY = timedelta(days=1)


def address(unit, below="", **asked) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/dashboard/{unit.code}/silent/{below}" + (f"?{query}" if query else "")


def shown(screen) -> list[str]:
    return [row.venue.name for row in screen.response.context["rows"]]


def many(*names, **changes):
    return [make.venue(name, **changes) for name in names]


def test_the_list_shows_a_venue_with_its_reason_its_phone_and_its_page(page, tree, official, venue):
    screen = page.by(official).speaking("en").get(address(tree.province))
    assert "never used" in screen
    assert screen.links["1. Chợ Trà Vinh"] == f"/dashboard/84/silent/{venue.poster.code}/"
    assert "tel:+84912345678" in screen.links.values()


def test_another_area_does_not_exist(page, tree, official_next_door, venue):
    for unit in (tree.province, tree.here, tree.ward_here):
        for one in ("", "progress/", "sheet.pdf", "remind/", f"{venue.poster.code}/"):
            page.by(official_next_door).get(address(unit, one), status=404)
    # The own area, but a venue of another.
    own = address(tree.next_door, f"{venue.poster.code}/")
    page.by(official_next_door).get(own, status=404)
    for act in ("remind/", "approach/", "compliance/"):
        page.by(official_next_door).post(own + act, {"text": "a", "way": "called"}, status=404)
    sent = page.by(official_next_door).post(
        address(tree.next_door, "remind/"), {"v": venue.pk, "text": "a"}
    )
    assert sent.location == address(tree.next_door)
    assert received() == []


def test_a_venue_is_found_under_each_unit_above_it_and_no_other(page, tree, official, venue):
    reader = page.by(official)
    for unit in (tree.province, tree.here, tree.ward_here):
        reader.get(address(unit, f"{venue.poster.code}/"))
    for unit in (tree.next_door, tree.commune_here):
        reader.get(address(unit, f"{venue.poster.code}/"), status=404)


def test_an_area_in_which_all_is_well_says_so(page, tree, official):
    screen = page.by(official).speaking("en").get(address(tree.here))
    assert "nothing to do" in screen


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "shop"}, ["Quán Ánh"]),
        ({"commune": "29266"}, ["Quán Ánh"]),
        ({"reason": "quiet"}, ["Chợ Cũ"]),
        ({"state": "excused"}, ["Chợ Xa"]),
        ({"compliance": "suspended"}, ["Chợ Xa"]),
        ({"compliance": "none"}, ["Chợ Cũ", "Quán Ánh"]),
        ({"q": "quan anh"}, ["Quán Ánh"]),
        ({"q": "bach dang", "sort": "name"}, ["Chợ Cũ", "Chợ Xa", "Quán Ánh"]),
        ({"sort": "longest"}, ["Quán Ánh", "Chợ Xa", "Chợ Cũ"]),
        ({"kind": "x", "reason": "%00", "state": "'", "commune": "<", "sort": "-"}, None),
    ],
)
def test_the_list_can_be_narrowed_and_sorted(page, tree, official, asked, expected):
    now = timezone.now()
    old = make.venue("Chợ Cũ")
    away = make.venue("Chợ Xa")
    make.venue("Quán Ánh", kind=Kind.SHOP, commune=tree.commune_here, registered_at=now - 40 * DAY)
    make.visit(old, now - 8 * DAY)
    approach(away, now - DAY, finding="moved")
    decision(away, status="suspended")
    screen = page.by(official).get(address(tree.here, **asked))
    assert shown(screen) == (expected or ["Quán Ánh", "Chợ Cũ", "Chợ Xa"]) or (
        expected is None and len(shown(screen)) == 3
    )


def test_a_venue_is_found_by_its_code(page, tree, official):
    one, _other = many("A", "B")
    screen = page.by(official).get(address(tree.here, q=one.poster.displayed_code.lower()))
    assert shown(screen) == ["A"]


def test_every_reason_has_its_number_and_leads_to_its_venues(page, tree, official):
    make.visit(make.venue("Cũ"), timezone.now() - 20 * DAY)
    many("A", "B")
    reader = page.by(official).speaking("en")
    screen = reader.get(address(tree.here))
    assert screen.response.context["chips"]["reason"] == [
        ("never", "never used", 2, False),
        ("long_quiet", "silent for 14 days or more", 1, False),
    ]
    screen = reader.get(screen.links["never used 2"])
    assert sorted(shown(screen)) == ["A", "B"]


@pytest.mark.parametrize("typed", ["%E2%80%AE<b>&", "a" * 5000, "&q=&page=-1", "2222-2222", "%00"])
def test_anything_can_be_typed_into_the_search(page, tree, official, venue, typed):
    page.by(official).get(address(tree.here, q=typed))


def test_a_long_list_comes_in_pages_that_keep_the_filters(page, tree, official, monkeypatch):
    monkeypatch.setattr(worklist, "ROWS_PER_PAGE", 2)
    many("Quán 1", "Quán 2", "Quán 3", "Chợ")
    screen = page.by(official).get(address(tree.here, q="quan", sort="name", page=2))
    assert shown(screen) == ["Quán 3"]
    assert [row.number for row in screen.response.context["rows"]] == [3]


def test_the_list_takes_few_statements_however_long_it_is(page, tree, official):
    many(*"ABCDE")
    reader = page.by(official)
    with CaptureQueriesContext(connection) as captured:
        reader.get(address(tree.here))
    assert len(captured) == 10, [query["sql"][:90] for query in captured]


def test_the_whole_list_can_be_taken_over_elsewhere(tree, venue):
    rows = list(silent_rows(tree.province, timezone.now(), WorklistFilters.of({"kind": "market"})))
    assert [(row.number, row.venue.name, row.code) for row in rows] == [
        (1, "Chợ Trà Vinh", venue.poster.code)
    ]


def test_the_chosen_venues_are_reminded_after_a_look_at_the_message(page, tree, official):
    first, second, _third = many("Chợ A", "Chợ B", "Chợ C")
    reader = page.by(official).speaking("en")
    screen = reader.get(address(tree.here))
    screen = reader.submit(screen, form="remind", v=[first.pk, second.pk])
    assert "2 messages will go" in screen
    assert received() == []
    screen = reader.submit(screen, form="remind", text="Mời {ten} treo mã")
    assert "2 messages were sent" in screen
    assert sorted(received()) == ["Mời Chợ A treo mã", "Mời Chợ B treo mã"]
    assert {a.account for a in Approach.objects.all()} == {official}


def test_a_message_without_words_is_asked_for_again(page, tree, official, venue):
    reader = page.by(official)
    screen = reader.get(address(tree.here, "remind/", v=venue.pk))
    assert "text" in str(reader.submit(screen, form="remind", status=422, text=" ").errors)
    assert received() == []


@pytest.mark.parametrize("chosen", ["", "x", "-1", "99999999", "1' OR 1", "٣"])
def test_nobody_is_reminded_where_nobody_was_chosen(page, tree, official, venue, chosen):
    page.by(official).post(address(tree.here, "remind/"), {"v": chosen, "text": "a"})
    assert received() == []


def test_a_venue_used_in_between_is_not_reminded(page, tree, official, venue):
    reader = page.by(official)
    screen = reader.get(address(tree.here, "remind/", v=venue.pk))
    make.visit(venue, timezone.now())
    reader.submit(screen, form="remind")
    assert received() == []


def test_a_venue_is_reminded_once_a_day_and_again_on_the_next(tree, official, venue):
    at = make.moment("23:59", days_ago=1)
    for moment in (at, at, at + timedelta(minutes=1)):
        remind(silent_venues(tree.here, at), "Chào {ten}", official, moment)
    assert received() == ["Chào Chợ Trà Vinh"] * 2


@pytest.mark.django_db(transaction=True)
def test_two_officials_who_remind_at_once_send_one_message(transactional_db):
    tree, venue = make.tree(), make.venue()
    officials = [make.official(tree.here), make.official(tree.province)] * 4
    now = timezone.now()

    def send(official) -> None:
        try:
            remind(silent_venues(tree.here, now), "{ten}", official, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, officials))
    assert received() == [venue.name]
    assert Approach.objects.count() == 1


def test_a_gateway_that_is_away_is_told_of_and_nothing_is_noted(
    page, tree, official, venue, settings, tmp_path
):
    settings.MESSAGE_FILE = tmp_path / "messages.txt"
    settings.MESSAGE_FILE.mkdir()
    reader = page.by(official).speaking("en")
    screen = reader.get(address(tree.here, "remind/", v=venue.pk))
    assert "1 message could not be sent" in reader.submit(screen, form="remind")
    assert not Approach.objects.exists()


def test_the_progress_page_shows_decisions_by_commune(page, tree, official, venue):
    decision(venue, status="meets")
    decision(venue, status="fails")
    make.venue("Quán")
    screen = page.by(official).speaking("en").get(address(tree.here, "progress/"))
    assert screen.response.context["decisions"] == [(tree.ward_here, [0, 1, 0], 1)]
    assert Compliance.objects.count() == 2
