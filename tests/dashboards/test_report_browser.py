"""The report and the tables in a real browser: readable, reachable, printable, downloadable."""

import io

import openpyxl
import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests import make
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def official(transactional_db):
    venue = make.venue()
    make.visit(venue, timezone.now())
    return make.official(make.tree().province)


def test_the_report_can_be_read_by_everybody(phone: Page, client, site, official):
    sign_in(client, phone, official)
    for address in ("report/", "report/?day=x"):
        phone.goto(f"/dashboard/84/{address}")
        assert_accessible(phone)
        assert_fits(phone)
    screenshot(phone, "report-phone")


def test_a_printed_report_is_an_official_document_and_nothing_else(
    desk: Page, client, site, official
):
    sign_in(client, desk, official)
    desk.goto("/dashboard/84/report/")
    screenshot(desk, "report-desk")
    paper = pypdfium2.PdfDocument(desk.pdf(prefer_css_page_size=True))
    pages = [page.get_textpage().get_text_bounded() for page in paper]
    paper.close()
    assert " ".join(pages[0].split()).startswith("BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH TỈNH TRÀ VINH")
    said = " ".join(pages)
    assert "TM. BAN CHỈ ĐẠO" in said
    assert "XLSX" not in said
    assert "Đổi mật khẩu" not in said


@pytest.mark.parametrize("address", ["sheets/", "days.csv?first=x"])
def test_the_list_of_tables_can_be_read_by_everybody(phone: Page, client, site, official, address):
    sign_in(client, phone, official)
    phone.goto(f"/dashboard/84/{address}")
    assert_accessible(phone)
    assert_fits(phone)
    screenshot(phone, f"sheets-phone-{address[:4]}")


def test_a_chosen_table_lands_on_the_disk(scriptless_phone: Page, client, site, official):
    sign_in(client, scriptless_phone, official)
    scriptless_phone.goto("/dashboard/84/sheets/")
    for press in ("#venues-xlsx", ".days button >> nth=0"):
        with scriptless_phone.expect_download() as waiting:
            scriptless_phone.locator(press).focus()
            scriptless_phone.keyboard.press("Enter")
        path = waiting.value.path()
        assert waiting.value.suggested_filename.endswith(".xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
        assert sheet["A3"].value
