"""Another key for a station, without pairing anew."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from declarations.models import Visit
from stations.models import Station, hashed
from stations.rekeying import TIME_TO_CHANGE, ask_for_key, change_key
from tests import make, make_stations
from tests.browser import PHONE
from tests.page import Reader

from .sending import chip, scan, send
from .test_door_browser import all_sent, door, read, station  # noqa: F401 - the fixtures too

NEW, THIEFS = "n" * 22, "t" * 22


@pytest.fixture
def paired(db, venue):
    make.sealing_key()
    return make_stations.station(venue)


def test_the_owner_asks_and_the_phone_is_told_with_its_next_batch(page: Reader, paired, venue):
    assert not send(paired)["wants_key"]
    owner, address = page.by(venue.owner), f"/venues/{venue.poster.code}/stations/"
    listed = owner.submit(owner.get(address), {}, form=f"{paired.pk}/key/")
    assert listed.url.endswith(address)
    paired.refresh_from_db()
    assert paired.key_until
    forget_stations()
    assert send(paired, scan(chip(1)))["wants_key"]
    assert 'data-wants-key="yes"' in page.get(f"/s/{paired.key}/").response.content.decode()


def test_the_old_key_ends_with_the_change_and_hands_over_once(page: Reader, paired):
    old = paired.key
    for _twice in range(2):
        moved = page.post(f"/s/{old}/key/", {"new": NEW}, 303)
        assert moved.location == f"/s/{NEW}/"
    page.post(f"/s/{old}/key/", {"new": THIEFS}, 404)
    page.get(f"/s/{old}/", 404)
    page.get(f"/s/{NEW}/")
    kept = Station.objects.get(pk=paired.pk)
    assert (bytes(kept.key_hash), kept.key_until) == (hashed(NEW), None)
    assert kept.key_changed_at


def test_a_key_that_nobody_changes_in_time_ends(page: Reader, paired, venue):
    """The control: a day before, it still works."""
    asked_at = timezone.now() - TIME_TO_CHANGE + timedelta(days=1)
    assert ask_for_key(venue, paired.pk, asked_at)
    page.get(f"/s/{paired.key}/")
    Station.objects.update(key_until=timezone.now() - timedelta(seconds=1))
    page.get(f"/s/{paired.key}/", 404)
    page.post(f"/s/{paired.key}/key/", {"new": NEW}, 404)
    assert "không nhận khóa mới trong một tuần" in page.by(venue.owner).get(
        f"/venues/{venue.poster.code}/stations/"
    )


def test_a_key_ends_by_the_clock_that_says_when(paired):
    """The site's own, as everywhere: the database's may go otherwise."""
    until = timezone.now() + timedelta(hours=1)
    Station.objects.update(key_until=until)
    assert Station.objects.with_key(paired.key, until - timedelta(seconds=1))
    assert not Station.objects.with_key(paired.key, until)


@pytest.mark.parametrize(
    ("language", "whom"),
    [("vi", "chủ địa điểm"), ("km", "ម្ចាស់ទីកន្លែង"), ("en", "the owner of the venue")],
)
def test_an_address_of_no_station_says_whom_to_ask_and_not_whether_it_ever_was_one(
    page: Reader, paired, language: str, whom: str
):
    assert change_key(paired.key, NEW, "", timezone.now())
    reader = page.by(None).speaking(language)
    once, never = (reader.get(f"/s/{key}/", 404).text for key in (paired.key, "x" * 22))
    assert once == never
    assert whom in once
    assert whom in reader.get("/s/x/y/", 404).text
    assert whom not in reader.get("/r/x/", 404).text


@pytest.mark.parametrize("new", ["", "short", "x" * 65, "n" * 21 + "/", "n" * 21 + "\x00"])
def test_a_key_that_could_be_guessed_is_refused(page: Reader, paired, new: str):
    assert page.post(f"/s/{paired.key}/key/", {"new": new}, 422).response.json()["sentence"]
    page.get(f"/s/{paired.key}/")


def test_no_station_takes_the_key_of_another(paired, venue):
    other = make_stations.station(venue, "Cổng sau")
    assert not change_key(paired.key, other.key, "", timezone.now())
    assert change_key(paired.key, NEW, "", timezone.now())
    Station.objects.update(revoked_at=timezone.now())
    assert not change_key(NEW, THIEFS, "", timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_stations_that_take_the_same_key_at_once_one_has_it(venue):
    def take(key: str) -> bool:
        both.wait()
        try:
            return change_key(key, NEW, "", timezone.now())
        finally:
            connection.close()

    for _try in range(5):
        keys, both = [make_stations.station(venue).key for _each in range(2)], Barrier(2)
        with ThreadPoolExecutor(2) as phones:
            assert sorted(phones.map(take, keys)) == [False, True]
        Station.objects.all().delete()


def forget_stations() -> None:
    from stations.interface import _station

    _station.cache_clear()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_running_screen_takes_over_the_key_with_all_that_waits(door: Page, station, site: str):  # noqa: F811
    """Scans made without a network go with the new key; address, forms and what is kept follow."""
    door.context.set_offline(True)
    for number in range(3):
        read(door, chip(number))
    ask_for_key(station.venue, station.pk, timezone.now())
    time.sleep(1.1)  # for so long the site remembers whose a key is
    door.context.set_offline(False)
    all_sent(door)
    door.wait_for_function(f"() => !location.href.includes('{station.key}')")
    assert Visit.objects.count() == 3
    expect(door.locator("form.duty").first).not_to_have_attribute(
        "action", f"/s/{station.key}/duty/"
    )
    old, new = f"{site}/s/{station.key}/", door.url
    read(door, chip(9))
    expect(door.locator("#here-in")).to_have_text("4")
    assert Visit.objects.count() == 4
    door.wait_for_function(f"async () => Boolean(await caches.match('{new}'))")
    door.context.set_offline(True)
    door.goto(old)  # the page on the home screen leads on, also without a network
    expect(door.locator("#field")).to_be_visible()
    assert door.url == new
    door.context.set_offline(False)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_that_did_not_hear_of_its_change_finds_on(door: Page, station, site: str):  # noqa: F811
    """The answer was lost and the page closed: the phone sends the same change once more."""
    door.evaluate(f"localStorage.setItem('door-key-{station.pk}', '{NEW}')")
    door.goto("about:blank")
    assert change_key(station.key, NEW, "", timezone.now())
    time.sleep(1.1)  # for so long the site remembers whose a key is
    door.goto(f"{site}/s/{station.key}/")
    door.wait_for_url(f"**/s/{NEW}/")
    expect(door.locator("#here-in")).to_have_text("0")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_proxy_or_of_a_network_ends_no_station(door: Page, station):  # noqa: F811
    """What waits stays, and is sent when the site answers again."""
    door.evaluate(
        """() => {
            globalThis.ownFetch = fetch;
            const headers = { "Content-Type": "text/html" };
            globalThis.fetch = async () => new Response("<h1>404 Not Found</h1>", { status: 404, headers });
        }"""
    )
    read(door, chip(1))
    door.wait_for_timeout(1500)
    expect(door.locator("#queue")).to_have_attribute("data-waiting", "1")
    assert not Visit.objects.exists()
    door.evaluate("() => { globalThis.fetch = ownFetch; }")
    all_sent(door)
    assert Visit.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_network_changes_no_key(door: Page, station):  # noqa: F811
    """It answers everything with its sign-in, and well; the key changes when the site answers."""
    door.evaluate(
        """() => {
            globalThis.ownFetch = fetch;
            const headers = { "Content-Type": "text/html" };
            globalThis.fetch = async () => new Response("<h1>Wi-Fi</h1>", { status: 200, headers });
        }"""
    )
    door.locator(".settings summary").click()
    door.locator("#change-key button").click()
    door.wait_for_timeout(1500)
    assert station.key in door.url
    door.evaluate("() => { globalThis.fetch = ownFetch; dispatchEvent(new Event('online')); }")
    expect(door.locator("#change-key [role=status]")).to_contain_text("Đã đổi khóa", timeout=10_000)
    assert station.key not in door.url


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_waits_is_sent_when_the_same_station_opens_here_again(
    chromium: Browser,
    station,  # noqa: F811
    site: str,
):
    """The key was changed on another phone while this one had no network, as its page says."""
    with chromium.new_context(locale="vi-VN", **PHONE) as context:
        door = context.new_page()
        door.goto(f"{site}/s/{station.key}/")
        door.evaluate("navigator.serviceWorker.ready")
        context.set_offline(True)
        read(door, chip(1))
        door.wait_for_timeout(500)
        assert change_key(station.key, NEW, "", timezone.now())
        time.sleep(1.1)  # for so long the site remembers whose a key is
        context.set_offline(False)
        heading = door.get_by_role("heading", level=1)
        expect(heading).to_contain_text("không phải của trạm nào", timeout=15_000)
        assert not Visit.objects.exists()
        door.goto(f"{site}/s/{NEW}/")
        expect(door.locator("#here-in")).to_have_text("1", timeout=15_000)
    assert Visit.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_at_its_end_nothing_of_the_door_stays_on_the_phone(door: Page, station, site: str):  # noqa: F811
    """What was scanned before is sent first."""
    read(door, chip(1))
    all_sent(door)
    door.context.set_offline(True)
    read(door, chip(2))
    door.wait_for_timeout(500)
    Station.objects.update(revoked_at=timezone.now())
    door.context.set_offline(False)
    expect(door.get_by_role("heading", level=1)).to_contain_text("không còn", timeout=15_000)
    assert Visit.objects.count() == 2
    door.wait_for_function("async () => !(await indexedDB.databases()).length", timeout=10_000)
    assert (
        door.evaluate("Object.keys(localStorage).filter((name) => /recent|key/.test(name))") == []
    )
    assert door.evaluate("caches.match(location.href).then(Boolean)") is False
    door.go_back()
    door.wait_for_timeout(500)
    assert station.venue.name not in door.content()
