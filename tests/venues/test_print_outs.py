"""The poster as files: what they hold, and what a browser may keep."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from districts.days import local_day
from venues.posters.words import PosterSheet, PosterSize


@pytest.fixture
def files(page, venue):
    reader = page.by(venue.owner)
    return lambda rest, **more: reader.get(f"/venues/{venue.poster.code}/{rest}", **more).response


@pytest.mark.parametrize("paper", PosterSize)
def test_the_printed_codes_lead_to_the_venue(files, venue, paper: str):
    png = Image.open(io.BytesIO(files(f"poster.png?paper={paper}").content))
    pdf = pypdfium2.PdfDocument(files(f"poster.pdf?paper={paper}").content)
    drawn = pdf[0].render(scale=2).to_pil()
    pdf.close()
    for picture in (png, drawn):
        assert [
            code.text for code in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)
        ] == [venue.poster.address]


@pytest.mark.parametrize(
    ("suffix", "kind"), [("pdf", "application/pdf"), ("png", "image/png"), ("svg", "image/svg+xml")]
)
def test_a_file_says_what_it_is_and_no_browser_keeps_it(files, venue, suffix: str, kind: str):
    first = files(f"poster.{suffix}")
    assert first["Content-Type"] == kind
    assert f"poster-{venue.poster.displayed_code}-a4.{suffix}" in first["Content-Disposition"]
    assert first["Cache-Control"] == "no-store, private"
    assert "ETag" not in first


@pytest.mark.parametrize("rest", ["poster.gif", "poster.", "poster.pdf?paper=a3", "poster.pdf/"])
def test_other_formats_do_not_exist(files, rest: str):
    files(rest, status=404)


def test_the_poster_says_which_venue_it_is_of(venue):
    sheet, poster = PosterSheet.of(venue.poster), venue.poster
    assert (sheet.venue_name, sheet.place) == ("Chợ Trà Vinh", "Phường 1, Thành phố Trà Vinh")
    assert (sheet.code, sheet.serial, sheet.address) == (poster.code, poster.serial, poster.address)
    assert sheet.issued_on == local_day(poster.issued_at)


@pytest.mark.parametrize(("suffix", "prints"), [("pdf", True), ("png", True), ("svg", False)])
def test_fetching_a_file_to_print_is_kept_as_the_first_printing(files, venue, suffix, prints):
    files(f"poster.{suffix}")
    first = venue.poster.printed_at
    assert bool(first) is prints
    files(f"poster.{suffix}?paper=card")
    assert venue.poster.printed_at == first
