"""Bringing venues in with a real browser: by keyboard, on a phone, with and without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in
from tests.venues.lists import as_xlsx, row
from venues.models import Import, Venue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

START = "/dashboard/842/import/"
ROWS = [
    row(),
    row(name="Hợp tác xã dịch vụ nông nghiệp Long Đức Thành Công", phone="0900000002"),
    row(name="", phone="12"),
    row(commune="Long Đứk"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "danh sách.xlsx"
    path.write_bytes(as_xlsx(ROWS))
    return path


def test_a_dirty_list_is_checked_and_its_good_rows_added_by_keyboard(client, desk, site, file):
    sign_in(client, desk, make.official(make.tree().here))
    desk.goto(START)
    assert_accessible(desk)
    desk.locator("input[type=file]").set_input_files(file)
    press(desk, "form[enctype] button")
    expect(desk.locator("progress")).to_be_visible()
    assert_accessible(desk)
    make.work_off()
    expect(desk.locator(".decision")).to_be_visible()  # the page asks again by itself
    assert_accessible(desk)
    screenshot(desk, "import-found-desk")
    press(desk, "a[href$='decide/']")
    desk.wait_for_url("**/decide/")
    assert_accessible(desk)
    press(desk, "main form button[type=submit]")
    expect(desk.locator("progress")).to_be_visible()
    make.work_off()
    expect(desk.locator(".notice.go")).to_contain_text("Đã thêm 2 địa điểm.")
    assert_accessible(desk)
    screenshot(desk, "import-done-desk")
    assert Venue.objects.count() == 2


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_shows_every_page_without_scrolling_sideways(client, phone, site, colours):
    official = make.official(make.tree().here)
    listed = make.listed(official)
    sign_in(client, phone, official)
    phone.emulate_media(color_scheme=colours)
    for name, address in {
        "start": "",
        "found": f"{listed.pk}/",
        "ask": f"{listed.pk}/decide/",
    }.items():
        phone.goto(START + address)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"import-{name}-phone-{colours}")


def test_it_works_without_script(client, scriptless_phone, site, file):
    phone = scriptless_phone
    sign_in(client, phone, make.official(make.tree().here))
    phone.goto(START)
    phone.locator("input[type=file]").set_input_files(file)
    phone.locator("form[enctype] button").click()
    expect(phone.locator("progress")).to_be_visible()
    make.work_off()
    # The page comes anew by itself.
    expect(phone.locator(".decision")).to_be_visible(timeout=20_000)
    assert Import.objects.get().faulty == 2


def press(browser: Page, control: str) -> None:
    browser.locator(control).focus()
    browser.keyboard.press("Enter")
