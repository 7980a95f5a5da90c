"""Going back, in a browser that keeps whole pages: after forgetting and signing out nothing is seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from checkin_site import traces
from tests import browser, make
from tests.declarations.scene import address_of
from tests.declarations.test_browser_notices import declare

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME, MASK, PHONE = "Nguyễn Thị Ánh", "N.T.Á", "0912345678"
_KEEPS = "--disable-back-forward-cache"  # what is said to browsers under test, and to no other


@pytest.fixture
def keeping(chromium: Browser, site: str, venue) -> Iterator[Page]:
    """A phone whose browser keeps pages whole, as those of people do."""
    make.sealing_key()
    path = browser.chromium_path()
    own = chromium.browser_type.launch(
        executable_path=path, args=browser.FLAGS, ignore_default_args=[_KEEPS]
    )
    context = own.new_context(base_url=site, locale="vi-VN", **browser.PHONE)
    context.set_default_timeout(10_000)
    yield context.new_page()
    own.close()


def shown_going_back(page: Page, times: int) -> str:
    """Go back so many times; return all that the pages said and that their fields held."""
    said = ""
    for _time in range(times):
        page.evaluate("history.back()")
        page.wait_for_timeout(400)
        said += page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('input:not([type=hidden])')]"
            ".map((field) => field.value).join(' ')"
        )
    return said


@pytest.mark.parametrize("is_mended", [True, False])
def test_back_after_forgetting_shows_nothing(keeping: Page, venue, monkeypatch, is_mended: bool):
    if not is_mended:
        monkeypatch.setattr(traces, "_is_of_somebody", lambda *_of: False)
        keeping.route("**/forget.js", lambda route: route.abort())
    declare(keeping, address_of(venue))
    keeping.goto("/me/")
    assert MASK in keeping.content()
    keeping.locator("#forget button").click()
    keeping.wait_for_load_state()
    assert MASK not in keeping.content()
    said = shown_going_back(keeping, 3)
    assert any(word in said for word in (NAME, MASK, PHONE)) is not is_mended


def test_back_after_signing_out_shows_nothing(keeping: Page, venue, client):
    browser.sign_in(client, keeping, venue.owner)
    for address in ("/", "/venues/", f"/venues/{venue.poster.code}/"):
        keeping.goto(address)
    assert venue.name in keeping.content()
    keeping.locator("form[action*='sign-out'] button").first.click()
    keeping.wait_for_load_state()
    assert venue.name not in shown_going_back(keeping, 2)
