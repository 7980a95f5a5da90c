"""The inspection team's sheet: the worklist on paper, as an official document, A4 across."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from fpdf import FPDF
from PIL import Image

from accounts.phones import displayed
from dashboards.models import Reason
from districts.days import LOCAL_ZONE, local_day
from districts.models import Unit
from sheets.letters import LINE, Letters
from sheets.ruled_table import Cell, Column, Table
from venues.posters.fonts import Weight

from .silence import Silence
from .worklist import Filters, SilentRow, silent_rows

MOST_ROWS = 500

_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 287.0, 10.0, 196.0
_END_HEIGHT = 30.0
_CODE_SIDE = 14.5
_QUIET = 1.9  # around the code, or phones do not find it
_COLUMNS = (
    Column("STT", 10.5, is_centred=True),
    Column("Địa điểm", 44.5),
    Column("Địa chỉ", 42),
    Column("Người phụ trách, điện thoại", 36),
    Column("Lý do", 35),
    Column("Lượt quét cuối", 20, is_centred=True),
    Column("Mã trên poster", 24, is_centred=True),
    Column("Hiện trạng", 27),
    Column("Kết quả, hẹn ngày", 22),
    Column("Ký tên", 16),
)
_CONDITIONS = ("Có treo mã", "Không thấy mã", "Đã đóng cửa")


def inspection_sheet(area: Unit, now: datetime, filters: Filters) -> bytes:
    """Return the list as filtered, 500 venues at most, with a code that opens each one's page."""
    with translation.override("vi"):
        rows = list(islice(silent_rows(area, now, filters), MOST_ROWS + 1))
        is_whole = len(rows) <= MOST_ROWS
        sheet = _Sheet(area, now)
        return sheet.pdf(rows[:MOST_ROWS], is_whole=is_whole)


