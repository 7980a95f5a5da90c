"""An official's first day: invited, protected, and from a number to what was done about it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.models import Role
from dashboards.models import Approach
from tests import make
from tests.browser import assert_accessible, assert_fits, press, screenshot, sign_in, type_in
from tests.messages import received
from tests.second_step import code, secret_on
from venues.models import Venue

from .province import open_province

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "bến phà sáng sớm"


@pytest.fixture
def silent(transactional_db) -> Venue:
    """A shop of Phường 1 where nobody has been for a fortnight; a market beside it is used."""
    open_province()
    market = make.venue("Chợ Trà Vinh")
    make.visit(market, timezone.now())
    shop = make.venue("Tạp hoá Phước Lộc", owner=make.owner("+84900000002"))
    for days_ago in range(14, 21):
        make.visit(shop, timezone.now() - timedelta(days=days_ago), stay=timedelta(minutes=9))
    return shop


def test_from_the_invitation_to_the_silent_venue_reminded_and_taken_away(
    client, desk: Page, phone: Page, silent: Venue
):
    sign_in(client, desk, make.official(make.tree().province, role=Role.ADMINISTRATOR))
    protect(phone, invited(desk))
    look(phone, "first-day")
    remind(phone, silent)
    assert "Tạp hoá Phước Lộc" in received("+84900000002")[-1]
    assert Approach.objects.get().venue == silent
    rows = taken_away(phone)
    assert [(row[1], "nhắc" in str(row).casefold()) for row in rows] == [(silent.name, True)]


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    assert_fits(page)
    screenshot(page, f"journey-{name}")


def invited(desk: Page) -> str:
    """Invite an official of Phường 1; return the link to hand over."""
    desk.goto("/accounts/people/")
    press(desk, "Mời cán bộ mới")
    desk.locator("[role=combobox]").focus()
    desk.keyboard.type("phuong 1 thanh pho tra vinh")
    expect(desk.locator("[role=listbox] [role=option]")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    type_in(desk, email="can-bo@example.vn", name="Cán bộ Phường 1")
    desk.wait_for_url("**/invited/")
    return desk.locator("#link").inner_text().strip()


def protect(phone: Page, link: str) -> None:
    """Accept, choose a password, set the second step up, and come to the dashboard."""
    phone.goto(link)
    type_in(phone, password1=PASSWORD, password2=PASSWORD)
    phone.wait_for_url("**/accounts/second-step/")
    press(phone, "Dùng ứng dụng")
    secret = secret_on(phone.locator("#secret").inner_text().replace("\n", " "))
    type_in(phone, code=code(secret))
    phone.wait_for_url("**/codes/")
    press(phone, "Tôi đã cất giữ")
    phone.wait_for_url("**/dashboard/29239/")


def remind(phone: Page, venue: Venue) -> None:
    """Go from what there is to do to the worklist, choose the venue and send the message."""
    phone.locator("main a[href$='/silent/']").first.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/silent/**")
    look(phone, "worklist")
    phone.get_by_role("checkbox", name=venue.name).focus()
    phone.keyboard.press("Space")
    press(phone, "Nhắc các địa điểm đã chọn")
    phone.wait_for_url("**/remind/?v=*")
    look(phone, "remind")
    phone.locator("form[action$='remind/'] button[type=submit]").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/silent/")
    expect(phone.locator(".notice.success")).to_be_visible()


def taken_away(phone: Page) -> list[tuple]:
    """Take the worklist away as a workbook; return its rows below the headings."""
    with phone.expect_download() as waiting:
        phone.locator("main a[href$='silent.xlsx']").focus()
        phone.keyboard.press("Enter")
    content = Path(waiting.value.path()).read_bytes()
    sheet = load_workbook(BytesIO(content), read_only=True).active
    return list(sheet.iter_rows(min_row=3, values_only=True))
