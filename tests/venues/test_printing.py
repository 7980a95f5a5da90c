"""Posters by the hundred: every page decodes, parcels can be handed out, memory is bounded."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.core.management import call_command
from PIL import Image

from tests import make
from venues.models import Poster, Venue
from venues.posters.bundle import IMPOSITIONS, Bundle, Handed, Imposition, Parcel
from venues.posters.words import PosterSheet, PosterSize

pytestmark = pytest.mark.django_db

NASTY = (
    "Trung tâm Nuôi dưỡng, Điều dưỡng người có công và Bảo trợ xã hội tổng hợp tỉnh Trà Vinh",
    "វត្តអង្គរាជបូរី",
    "🍜 Phở Tàu Bay 👨‍👩‍👧 24h",
    "مطعم \u202eQuán Ngon\u202c שלום",
    "<b>&\"'</b> {nb} {site} %s **x** \\ )(",
    "\ufeff\u200b\u200d\u00ad",
    "Ễ" * 150,
)


def venues(number: int, tree: make.Tree) -> list[Venue]:
    """Make venues with nasty names, every third one in the other commune."""
    communes = (tree.ward_here, tree.ward_here, tree.commune_here)
    return [
        make.venue(f"{NASTY[n % len(NASTY)]}"[: 145 - 4] + f" {n}", commune=communes[n % 3])
        for n in range(number)
    ]


def printed(area, tmp_path: Path, paper: PosterSize, *more: str) -> list[Path]:
    """Make an area's files as an operator does."""
    call_command("print_posters", "--unit", area.code, "--size", paper, "--out", tmp_path, *more)
    return sorted(tmp_path.glob("*.pdf"))


def codes_of(pdf: bytes, dots_per_inch: float = 110) -> list[list[str]]:
    """Return what a reader finds on each page."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        picture = page.render(scale=dots_per_inch / 72).to_pil().convert("L")
        read = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)
        found.append([code.text for code in read])
    document.close()
    return found


def addresses() -> list[str]:
    return sorted(poster.address for poster in Poster.objects.all())


@pytest.mark.parametrize("paper", PosterSize)
def test_every_page_of_every_size_decodes_to_its_venues(
    paper: PosterSize, tree: make.Tree, tmp_path
):
    venues(15, tree)
    pages = [
        page for path in printed(tree.here, tmp_path, paper) for page in codes_of(path.read_bytes())
    ]
    assert all(pages)
    covers = [page for page in pages if "/dashboard/" in page[0]]
    assert len(covers) == 2
    read = [code for page in pages if page not in covers for code in page]
    assert sorted(read) == addresses()
    assert max(len(page) for page in pages) == IMPOSITIONS[paper].posters


@pytest.mark.parametrize("paper", [PosterSize.A5, PosterSize.A6, PosterSize.CARD])
def test_cut_marks_stand_between_the_posters_and_nothing_else_does(paper: PosterSize):
    divided = IMPOSITIONS[paper]
    handed = [Handed(sheet(number), "12 Bạch Đằng") for number in range(divided.posters)]
    picture = _page(handed, paper, 1)
    per_mm = picture.width / divided.width
    down, across = divided.cuts
    assert len(down) + len(across) == divided.columns + divided.rows - 2
    for x in down:
        strip = picture.crop((round((x - 2) * per_mm), 0, round((x + 2) * per_mm), picture.height))
        cut = strip.crop((round(1.5 * per_mm), 0, round(2.5 * per_mm), picture.height))
        tick = cut.crop((0, round(5 * per_mm), cut.width, round(8 * per_mm)))
        assert tick.getextrema()[0] < 200
        _only_marks(strip, per_mm)


def _only_marks(strip: Image.Image, per_mm: float) -> None:
    """Away from the sheet's edge and from other cuts there is no ink at a cut."""
    top, bottom = (round(edge * per_mm) for edge in (20, 60))
    assert strip.crop((0, top, strip.width, bottom)).getextrema()[0] > 240


def test_a_sheet_is_divided_into_equal_cells_in_which_posters_stand_in_the_middle():
    cards = Imposition(210, 297, 2, 4)
    assert cards.place(0, PosterSize.CARD) == (0, pytest.approx(0.125))
    assert cards.place(7, PosterSize.CARD) == (105, pytest.approx(222.875))
    assert cards.cuts == ([105], [74.25, 148.5, 222.75])
    assert [cards.sheets(n) for n in (1, 8, 9)] == [1, 1, 2]


def test_no_poster_of_a_sheet_reaches_into_its_neighbour():
    for paper in PosterSize:
        divided = IMPOSITIONS[paper]
        for number in range(divided.posters):
            left, top = divided.place(number, paper)
            assert left >= 0
            assert top >= 0
            assert left + paper.width <= divided.width
            assert top + paper.height <= divided.height


def sheet(number: int) -> PosterSheet:
    code = f"ABCD{2345 + number}"
    address = f"https://khaibao.travinh.gov.vn/v/{code}"
    return PosterSheet(
        f"Quán {number}", "Phường 1", code, f"{number:05d}-01", date(2021, 11, 5), address
    )


def _page(handed: list[Handed], paper: PosterSize, number: int):
    bundle = Bundle(paper, "Phường 1", date(2021, 11, 5))
    parcel = Parcel("Phường 1", "", "A6", date(2021, 11, 5), "https://example.vn/", handed)
    assert list(bundle.add(parcel)) == list(range(1, len(handed) + 1))
    document = pypdfium2.PdfDocument(bundle.finished())
    picture = document[number].render(scale=4).to_pil().convert("L")
    document.close()
    return picture
