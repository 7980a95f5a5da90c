"""Typing a sheet in without touching the mouse, and a card that is scanned from a screen."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from declarations.models import Visit
from stations.sheets import issue
from tests import make, make_stations
from tests.browser import assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_five_lines_are_typed_by_keyboard_alone(venue, client, desk: Page, phone: Page, site: str):
    make.sealing_key()
    (sheet,) = issue(venue, 1, venue.owner, timezone.now())
    sign_in(client, desk, venue.owner)
    desk.goto(f"{site}/p/{sheet.code}/")
    desk.locator("#id_day").fill(f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}")
    desk.locator("#id_came-1").focus()
    for row in range(1, 6):
        for text in ("0001", "", f"Nguyễn Văn Thử {'ABCDE'[row - 1]}", "75", f"091234567{row}", ""):
            desk.keyboard.type(text)
            desk.keyboard.press("Enter")
    desk.locator("#lines button.button:not(.second)").press("Enter")
    desk.wait_for_selector(".stored")
    assert Visit.objects.count() == 5
    assert_accessible(desk)
    sign_in(client, phone, venue.owner)
    phone.goto(f"{site}/p/{sheet.code}/")
    assert_fits(phone)


def test_a_card_is_read_from_the_phones_screen(venue, phone: Page, site: str):
    make.sealing_key()
    kept = {"name": "memory", "value": make_stations.memory_of_two(), "url": f"{site}/"}
    phone.context.add_cookies([kept])
    phone.goto(f"{site}/me/")
    assert_accessible(phone)
    phone.locator(".own-card").scroll_into_view_if_needed()
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(phone.screenshot())))
    assert len(code.text) == 20
