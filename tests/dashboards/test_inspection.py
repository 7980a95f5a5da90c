"""The inspection team's sheet, opened and read as a PDF."""

from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone

from dashboards.silence import inspection
from tests import make

pytestmark = pytest.mark.django_db
NASTY = [
    "=cmd|' /C calc'!A0",
    "Chợ 🐔 <script>alert(1)</script>",
    "ហាងកាហ្វេ ភូមិថ្មី",
    "B" * 150,
    "a\u0323\u0302\u0301" * 30,
    "Quán   Ｆｕｌｌ ﷽ Hoà Bình",
    "🐔🐔",
]


def sheet(page, account, url="/dashboard/84/silent/sheet.pdf"):
    screen = page.by(account).get(url)
    assert screen.response["Content-Type"] == "application/pdf"
    return pypdfium2.PdfDocument(screen.response.content)


def words(document) -> str:
    return " ".join(
        "".join(one.get_textpage().get_text_range()).replace("\r\n", " ") for one in document
    )


def test_it_reads_like_an_official_document(page, official, venue):
    text = words(sheet(page, official))
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "TỈNH TRÀ VINH",
        "PHIẾU KIỂM TRA",
        "Chợ Trà Vinh",
        "12 Bạch Đằng",
        "0912 345 678",
        venue.poster.displayed_code,
        "Trang 1/1",
        "TRƯỞNG ĐOÀN KIỂM TRA",
    ):
        assert said in text


def test_it_is_a4_across(page, official, venue):
    width, height = sheet(page, official)[0].get_size()
    assert (round(width), round(height)) == (842, 595)


def test_each_code_opens_the_page_of_its_venue(page, official, venue, settings):
    settings.SITE_ADDRESS = "https://khai-bao.example.vn"
    other = make.venue("Quán")
    picture = sheet(page, official)[0].render(scale=4).to_pil()
    read = {one.text for one in zxingcpp.read_barcodes(picture)}
    assert read == {
        f"https://khai-bao.example.vn/dashboard/84/silent/{one.poster.code}/"
        for one in (venue, other)
    }


def test_the_filters_of_the_list_are_those_of_the_sheet(page, official, venue):
    make.visit(make.venue("Quán Cũ"), timezone.now() - timedelta(days=8))
    text = words(sheet(page, official, "/dashboard/84/silent/sheet.pdf?reason=quiet"))
    assert "Quán Cũ" in text
    assert "Chợ Trà Vinh" not in text


def test_an_empty_list_is_a_sheet_without_rows(page, official):
    document = sheet(page, official)
    assert len(document) == 1
    assert "0 địa điểm" in words(document)


@pytest.mark.parametrize("name", NASTY)
def test_no_name_spoils_the_sheet(page, official, name):
    make.venue(name, address=name[:100], responsible_name=name[:100])
    document = sheet(page, official)
    assert len(document) == 1
    assert "0912 345 678" in words(document)


def test_long_lists_repeat_their_heading_and_number_their_pages(page, official):
    for number in range(30):
        make.venue(f"Quán số {number:03}")
    document = sheet(page, official)
    pages = len(document)
    assert pages == 5
    for number, one in enumerate(document, start=1):
        text = one.get_textpage().get_text_range()
        assert f"Trang {number}/{pages}" in text
        assert "Người phụ trách" in text
    assert {f"Quán số {number:03}" in words(document) for number in range(30)} == {True}


def test_more_than_there_is_room_for_is_said(page, official, monkeypatch):
    monkeypatch.setattr(inspection, "MOST_ON_PAPER", 2)
    for number in range(3):
        make.venue(f"Quán số {number}")
    text = words(sheet(page, official))
    assert "2 địa điểm đầu danh sách" in text


def test_two_tiers_and_three_have_a_heading(page, tree, venue):
    for unit, heading in (
        (tree.here, "THÀNH PHỐ TRÀ VINH"),
        (tree.ward_here, "PHƯỜNG 1, THÀNH PHỐ"),
    ):
        official = make.official(unit)
        assert heading in words(sheet(page, official, f"/dashboard/{unit.code}/silent/sheet.pdf"))
