"""The scanning screen in a real browser: bursts, dead networks, reloads; nothing lost or doubled."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from declarations.models import Declaration, Visit
from stations.models import Scan, Station
from tests import make, make_stations
from tests.browser import assert_accessible, assert_fits

from .sending import chip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GAP = 0.05  # seconds between two cards: twenty a second, more than any reader


@pytest.fixture
def station(transactional_db, venue):
    make.sealing_key()
    return make_stations.station(venue)


@pytest.fixture
def door(station, phone: Page, site: str) -> Page:
    """The station's screen, open once, and kept for a time without network."""
    phone.goto(f"{site}/s/{station.key}/")
    phone.evaluate("navigator.serviceWorker.ready")
    phone.wait_for_function(
        "async () => (await (await caches.open('door-1')).keys()).length > 8", timeout=10_000
    )
    return phone


def state(page: Page, *names: str) -> None:
    """Wait until the verdict is one of these."""
    wanted = ", ".join(f"#verdict[data-state={name}]" for name in names)
    expect(page.locator(wanted)).to_be_visible(timeout=10_000)


def wants(page: Page, what: str) -> None:
    """Wait until this is asked for."""
    expect(page.locator(f"#more[data-wanted='{what}']")).to_be_attached(timeout=10_000)


def read(page: Page, text: str, end: str = "Enter") -> None:
    """Type as a barcode reader does: at once, with or without a key at the end."""
    page.keyboard.insert_text(text)
    if end:
        page.keyboard.press(end)


def type_by_hand(page: Page, text: str) -> None:
    """Type as people do, a key at a time."""
    page.keyboard.type(text, delay=90)
    page.keyboard.press("Enter")


def all_sent(page: Page, timeout: int = 60) -> None:
    expect(page.locator("#queue[data-waiting='0']")).to_be_visible(timeout=timeout * 1000)


def test_two_hundred_scans_through_a_dead_network_are_two_hundred_visits(door: Page, station):
    """The network goes after 60, the page is reloaded at 120, it comes back at 150."""
    scanned: list[datetime] = []
    start = time.monotonic()
    for number in range(200):
        if number == 60:
            door.context.set_offline(True)
        if number == 120:
            door.wait_for_timeout(300)
            door.reload()
            expect(door.locator("#field")).to_be_focused()
        if number == 150:
            door.context.set_offline(False)
        scanned.append(timezone.now())
        read(door, chip(number))
        door.wait_for_timeout(max(0, (start + (number + 1) * GAP - time.monotonic())) * 1000)
    all_sent(door)
    visits = list(Visit.objects.order_by("entered_at").select_related("visitor"))
    assert len(visits) == len({visit.visitor_id for visit in visits}) == 200
    late = [visit.entered_at - at for visit, at in zip(visits, scanned, strict=True)]
    assert all(abs(one) < timedelta(seconds=2) for one in late), max(late)
    assert Scan.objects.count() == 200


@pytest.mark.parametrize("end", ["", "Tab", "Enter"])
def test_a_reader_needs_no_key_at_the_end(door: Page, end):
    for number in range(5):
        read(door, chip(number), end)
        door.wait_for_timeout(200)
    all_sent(door)
    assert Visit.objects.count() == 5


def test_a_card_scanned_twice_is_one_visit(door: Page):
    read(door, chip(1))
    state(door, "questions")
    read(door, chip(1))
    state(door, "doubled")
    assert Visit.objects.count() == 1


def test_cards_that_ran_together_are_two_people(door: Page):
    read(door, chip(1) + chip(2))
    all_sent(door)
    expect(door.locator("#recent li")).to_have_count(2)
    door.wait_for_timeout(500)
    assert Visit.objects.count() == 2


def test_the_phone_number_and_the_answers_go_to_the_same_visit(door: Page):
    read(door, chip(1))
    wants(door, "phone")
    read(door, "0840750099")  # some ware's bar code, or half a card
    state(door, "refused")
    read(door, "8934563138165")
    expect(door.locator("#sentence")).to_contain_text("hàng hóa")
    type_by_hand(door, "0912345678")
    wants(door, "")
    door.get_by_role("button", name="Không có: cho vào").click()
    state(door, "go")
    read(door, chip(1))
    state(door, "doubled")
    assert (Visit.objects.count(), Declaration.objects.count()) == (1, 1)
    assert Visit.objects.get().outcome == 0


def test_a_passport_is_typed(door: Page):
    type_by_hand(door, "B1234567")
    wants(door, "phone")


def test_a_worrying_answer_stops(door: Page):
    read(door, chip(1))
    state(door, "questions")
    door.get_by_role("button", name="Không có điện thoại").click()
    wants(door, "")
    door.get_by_text("Sốt", exact=True).click()
    door.locator("#some").click()
    state(door, "stop")
    assert Declaration.objects.get().symptoms == 1