class _Sheet:
    """One document with its heading, its table over as many pages as needed, and its end."""

    def __init__(self, area: Unit, now: datetime) -> None:
        self.area = area
        self.now = now.astimezone(LOCAL_ZONE)
        self.number = f"{area.code}-{self.now:%Y%m%d-%H%M}"
        self.paper = FPDF(orientation="landscape", format="a4")
        self.paper.set_auto_page_break(False)
        self.paper.set_margin(0)
        self.paper.c_margin = 0
        self.paper.set_lang("vi")
        self.paper.set_title(f"Phiếu kiểm tra {area.place}")
        self.paper.set_creation_date(now.astimezone(UTC))
        self.letters = Letters(self.paper)
        self.table = Table(self.letters, _COLUMNS, _LEFT)

    def pdf(self, rows: list[SilentRow], *, is_whole: bool) -> bytes:
        cells = [self._cells(row) for row in rows]
        self.paper.add_page()
        y = self.table.head(self._heading(len(rows), is_whole=is_whole))
        for row, texts in zip(rows, cells, strict=True):
            height = self.table.height(texts, LINE + _CODE_SIDE + 2 * _QUIET)
            # Signatures do not stand on a page alone.
            below = _END_HEIGHT if row is rows[-1] else 0
            if y + height + below > _BOTTOM:
                self.paper.add_page()
                y = self.table.head(_TOP)
            self.table.row(y, height, texts)
            self._extras(row, y)
            y += height
        self._end(y)
        self._page_numbers()
        return self.letters.finished()

    def _heading(self, number: int, *, is_whole: bool) -> float:
        """Write who sends whom where and when; return where the table begins."""
        left, right = 75.0, 215.0
        bold = Weight.STRONG
        write = self.letters.centred
        write("BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH COVID-19", left, 14, 10, bold)
        write(self.area.place.upper(), left, 19.5, 10, bold)
        write("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right, 14, 10, bold)
        write("Độc lập - Tự do - Hạnh phúc", right, 19.5, 10.5, bold)
        self.paper.set_line_width(0.3)
        self.paper.line(left - 18, 21.5, left + 18, 21.5)
        self.paper.line(right - 25, 21.5, right + 25, 21.5)
        write(f"Danh sách số: {self.number}", left, 27, 9)
        on = f"ngày {self.now:%d} tháng {self.now:%m} năm {self.now:%Y}"
        write(f"{_seat(self.area)}, {on}", right, 27, 9)
        middle = (_LEFT + _RIGHT) / 2
        write("PHIẾU KIỂM TRA ĐỊA ĐIỂM CHƯA SỬ DỤNG MÃ QR", middle, 36, 14, bold)
        basis = "Thực hiện Công văn 4985/UBND-KGVX ngày 09/10/2021 của UBND tỉnh"
        whole = f"{number} địa điểm" if is_whole else f"{number} địa điểm đầu danh sách"
        write(f"{basis} · {whole}, tính đến {self.now:%H:%M ngày %d/%m/%Y}", middle, 42, 9)
        team = f"Đoàn kiểm tra: {'.' * 95}   Trưởng đoàn: {'.' * 60}   Ngày: {'.' * 22}"
        self.letters.write(team, _LEFT, 49, 9)
        return 52.0

    def _cells(self, row: SilentRow) -> list[Cell]:
        venue, silence = row.venue, row.silence
        phone = displayed(venue.responsible_phone)
        last = f"{local_day(silence.newest_at):%d/%m/%Y}" if silence.newest_at else "chưa có"
        code = row.poster.displayed_code if row.poster else ""
        texts: list[list[str]] = [
            [str(row.number)],
            [venue.name, str(silence.kind.label)],
            [venue.address, venue.place],
            [venue.responsible_name, phone],
            list(_reasons(silence)),
            [last],
            [code],
        ]
        strong = {1, 3, 6}
        cells = [Cell(lines, is_strong=place in strong) for place, lines in enumerate(texts)]
        return [*cells, Cell([]), Cell([]), Cell([])]

    def _extras(self, row: SilentRow, y: float) -> None:
        """Draw what is no text: the code that opens the venue's page, and boxes to tick."""
        if row.poster:
            path = reverse("dashboards:silent_venue", args=[self.area.code, row.code])
            left = self.table.left(6) + (_COLUMNS[6].width - _CODE_SIDE) / 2
            top = y + LINE + _QUIET
            picture = _code(f"{settings.SITE_ADDRESS}{path}")
            self.paper.image(picture, left, top, _CODE_SIDE, _CODE_SIDE)
        left = self.table.left(7) + 1.5
        for place, condition in enumerate(_CONDITIONS):
            top = y + 1.5 + place * 5
            self.paper.rect(left, top, 3.2, 3.2)
            self.letters.write(condition, left + 4.6, top + 2.6, 7.5)

    def _end(self, y: float) -> None:
        for title, middle in (("NGƯỜI LẬP DANH SÁCH", 75.0), ("TRƯỞNG ĐOÀN KIỂM TRA", 215.0)):
            self.letters.centred(title, middle, y + 9, 10, Weight.STRONG)
            self.letters.centred("(Ký, ghi rõ họ tên)", middle, y + 13.5, 8.5)

    def _page_numbers(self) -> None:
        pages = len(self.paper.pages)
        for page in range(1, pages + 1):
            self.paper.page = page
            self.letters.again()
            self.letters.write(f"{self.area.place} · Danh sách số {self.number}", _LEFT, 203, 8)
            self.letters.centred(f"Trang {page}/{pages}", _RIGHT - 12, 203, 8)


def _reasons(silence: Silence) -> Iterator[str]:
    for reason in silence.reasons:
        yield str(reason.label)
    if silence.reason is Reason.STOPPED:
        yield f"mất khoảng {silence.lost} lượt"
    elif silence.reason is Reason.NEVER:
        yield f"đăng ký {local_day(silence.waits_since):%d/%m/%Y}"


def _seat(area: Unit) -> str:
    """Return the name a document gives its place: Trà Vinh, Phường 1."""
    name = area.name[len(area.kind) :].strip()
    bare = area.name.casefold().startswith(area.kind.casefold()) and not name.isdecimal()
    return name if bare and name else area.name


def _code(address: str) -> Image.Image:
    """Return a small QR code; always the same mask, as trying all eight takes most of the time."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=3)
    code.add_data(address)
    code.make(fit=True)
    side = len(code.modules)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([0 if dark else 1 for line in code.modules for dark in line])
    return picture.resize((side * 8, side * 8), Image.Resampling.NEAREST)
