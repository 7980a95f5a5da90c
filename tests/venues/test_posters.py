"""The printed poster: phones read it, people read it, whatever a venue is called."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import combinations

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from documents import qr
from documents.fonts import Weight, printable
from documents.marks import Lettering
from documents.typesetting import shaped
from venues.posters import door, drawing, words
from venues.posters.drawing import poster_pdf, poster_png, poster_svg
from venues.posters.words import PosterSheet, PosterSize

ADDRESS = "https://khaibao.travinh.gov.vn/v/ABCD2345"
SHEET = PosterSheet(
    venue_name="Quán cà phê Hương",
    place="Phường 1, Thành phố Trà Vinh",
    code="ABCD2345",
    serial="00042-02",
    issued_on=date(2021, 11, 5),
    address=ADDRESS,
)
LONG = (
    "Trung tâm Nuôi dưỡng, Điều dưỡng người có công và Bảo trợ xã hội tổng hợp tỉnh Trà Vinh"
    " – Cơ sở 2, ấp Đầu Bờ"
)
KHMER = "វត្តអង្គរាជបូរី"
NAMES = {
    "short": SHEET.venue_name,
    "long": LONG,
    "khmer": KHMER,
    "both": f"Chùa Âng {KHMER}",
    "emoji": "🍜 Phở Tàu Bay 👨‍👩‍👧 24h",
    "another script": "北京饭店",
    "right to left": "مطعم \u202eQuán Ngon\u202c שלום",
    "fancy": "𝑩ú𝒏 Ｂò ①",
    "tower": "Z̸̡̢̛̗̘̙̜̝̞̟̠̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄̅̆̇̈̉ algo ក្ក្ក្ក្ក្ក្ក្កុំះ់៌៍៎៏័",
    "one word": "Ễ" * 300,
    "one khmer word": "ស្ត្រី" * 60,
    "many words": "Quỹ Ẩm thực " * 25,
    "markup": "<b>&\"'</b> {nb} {site} %s **x** \\ )(",
    "invisible": "\ufeff\u200b\u200d\u00ad",
    "halves of characters": "\ud800 Quán \udfff",
    "empty": "",
}


def named(name: str) -> PosterSheet:
    return replace(SHEET, venue_name=NAMES[name])


def drawn(pdf: bytes, dots_per_inch: float) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dots_per_inch / 72).to_pil().convert("L")
    document.close()
    return picture


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    document.close()
    return " ".join(text.split())


def bare(text: str) -> str:
    return text.replace("\u200b", "").replace("\u00a0", "").replace(" ", "")


def decoded(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)]


def ink_box(line: Lettering) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line's ink on an A4 sheet."""
    edges = []
    for run in shaped(line.text, line.style.weight).runs:
        unit = line.style.size / run.face.units_per_em
        for glyph in run.glyphs:
            ink = run.face.shaper.get_glyph_extents(glyph.number)
            left = line.x + run.x * line.style.size + (glyph.x + ink.x_bearing) * unit
            top = line.baseline - (glyph.y + ink.y_bearing) * unit
            edges.append((left, top, left + ink.width * unit, top - ink.height * unit))
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def lettering(sheet: PosterSheet, paper: PosterSize) -> list[Lettering]:
    return [mark for mark in drawing.poster_marks(sheet, paper) if isinstance(mark, Lettering)]


@pytest.mark.parametrize("paper", PosterSize)
@pytest.mark.parametrize("name", list(NAMES))
def test_a_phone_reads_the_pdf_whatever_the_venue_is_called(name, paper):
    pdf = poster_pdf(named(name), paper)
    assert decoded(drawn(pdf, 72)) == [ADDRESS.upper()]
    assert decoded(drawn(pdf, 150)) == [ADDRESS.upper()]


@pytest.mark.parametrize("paper", PosterSize)
def test_a_phone_reads_the_png_which_prints_in_true_size(paper):
    picture = Image.open(io.BytesIO(poster_png(SHEET, paper)))
    assert decoded(picture.convert("L")) == [ADDRESS.upper()]
    dots = picture.info["dpi"][0]
    assert picture.width / dots * 25.4 == pytest.approx(paper.width, abs=0.3)
    assert picture.height / dots * 25.4 == pytest.approx(paper.height, abs=0.3)


@pytest.mark.parametrize(("paper", "side"), [(PosterSize.A4, 150), (PosterSize.A5, 100)])
def test_the_code_has_its_size_and_nothing_stands_in_its_quiet_zone(paper, side):
    per_millimetre = 8
    picture = drawn(poster_pdf(named("long"), paper), 25.4 * per_millimetre)
    quiet = side / qr.symbol(ADDRESS).modules * qr.QUIET_MODULES
    top = door.PLANS[paper].symbol_top * paper.width / drawing.width(paper)
    middle = paper.width / 2
    zone = [middle - side / 2 - quiet, top - quiet, middle + side / 2 + quiet, top + side + quiet]
    inside = picture.crop([round(edge * per_millimetre) for edge in zone])
    left, upper, right, lower = inside.point(lambda grey: 255 * (grey < 240)).getbbox()
    assert (right - left) / per_millimetre == pytest.approx(side, abs=0.4)
    assert (lower - upper) / per_millimetre == pytest.approx(side, abs=0.4)
    assert left / per_millimetre == pytest.approx(quiet, abs=0.4)
    assert upper / per_millimetre == pytest.approx(quiet, abs=0.4)


