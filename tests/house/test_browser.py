"""The browser fixtures themselves: they must notice what they promise to notice."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser, make, make_stations

pytestmark = pytest.mark.browser


def test_the_front_door_opens_on_a_phone(any_phone: Page):
    assert any_phone.goto("/").ok
    expect(any_phone.locator("h1")).to_be_visible()
    assert any_phone.locator("h1").evaluate("e => getComputedStyle(e).lineHeight") != "normal"


def test_the_front_door_is_accessible(phone: Page):
    phone.goto("/")
    browser.assert_accessible(phone)
    browser.assert_fits(phone)
    browser.screenshot(phone, "home-phone")


def test_letters_twice_as_large_need_no_scrolling_sideways(phone: Page, client):
    venue = make.venue("Chợ Trà Vinh", owner=make.owner())
    door = make_stations.station(venue, "Cổng chính, phía chợ cá")
    browser.sign_in(client, phone, venue.owner)
    stations = f"/venues/{venue.poster.code}/stations/"
    for address in ("/", "/accounts/sessions/", stations, f"/s/{door.key}/", "/v/NOWHERE1/"):
        phone.goto(address)
        phone.evaluate("document.documentElement.style.fontSize = '200%'")
        browser.assert_fits(phone)


def test_the_live_site_sees_what_the_test_makes(desk: Page, site: str):
    make.sealing_key()
    venue = make.venue("Chợ Trà Vinh")
    desk.goto(f"/v/{venue.poster.code}/")
    expect(desk.get_by_text("Chợ Trà Vinh").first).to_be_visible()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('broken')", "broken"),
        ("setTimeout(() => { throw new Error('thrown') })", "thrown"),
        ("fetch('/nothing.js')", "404"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<p style=color:red>')",
            "Content Security",
        ),
        ("fetch('https://example.com/x')", "Content Security Policy"),
    ],
)
def test_a_complaint_of_the_browser_fails_the_test(
    chromium: Browser, site: str, script: str, complaint: str
):
    pages = browser._page(chromium, site, browser.PHONE)
    page = next(pages)
    page.goto("/")
    page.evaluate(f"() => {{ try {{ {script} }} catch (e) {{}} }}")
    page.wait_for_timeout(200)
    with pytest.raises(AssertionError, match=complaint):
        next(pages)
