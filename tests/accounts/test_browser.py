"""Officials' accounts in a real browser: invited, protected, signed in, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account, Role
from tests import make
from tests.browser import assert_accessible, assert_fits, press, screenshot, sign_in, type_in
from tests.second_step import code, secret_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "đồng lúa xanh rì"
TOUCH_ID = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def look(page: Page, name: str) -> None:
    """Check the page that is open, and keep a picture of it."""
    assert_accessible(page)
    assert_fits(page)
    screenshot(page, f"accounts-{name}")


def password(page: Page, account: Account, typed: str = make.PASSWORD) -> None:
    page.goto("/accounts/login/")
    type_in(page, login=account.email, password=typed)


def test_an_invited_official_comes_to_the_dashboard(client, desk: Page, phone: Page, site: str):
    province = make.tree().province
    sign_in(client, desk, make.official(province, role=Role.ADMINISTRATOR))
    link = invited(desk)
    phone.goto(link)
    look(phone, "accept")
    type_in(phone, password1=NEW, password2=NEW)
    phone.wait_for_url("**/accounts/second-step/")
    look(phone, "set-up")
    press(phone, "Dùng ứng dụng")
    phone.wait_for_url("**/app/")
    look(phone, "app")
    secret = secret_on(phone.locator("#secret").inner_text().replace("\n", " "))
    type_in(phone, code=code(secret, periods_later=-1))
    phone.wait_for_url("**/codes/")
    look(phone, "codes")
    press(phone, "Tôi đã cất giữ")
    phone.wait_for_url("**/dashboard/29239/")
    phone.context.clear_cookies()
    password(phone, Account.objects.get(email="ngoc@travinh.gov.vn"), NEW)
    phone.wait_for_url("**/second/")
    look(phone, "second-step")
    type_in(phone, code=code(secret))
    phone.wait_for_url("**/dashboard/29239/")


def invited(desk: Page) -> str:
    """Invite an official of Phường 1 of the city by keyboard; return the link that is shown."""
    desk.goto("/accounts/people/")
    press(desk, "Mời cán bộ mới")
    desk.wait_for_url("**/invite/")
    look(desk, "invite")
    desk.locator("[role=combobox]").focus()
    desk.keyboard.type("phuong 1 tra vinh")
    expect(desk.locator("[role=listbox] [role=option]")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    type_in(desk, email="ngoc@travinh.gov.vn", name="Lê Thị Ngọc")
    desk.wait_for_url("**/invited/")
    look(desk, "invited")
    return desk.locator("#link").inner_text().strip()


def test_a_passkey_is_made_and_signs_in(phone: Page, site: str):
    account = make.official(make.tree().here)
    session = phone.context.new_cdp_session(phone)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCH_ID})
    password(phone, account)
    phone.wait_for_url(re.compile("/accounts/second-step/"))
    press(phone, "Tạo khóa truy cập")
    phone.wait_for_url("**/passkey/")
    look(phone, "passkey")
    type_in(phone, name="Điện thoại của tôi")
    phone.wait_for_url("**/codes/")
    press(phone, "Tôi đã cất giữ")
    phone.wait_for_url("**/dashboard/842/")
    phone.context.clear_cookies()
    password(phone, account)
    phone.wait_for_url("**/second/")
    look(phone, "second-step-passkey")
    press(phone, "Dùng khóa truy cập")
    phone.wait_for_url("**/dashboard/842/")
    phone.goto("/accounts/security/")
    expect(phone.locator("#factors")).to_contain_text("Điện thoại của tôi")
    look(phone, "security")


def test_a_device_without_the_passkey_says_so_and_the_code_still_works(phone: Page, site: str):
    session = phone.context.new_cdp_session(phone)
    session.send("WebAuthn.enable")
    password(phone, make.official(make.tree().here))
    phone.wait_for_url(re.compile("/accounts/second-step/"))
    phone.goto("/accounts/second-step/passkey/")
    phone.evaluate("() => { navigator.credentials.create = () => Promise.reject(Error('none')); }")
    type_in(phone, name="Máy")
    expect(phone.locator("#passkey-failed")).to_be_focused()
    look(phone, "passkey-failed")
    press(phone, "Chọn cách khác")
    phone.wait_for_url("**/accounts/second-step/")


def test_without_script_the_app_is_offered(scriptless_phone: Page, site: str):
    phone = scriptless_phone
    phone.goto("/accounts/login/")
    phone.fill("[name=login]", make.official(make.tree().here).email)
    phone.fill("[name=password]", make.PASSWORD)
    phone.locator("main form button").first.click()
    phone.goto("/accounts/second-step/passkey/")
    phone.get_by_role("link", name="Dùng ứng dụng").click()
    secret = secret_on(re.sub(r"\s+", " ", phone.locator("#secret").inner_text()))
    phone.fill("[name=code]", code(secret))
    phone.get_by_role("button", name="Hoàn tất").click()
    phone.get_by_role("button", name="Tôi đã cất giữ").click()
    phone.wait_for_url("**/dashboard/842/")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_of_people_fit_and_are_accessible(client, phone, site, colours: str):
    tree = make.tree()
    account = make.official(tree.province, role=Role.ADMINISTRATOR)
    long = "Nguyễn Phước Quý Thị Hoàng Phương Thảo, Phó Trưởng Ban Chỉ đạo phòng chống dịch"
    ward = make.official(tree.ward_here, "mot-dia-chi-rat-dai@phuong1.travinh.gov.vn", name=long)
    make.invitation(tree.ward_here, invited_by=account, name=long)
    sign_in(client, phone, account)
    phone.emulate_media(color_scheme=colours)
    for name in ("", f"{ward.pk}/", f"{ward.pk}/change/", f"{ward.pk}/close/", "invite/"):
        phone.goto(f"/accounts/people/{name}")
        look(phone, f"people-{name.replace('/', '-')}{colours}")
