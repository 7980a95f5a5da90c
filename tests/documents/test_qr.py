"""QR codes: whatever they are drawn as, a reader gets the text back."""

import io
from datetime import date

import pytest
import zxingcpp
from PIL import Image, ImageOps

from documents import qr
from documents.marks import Ink, Outline, Placed
from documents.pdf import MarkedPdf, picture_of

ADDRESS = "https://khaibao.travinh.gov.vn/v/ABCD2345"


def read(picture: Image.Image) -> list[str]:
    framed = ImageOps.expand(picture.convert("L"), 40, 255)
    return [code.text for code in zxingcpp.read_barcodes(framed, zxingcpp.BarcodeFormat.QRCode)]


@pytest.mark.parametrize("text", [ADDRESS, ADDRESS.upper(), "12345678901234567890", "Chợ 王"])
@pytest.mark.parametrize("make", [qr.symbol, qr.symbol_on_screen])
def test_an_outline_is_read_back(text, make):
    symbol = make(text)
    pdf = MarkedPdf(50, 50, "", date(2021, 11, 5))
    pdf.add_page()
    pdf.draw([Placed(Outline(symbol.outline, Ink.BLACK), 5, 5, 40 / symbol.modules)])
    assert read(Image.open(io.BytesIO(picture_of(pdf.finished(), 200)))) == [text]


def test_a_picture_and_letters_are_read_back():
    assert read(qr.picture(ADDRESS)) == [ADDRESS]
    rows = qr.in_letters(ADDRESS).splitlines()
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, letter in enumerate(row.replace("\xa0", " ")):
            halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255)}.get(letter, (0, 0))
            for half, light in enumerate(halves):
                picture.putpixel((x, 2 * y + half), light)
    large = picture.resize((picture.width * 8, picture.height * 8), Image.Resampling.NEAREST)
    assert read(large) == [ADDRESS]