@pytest.mark.parametrize("host", ["a.vn", "khai-bao-y-te.dia-diem.cap-tinh.travinh.gov.vn"])
def test_hosts_of_any_length_have_the_same_code_size_and_can_be_typed(host):
    address = f"HTTPS://{host.upper()}/V/ABCD2345"
    pdf = poster_pdf(replace(SHEET, address=address))
    assert decoded(drawn(pdf, 72)) == [address]
    assert qr.symbol(address).modules == qr.LEAST_MODULES
    assert f"Vào {host} và nhập mã" in text_of(pdf)


@pytest.mark.parametrize("name", ["short", "long", "khmer", "both", "markup"])
def test_the_pdf_says_in_real_text_what_people_must_know(name):
    """Spaces apart: readers guess them from the gaps they see."""
    text = bare(text_of(poster_pdf(named(name))))
    said = [NAMES[name], SHEET.place, "ABCD-2345", "00042-02", "05/11/2021"]
    for vietnamese, _, english in (words.TITLE, *words.STEPS, words.NO_SMARTPHONE):
        said += [vietnamese, english]
    said += [step.khmer for step in words.STEPS]
    assert [sentence for sentence in said if bare(sentence) not in text] == []


@pytest.mark.parametrize("paper", PosterSize)
@pytest.mark.parametrize("name", list(NAMES))
def test_every_character_has_a_glyph_and_no_line_touches_another_or_the_edge(name, paper):
    lines = lettering(named(name), paper)
    runs = [run for line in lines for run in shaped(line.text, line.style.weight).runs]
    assert all(glyph.number for run in runs for glyph in run.glyphs)
    boxes = [(line.text, ink_box(line)) for line in lines]
    width = drawing.width(paper)
    lowest, edge = paper.height * width / paper.width - 5, 7 if width == door.WIDTH else 5
    for text, (left, top, right, bottom) in boxes:
        assert left >= edge, text
        assert top >= 5, text
        assert right <= width - edge, text
        assert bottom <= lowest, text
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("🍜 Phở 👨‍👩‍👧 24h", "Phở 24h"),
        ("𝑩ú𝒏 Ｂò ①", "Bún Bò 1"),
        ("Tra\u0300  Vinh\n", "Trà Vinh"),
        ("\u202eQuán\u202c", "Quán"),
        ("北京饭店", ""),
    ],
)
def test_letters_in_fancy_forms_become_plain_and_what_no_font_has_is_left_out(typed, printed):
    assert printable(typed) == printed


@pytest.mark.parametrize("name", ["another script", "invisible", "empty"])
def test_a_name_without_a_letter_we_can_print_gives_way_to_the_code(name):
    assert "Địa điểm ABCD-2345" in text_of(poster_pdf(named(name)))


def test_a_long_name_has_at_most_three_lines_and_a_short_one_is_larger():
    def name_lines(name):
        return [line for line in lettering(named(name), PosterSize.A4) if 26 < line.baseline < 47]

    assert len(name_lines("short")) == 1
    assert 2 <= len(name_lines("long")) <= 3
    assert name_lines("short")[0].style.size > 1.5 * name_lines("long")[0].style.size > 7
    assert len(name_lines("one word")) >= 3


def test_khmer_is_shaped_so_that_subscripts_are_no_glyphs_beside_their_letter():
    (run,) = shaped("ស្ត្រី", Weight.STRONG).runs
    plain_advance = 2 * shaped("ស", Weight.STRONG).width
    assert shaped("ស្ត្រី", Weight.STRONG).width < plain_advance
    assert len(run.glyphs) < len(run.text)


@pytest.mark.parametrize("place", ["", "🏠", "Ấp " * 100])
def test_a_place_of_any_length_leaves_the_code_readable(place):
    pdf = poster_pdf(replace(SHEET, place=place))
    assert decoded(drawn(pdf, 72)) == [ADDRESS.upper()]


def test_the_same_sheet_gives_the_same_bytes():
    assert poster_pdf(SHEET) == poster_pdf(SHEET)
    assert poster_svg(SHEET) == poster_svg(SHEET)


@pytest.mark.parametrize("name", list(NAMES))
def test_the_svg_needs_no_font_no_script_and_nothing_from_elsewhere(name):
    root = ET.fromstring(poster_svg(named(name)))
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds == {"svg", "title", "g", "path"}
    assert not any("href" in key or "style" in key for el in root.iter() for key in el.attrib)


@pytest.mark.browser
@pytest.mark.parametrize("paper", PosterSize)
@pytest.mark.parametrize("name", ["long", "both"])
def test_the_svg_looks_in_a_browser_as_the_pdf_does(name, paper, chromium):
    sheet = named(name)
    size = {"width": round(paper.width * 4), "height": round(paper.height * 4)}
    page = chromium.new_page(viewport=size)
    svg = poster_svg(sheet, paper).replace(f'{paper.width:g}mm"', '100%"', 1)
    svg = svg.replace(f'{paper.height:g}mm"', '100%"', 1)
    page.set_content(f"<body style='margin:0'>{svg}</body>")
    seen = Image.open(io.BytesIO(page.screenshot())).convert("L")
    page.close()
    assert decoded(seen) == [ADDRESS.upper()]
    printed = drawn(poster_pdf(sheet, paper), 25.4 * 4).resize(seen.size)
    blur = ImageFilter.GaussianBlur(2)
    difference = ImageChops.difference(seen.filter(blur), printed.filter(blur))
    assert difference.getextrema()[1] < 100
