"""The worklist in a real browser: by keyboard, on a phone, without anything axe would find."""

import pytest
from playwright.sync_api import expect

from dashboards.models import Approach
from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in
from tests.messages import received

from .silence_scene import decision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def venues(transactional_db) -> list:
    """Two silent venues in the ward here, one of them with a decision."""
    made = [make.venue("Chợ Trà Vinh"), make.venue("Quán Hoà Bình")]
    decision(made[0], status="suspended")
    return made


def pages(venue) -> dict[str, str]:
    start = "/dashboard/842/silent/"
    return {
        "list": start,
        "venue": f"{start}{venue.poster.code}/",
        "remind": f"{start}remind/?v={venue.pk}",
        "progress": f"{start}progress/",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_shows_every_page_without_scrolling_sideways(client, phone, site, venues, colours):
    sign_in(client, phone, make.official(make.tree().here))
    phone.emulate_media(color_scheme=colours)
    for name, address in pages(venues[0]).items():
        phone.goto(address)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"silent-{name}-phone-{colours}")


def test_a_desk_shows_every_page(client, desk, site, venues):
    sign_in(client, desk, make.official(make.tree().here))
    for name, address in pages(venues[0]).items():
        desk.goto(address)
        assert_accessible(desk)
        assert_fits(desk)
        screenshot(desk, f"silent-{name}-desk")


def test_the_work_can_be_done_by_keyboard_alone(client, desk, site, venues):
    sign_in(client, desk, make.official(make.tree().here))
    desk.goto("/dashboard/842/silent/")
    for box in desk.get_by_role("checkbox").all():
        box.focus()
        desk.keyboard.press("Space")
    desk.locator("form[action$='remind/'] button[type=submit]").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/remind/?v=*")
    desk.locator("form[action$='remind/'] button[type=submit]").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/silent/")
    assert len(received()) == 2


def test_a_visit_is_written_down_without_script(client, scriptless_phone, site, venues):
    phone = scriptless_phone
    sign_in(client, phone, make.official(make.tree().here))
    phone.goto(pages(venues[0])["venue"])
    phone.locator("input[name=way][value=visited]").check()
    phone.locator("select[name=finding]").select_option("new_poster")
    phone.locator("form[action$='approach/'] button[type=submit]").click()
    expect(phone.locator(".notice.success")).to_be_visible()
    assert Approach.objects.get().finding == "new_poster"