def test_the_year_is_typed_on_big_keys(door: Page):
    type_by_hand(door, "0912345678")
    wants(door, "year")
    assert_fits(door)
    assert_accessible(door)
    for digit in "1965":
        door.locator("#digits").get_by_role("button", name=digit, exact=True).click()
    wants(door, "name")
    door.locator("#told").fill("Nguyễn Văn An")
    door.locator("#told").press("Enter")
    wants(door, "")
    door.locator("#none").click()
    state(door, "go")
    assert Visit.objects.get().visitor.mask == "N.V.A · 678"


def test_a_poster_and_goods_are_told_at_once(door: Page, station):
    read(door, station.venue.poster.address)
    state(door, "refused")
    read(door, "xyz")
    state(door, "refused")
    all_sent(door)
    assert Scan.objects.count() == 0
    read(door, "8934563138165")
    state(door, "refused")


def test_a_number_is_somebodys_only_when_it_was_typed(door: Page):
    for end in ("Enter", ""):
        read(door, "0829220875", end)
        door.wait_for_timeout(200)
        door.locator("#note").click()
        state(door, "refused")
    all_sent(door)
    assert Scan.objects.count() == 0
    type_by_hand(door, "0829220875")
    wants(door, "year")
    assert Visit.objects.get().visitor is not None


def test_a_scan_is_taken_back(door: Page):
    read(door, chip(1))
    state(door, "questions")
    door.locator("#recent button").first.click()
    state(door, "undone")
    all_sent(door)
    assert Visit.objects.count() == 0


def test_what_waits_on_the_phone_names_nobody(door: Page):
    door.context.set_offline(True)
    read(door, chip(1))
    state(door, "kept")
    expect(door.locator("#queue")).to_contain_text("1")
    kept = door.evaluate(
        """async () => JSON.stringify(
            [await door.queue.oldest(9), Object.entries(localStorage)])"""
    )
    assert '"sealed"' in kept
    for said in ("Trần", "Thử", "084075000001", "0202"):
        assert said not in kept
    door.context.set_offline(False)
    all_sent(door)
    assert Visit.objects.count() == 1


def test_answers_given_without_network_arrive_with_the_scan(door: Page):
    door.context.set_offline(True)
    read(door, chip(1))
    state(door, "kept")
    door.locator("#none").click()
    door.wait_for_timeout(300)
    door.context.set_offline(False)
    all_sent(door)
    assert Declaration.objects.count() == 1
    assert Visit.objects.get().outcome == 0


def test_a_revoked_station_says_so_and_keeps_what_was_scanned_before(door: Page, station):
    door.context.set_offline(True)
    read(door, chip(1))
    state(door, "kept")
    station.revoked_at = timezone.now()
    station.save(update_fields=["revoked_at"])
    door.context.set_offline(False)
    all_sent(door)
    expect(door.locator("#queue")).to_contain_text("đã được gửi")
    assert Visit.objects.count() == 1


def test_a_shift_is_handed_over_without_leaving_the_screen(door: Page, station):
    read(door, chip(1))
    state(door, "questions")
    door.locator(".settings summary").click()
    door.locator("#name").fill("Thử Ba")
    door.locator("form.duty button").last.click()
    expect(door.locator("#on-duty")).to_have_text("Thử Ba")
    state(door, "questions")
    assert station.on_duty == "Thử Ba"


def test_without_a_name_nobody_takes_over(door: Page):
    door.locator(".settings summary").click()
    door.locator("form.duty button").last.click()
    door.wait_for_timeout(500)
    expect(door.locator("#name")).to_be_focused()


def test_without_a_network_it_says_that_nobody_took_over_and_that_the_key_changes_later(
    door: Page, station
):
    door.context.set_offline(True)
    door.locator(".settings summary").click()
    door.locator("#name").fill("Thử Ba")
    door.locator("form.duty button").last.click()
    expect(door.locator("#not-handed-over")).to_be_visible()
    door.locator("#change-key button").click()
    said = door.locator("#change-key [role=status]")
    expect(said).to_contain_text("ngay khi có mạng")
    door.context.set_offline(False)
    expect(said).to_contain_text("Đã đổi khóa")
    assert not Station.objects.with_key(station.key, timezone.now())


def test_the_screen_works_without_script(station, scriptless_phone: Page, site: str):
    scriptless_phone.goto(f"{site}/s/{station.key}/")
    scriptless_phone.locator("#field").fill(chip(1))
    scriptless_phone.locator("#also").fill("0912345678")
    scriptless_phone.locator("#note").click()
    state(scriptless_phone, "questions")
    scriptless_phone.locator("#none").click()
    state(scriptless_phone, "go")
    assert Visit.objects.get().outcome == 0


def test_the_screen_hinders_nobody(door: Page):
    assert_fits(door)
    assert_accessible(door)
    read(door, chip(1))
    state(door, "questions")
    assert_fits(door)
    assert_accessible(door)
