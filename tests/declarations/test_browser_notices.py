"""On a visitor's phone: told of a place, told what to do, put away, and still on the own page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from declarations.notices import forget_published
from tests import browser, make, make_tracing
from venues.models import Venue

from .scene import address_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = "Bạn đã đến nơi đang có ca bệnh"


@pytest.fixture
def venue() -> Venue:
    make.sealing_key()
    return make.venue()


def test_a_phone_tells_its_visitor_with_and_without_script(any_phone: Page, venue: Venue):
    declare(any_phone, address_of(venue))
    now = timezone.now()
    make_tracing.notice(venue, now - timedelta(hours=1), now + timedelta(hours=1))
    forget_published()
    for address in ("/", "/notices/", any_phone.url, f"{address_of(venue)}?other=1", "/me/"):
        any_phone.goto(address)
        expect(any_phone.get_by_role("heading", name=TOLD)).to_be_visible()
        expect(any_phone.get_by_role("link", name="19009095").first).to_be_visible()
        seen(any_phone, address)
    any_phone.goto(address_of(venue))
    any_phone.get_by_role("button", name="Tôi đã đọc").click()
    assert any_phone.url.endswith(address_of(venue))
    expect(any_phone.get_by_role("heading", name=TOLD)).to_have_count(0)
    any_phone.goto("/me/")
    expect(any_phone.get_by_role("heading", name=TOLD)).to_be_visible()
    expect(any_phone.get_by_role("button", name="Tôi đã đọc")).to_have_count(0)


def test_the_public_page_fits_a_phone_and_finds_a_place(phone: Page, venue: Venue):
    long = make.venue("Công ty TNHH một thành viên xuất nhập khẩu thuỷ sản Nguyễn Đình Chiểu")
    for number, one in enumerate([venue, long]):
        start = make.moment("08:00", days_ago=number + 1)
        make_tracing.notice(one, start, start + timedelta(hours=1))
    phone.goto("/")
    browser.press(phone, "Địa điểm có ca bệnh đã đến")
    phone.wait_for_url("**/notices/")
    browser.assert_fits(phone)
    browser.assert_accessible(phone)
    browser.screenshot(phone, "notices")
    browser.type_in(phone, q="cho tra vinh")
    expect(phone.get_by_text(venue.name)).to_be_visible()
    expect(phone.get_by_text(long.name)).to_have_count(0)


def declare(phone: Page, address: str) -> None:
    """Fill in the whole form by hand and send it."""
    phone.goto(address)
    for name, text in {"full_name": "Nguyễn Thị Ánh", "phone": "0912345678", "birth_year": "1975",
                       "address": "12 Lê Lợi"}.items():  # fmt: skip
        phone.locator(f"[name={name}]").fill(text)
    phone.locator("select[name=commune]").select_option("29239", force=True)
    for name in ("case_contact", "symptomatic_contact", "area_contact", "travelled"):
        phone.locator(f"[name={name}][value=no]").check(force=True)
    phone.locator("[name=gender][value=female]").check(force=True)
    phone.locator("[name=consent]").check(force=True)
    phone.locator("#check-in button[type=submit]").last.click()
    phone.wait_for_url("**/r/**")


def seen(phone: Page, address: str) -> None:
    """Check how the page looks; axe needs script."""
    name = address.strip("/").split("?")[0].replace("/", "-")[:12] or "home"
    browser.screenshot(phone, f"met-{name}")
    if phone.evaluate("document.documentElement !== null"):
        browser.assert_fits(phone)
