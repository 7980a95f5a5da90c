"""The map in a real browser: reached by keyboard, readable by everybody, alive with the figures."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards import views
from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "#circle-842"


@pytest.fixture
def official(transactional_db):
    """Sees two districts with points, and a visit in one of them."""
    tree = make.tree()
    for unit, place in ((tree.here, (9.95, 106.33)), (tree.next_door, (9.63, 106.49))):
        unit.latitude, unit.longitude = place
        unit.save()
    make.visit(make.venue(), timezone.now())
    return make.official(tree.province)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("measure", ["used", "in"])
def test_everybody_can_read_the_map(phone: Page, client, site, official, colours, measure):
    sign_in(client, phone, official)
    phone.emulate_media(color_scheme=colours)
    phone.goto(f"/dashboard/84/?map={measure}")
    expect(phone.get_by_role("link", name="Thành phố Trà Vinh:")).to_be_visible()
    assert_accessible(phone)
    assert_fits(phone)
    screenshot(phone, f"map-{measure}-{colours}")


def test_what_is_to_do_stands_before_the_map(desk: Page, client, site, official):
    sign_in(client, desk, official)
    make.venue("Quán im lặng")
    desk.goto("/dashboard/84/")
    to_do, drawn = desk.locator(".to-do").bounding_box(), desk.locator("#map").bounding_box()
    assert to_do["y"] + to_do["height"] <= drawn["y"]


def test_a_circle_is_chosen_with_the_keyboard(desk: Page, client, site, official):
    sign_in(client, desk, official)
    desk.goto("/dashboard/84/?map=silent")
    desk.locator("#measure-worry").focus()
    for _key in range(4):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.id") == HERE.removeprefix("#"):
            break
    assert (
        desk.locator(f"{HERE} circle").evaluate("c => getComputedStyle(c).outlineStyle") == "solid"
    )
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/dashboard/842/?map=silent")


def test_a_measure_survives_counting_anew(phone, client, site, official, monkeypatch):
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    sign_in(client, phone, official)
    phone.goto("/dashboard/84/")
    phone.locator("#measure-in").click()
    expect(phone.locator(HERE)).to_have_attribute("aria-label", "Thành phố Trà Vinh: 1")
    phone.locator(HERE).focus()
    make.visit(make.Venue.objects.get(), timezone.now())
    expect(phone.locator(HERE)).to_have_attribute("aria-label", "Thành phố Trà Vinh: 2")
    expect(phone.locator("#measure-in")).to_have_attribute("aria-current", "true")
    assert phone.evaluate("document.activeElement.id") == HERE.removeprefix("#")


def test_the_map_works_without_script(scriptless_phone: Page, client, site, official):
    sign_in(client, scriptless_phone, official)
    scriptless_phone.goto("/dashboard/84/")
    scriptless_phone.locator("#measure-rate").click()
    scriptless_phone.locator("#map-numbers").click()
    expect(scriptless_phone.locator("th[aria-sort=descending] a")).to_have_id("sort-rate")
    scriptless_phone.locator(f"{HERE} circle").click()
    scriptless_phone.wait_for_url("**/dashboard/842/?map=rate")
