"""The dashboard in a real browser: complete without script, alive with it, for everybody."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards import views
from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE_IN = ".tiles li:nth-child(2) .big"


@pytest.fixture
def address(transactional_db, client, phone: Page, site: str) -> str:
    """A commune's page with a venue and a visit; the phone and its owner are signed in."""
    tree, venue = make.tree(), make.venue()
    make.visit(venue, timezone.now())
    sign_in(client, phone, make.official(tree.province))
    return f"/dashboard/{tree.ward_here.code}/"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_shows_it_all_without_scrolling_sideways(phone, address, colours):
    phone.emulate_media(color_scheme=colours)
    for url in (address, "/dashboard/84/"):
        phone.goto(url)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"dashboard-{url.split('/')[2]}-phone-{colours}")


def test_figures_count_themselves_anew_and_keep_what_is_open(phone, address, monkeypatch):
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    phone.goto(address)
    phone.locator("#trend-numbers summary").click()
    expect(phone.locator(PEOPLE_IN)).to_have_text("1")
    make.visit(make.Venue.objects.get(), timezone.now())
    expect(phone.locator(PEOPLE_IN)).to_have_text("2")
    expect(phone.locator("#rows tbody td.number").nth(2)).to_have_text("2")
    expect(phone.locator("#trend-numbers tbody td").first).to_have_text("2")
    expect(phone.locator("#trend-numbers tbody td").first).to_be_visible()


def test_updating_can_be_stopped(phone, address, monkeypatch):
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    phone.goto(address)
    phone.locator("#pause").click()
    make.visit(make.Venue.objects.get(), timezone.now())
    phone.wait_for_timeout(2500)
    expect(phone.locator(PEOPLE_IN)).to_have_text("1")
    phone.locator("#pause").click()
    expect(phone.locator(PEOPLE_IN)).to_have_text("2")


def test_whoever_was_signed_out_meanwhile_is_led_to_the_sign_in(phone, address, monkeypatch):
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    phone.goto(address)
    phone.context.clear_cookies()
    phone.wait_for_url("**/accounts/login/**")


def test_a_lost_network_is_said_and_the_figures_stay(chromium, client, site, address, monkeypatch):
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    # A context of its own, as the browser is right to complain on the console here.
    desk = chromium.new_context(base_url=site).new_page()
    sign_in(client, desk, make.official(make.tree().here))
    desk.goto(address)
    desk.context.set_offline(True)
    expect(desk.locator("#stale")).to_be_visible()
    expect(desk.locator(PEOPLE_IN)).to_have_text("1")
    desk.context.set_offline(False)
    expect(desk.locator("#stale")).to_be_hidden()
    desk.context.close()


def test_without_script_the_page_is_complete(scriptless_phone, client, site, address):
    make_official = make.official(make.tree().here)
    sign_in(client, scriptless_phone, make_official)
    scriptless_phone.goto(address)
    expect(scriptless_phone.locator(PEOPLE_IN)).to_have_text("1")
    expect(scriptless_phone.locator("#refresh")).to_be_hidden()
    scriptless_phone.locator("#sort-in").click()
    expect(scriptless_phone.locator("th[aria-sort=descending]")).to_have_count(1)
