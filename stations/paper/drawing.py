"""A register sheet on A4: large lines for handwriting, and the code by which it is typed in."""

from collections.abc import Iterator

from django.conf import settings

from districts.days import local_day
from documents.fonts import Weight, legible
from documents.marks import POINT, Ink, Mark, Style, block, centred, symbol_mark
from documents.pdf import MarkedPdf
from documents.typesetting import Box
from stations.models import RegisterSheet
from venues import codes

LINES = 20
_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _TABLE_TOP, _HEAD, _ROW = 10.0, 66.0, 12.0, 10.2
_CODE_SIDE, _CODE_LEFT, _CODE_TOP = 32.0, 163.0, 12.0
# Heading in Vietnamese and Khmer, and the width in millimetres.
_COLUMNS = (
    ("Số", "ល.រ", 9.0),
    ("Giờ vào", "ម៉ោង\u200bចូល", 19.0),
    ("Giờ ra", "ម៉ោង\u200bចេញ", 19.0),
    ("Họ và tên", "ឈ្មោះ", 61.0),
    ("Năm sinh", "ឆ្នាំ\u200bកំណើត", 18.0),
    ("Điện thoại", "ទូរស័ព្ទ", 34.0),
    ("Xã, ấp", "ឃុំ ភូមិ", 30.0),
)
_HOW = (
    "Ghi bằng chữ in, mỗi người một dòng. Khi có mạng trở lại: quét mã bên phải để nhập tờ này. "
    "Nhập xong thì huỷ tờ giấy."
)


def sheets_pdf(sheets: list[RegisterSheet]) -> bytes:
    """Return one page for each sheet."""
    first = sheets[0]
    title = f"Sổ ghi người ra vào · {first.venue.name}"
    paper = MarkedPdf(_WIDTH, _HEIGHT, title, local_day(first.printed_at))
    for sheet in sheets:
        paper.add_page()
        paper.draw(_marks(sheet))
        _rule(paper)
    return paper.finished()


def address_of(sheet: RegisterSheet) -> str:
    """Return where the sheet is typed in; upper case makes its code smaller."""
    return f"{settings.SITE_ADDRESS}/P/{sheet.code}".upper()


def _marks(sheet: RegisterSheet) -> Iterator[Mark]:
    bold, plain = Style(0, Weight.STRONG), Style(0)
    place, name = legible(sheet.venue.place), legible(sheet.venue.name) or "–"
    for text, top, height, points, style in (
        ("SỔ GHI NGƯỜI RA VÀO", 11, 7, 17, bold),
        ("បញ្ជី\u200bអ្នក\u200bចេញ\u200bចូល", 18.5, 5, 10, plain),
        (name, 25, 11, 15, bold),
        (place, 36.5, 4.5, 10, plain),
        ("Ngày …… tháng …… năm ………      Người trực: ……………………………………………", 44, 5, 11, plain),
        (_HOW, 53, 9, 9, plain),
    ):
        box = Box(148, height, points * POINT, 5 * POINT, lines=2)
        yield from block(text, (_LEFT, top), box, style)
    yield symbol_mark(address_of(sheet), _CODE_LEFT, _CODE_TOP, _CODE_SIDE)
    middle = _CODE_LEFT + _CODE_SIDE / 2
    strong = Style(13 * POINT, Weight.STRONG)
    yield centred(codes.displayed(sheet.code), middle, 54, strong)
    yield centred(f"Tờ số {sheet.number}", middle, 60.5, strong)
    yield from _headings()


def _headings() -> Iterator[Mark]:
    left = _LEFT
    for vietnamese, khmer, width in _COLUMNS:
        middle = left + width / 2
        style = Style(9 * POINT, Weight.STRONG)
        yield centred(vietnamese, middle, _TABLE_TOP + 5, style)
        yield centred(khmer, middle, _TABLE_TOP + 9.6, Style(7 * POINT))
        left += width
    for row in range(LINES):
        baseline = _TABLE_TOP + _HEAD + (row + 0.65) * _ROW
        style = Style(9 * POINT, ink=Ink.GREY)
        yield centred(str(row + 1), _LEFT + _COLUMNS[0][2] / 2, baseline, style)


def _rule(paper: MarkedPdf) -> None:
    paper.set_draw_color(60)
    paper.set_line_width(0.25)
    bottom = _TABLE_TOP + _HEAD + LINES * _ROW
    right = _LEFT + sum(width for _, _, width in _COLUMNS)
    for y in [_TABLE_TOP, *(_TABLE_TOP + _HEAD + row * _ROW for row in range(LINES + 1))]:
        paper.line(_LEFT, y, right, y)
    x = _LEFT
    for _, _, width in (*_COLUMNS, ("", "", 0.0)):
        paper.line(x, _TABLE_TOP, x, bottom)
        x += width
