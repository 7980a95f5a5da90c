"""Appointing people on duty: one code, one phone, until it is revoked; no password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from stations.appointing import (
    PAIRING_TIME,
    hand_over,
    make_station,
    pair,
    revoke,
)
from stations.models import Scan, Shift, Station
from tests import make, make_stations
from tests.browser import assert_accessible, assert_fits, sign_in
from tests.page import Reader

from .sending import chip, scan, send


@pytest.fixture
def owners(venue, page: Reader) -> Reader:
    make.sealing_key()
    return page.by(venue.owner)


def address(venue) -> str:
    return f"/venues/{venue.poster.code}/stations/"


def test_a_code_makes_one_phone_the_station(owners, venue, page: Reader):
    shown = owners.submit(owners.get(address(venue)), name="Cổng sau")
    station = Station.objects.get()
    code = shown.root.find(".//*[@class='code']").text
    asked = page.get(f"/s/pair/{code}/")
    assert "Cổng sau" in asked.text
    page.get(f"/S/PAIR/{code.lower()}")
    assert Station.objects.get().paired_at is None
    door = page.post(f"/s/pair/{code}/", {}, status=303, user_agent="Mozilla Android Chrome/120")
    assert page.get(door.location).h1 == venue.name
    page.post(f"/s/pair/{code}/", {}, status=410)
    station.refresh_from_db()
    key = door.location.split("/")[-2]
    assert key.encode() not in bytes(station.key_hash)
    assert station.device == "Chrome, Android"
    assert "Cổng sau" in owners.get(address(venue)).text


def test_a_code_that_is_old_wrong_or_of_a_closed_venue_pairs_nothing(page, venue):
    now = timezone.now()
    _station, code = make_station(venue, "Cổng", venue.owner, now - PAIRING_TIME)
    page.get(f"/s/pair/{code}/", 410)
    page.post("/s/pair/ABCD2345/", {}, status=410)
    _station, code = make_station(venue, "Cổng", venue.owner, now)
    venue.closed_at = now
    venue.save()
    page.post(f"/s/pair/{code}/", {}, status=410)


def test_who_guesses_is_asked_to_wait(page):
    for _ in range(20):
        page.get("/s/pair/ABCD2345/", 410)
    assert page.get("/s/pair/ABCD2345/", 429).response["Retry-After"]


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_at_once_one_is_the_station(venue):
    _station, code = make_station(venue, "Cổng", venue.owner, timezone.now())

    def try_to_pair(_turn: int) -> str | None:
        try:
            return pair(code, f"phone {_turn}", "", timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        keys = [key for key in pool.map(try_to_pair, range(4)) if key]
    assert len(keys) == 1


def test_the_button_pressed_twice_leads_to_the_same_screen(venue, page):
    _station, code = make_station(venue, "Cổng", venue.owner, timezone.now())
    asked = page.get(f"/s/pair/{code}/")
    first, again = (
        page.post(f"/s/pair/{code}/", asked.form().filled({}), status=303) for _ in range(2)
    )
    assert first.location == again.location
    page.post(f"/s/pair/{code}/", {"phone": "another"}, status=410)
    assert page.get(first.location).h1 == venue.name


def test_a_code_that_was_lost_is_ended(owners, venue):
    owners.submit(owners.get(address(venue)), name="Cổng sau")
    waiting = Station.objects.get()
    owners.submit(owners.get(f"{address(venue)}{waiting.pk}/end/"), form="end")
    assert not Station.objects.paired_by("x", timezone.now())
    waiting.refresh_from_db()
    assert (waiting.pairing_hash, waiting.key_hash) == (None, None)


def test_a_closed_venue_says_that_nobody_scans_there(owners, venue):
    venue.closed_at = timezone.now()
    venue.save()
    assert "đã đóng" in owners.get(address(venue)).text
    owners.post(address(venue), {"name": "Cổng"})
    assert not Station.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_hand_over(venue):
    station = make_stations.station(venue)

    def tap(_turn: int) -> None:
        hand_over(station, "Thử Ba", timezone.now())
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tap, range(4)))
    assert Shift.objects.count() == 1


def test_ending_a_station_works_at_once(owners, venue, page):
    station = make_stations.station(venue)
    send(station, scan(chip(1)))
    shown = owners.get(f"{address(venue)}{station.pk}/end/")
    owners.submit(shown, form="end")
    assert page.get(f"/s/{station.key}/", 410)
    assert send(station, scan(chip(2)))["scans"][0]["result"] == "refused"
    first = Station.objects.get().revoked_at
    revoke(station, timezone.now() + timedelta(hours=1))
    assert Station.objects.get().revoked_at == first


def test_an_official_of_the_area_appoints_and_others_find_nothing(
    venue, page, official_here, official_next_door
):
    page.by(official_here).post(address(venue), {"name": "Chốt"})
    assert Station.objects.get().made_by == official_here
    page.by(official_next_door).get(address(venue), 404)
    other = make_stations.station(make.venue("Chợ khác", owner=make.owner("+84900000009")))
    page.by(official_here).get(f"{address(venue)}{other.pk}/end/", 404)


def test_a_gate_needs_a_name(owners, venue):
    screen = owners.post(address(venue), {"name": " "}, status=422)
    assert set(screen.errors) == {"id_name"}


def test_a_shift_is_handed_over_by_one_tap(venue, page):
    station = make_stations.station(venue)
    for name in ("Thử Hai", "Thử Ba", "Thử Ba"):
        Client().post(f"/s/{station.key}/duty/", {"name": name})
    assert Shift.objects.count() == 2
    screen = page.get(f"/s/{station.key}/")
    assert station.on_duty == "Thử Ba"
    assert [b.text for b in screen.root.findall(".//form[@id='duty']//button")] == [
        "Thử Ba", "Thử Hai",
    ]  # fmt: skip


def test_a_pairing_code_is_shown_to_whoever_made_it_alone(owners, venue, page, official_here):
    owners.submit(owners.get(address(venue)), name="Cổng sau")
    station = Station.objects.get()
    where = f"{address(venue)}{station.pk}/pairing/"
    assert _shows_a_code(owners.get(where))
    other = page.by(official_here).get(where)
    assert not _shows_a_code(other)


def _shows_a_code(screen) -> bool:
    return any(element.get("role") == "img" for element in screen.root.iter())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_is_paired_by_the_code_on_the_owners_screen(
    venue, client, desk: Page, phone: Page, site: str
):
    import io

    import zxingcpp
    from PIL import Image

    make.sealing_key()
    sign_in(client, desk, venue.owner)
    desk.goto(f"{site}{address(venue)}")
    desk.get_by_role("button", name="Hiện mã").click()
    assert_accessible(desk)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(desk.screenshot())))
    phone.goto(code.text)
    assert_fits(phone)
    phone.locator("button.big").click()
    phone.wait_for_selector("#field")
    desk.wait_for_selector(".notice.go", timeout=15_000)
    phone.keyboard.insert_text(chip(1))
    phone.keyboard.press("Enter")
    phone.wait_for_selector("#verdict[data-state=questions]")
    assert Scan.objects.count() == 1
