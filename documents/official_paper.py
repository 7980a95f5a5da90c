"""An official document with a ruled table, A4 across: letterhead, rows that stay whole, ends."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from fpdf import FPDF

from districts.days import LOCAL_ZONE
from districts.models import Unit
from venues.posters.fonts import Weight

from .letters import Letters
from .ruled_table import Cell, Column, Table

LEFT, RIGHT, TOP, BOTTOM = 10.0, 287.0, 10.0, 196.0
MIDDLE = (LEFT + RIGHT) / 2
_LEFT_HALF, _RIGHT_HALF = 75.0, 215.0
_END_HEIGHT = 30.0
_FOOT = 203.0


class OfficialPaper:
    """One document as officials know them; places are in millimetres."""

    def __init__(self, title: str, columns: Sequence[Column], now: datetime) -> None:
        self.now = now.astimezone(LOCAL_ZONE)
        self.paper = FPDF(orientation="landscape", format="a4")
        self.paper.set_auto_page_break(False)
        self.paper.set_margin(0)
        self.paper.c_margin = 0
        self.paper.set_lang("vi")
        self.paper.set_title(title)
        self.paper.set_creation_date(now.astimezone(UTC))
        self.letters = Letters(self.paper)
        self.table = Table(self.letters, columns, LEFT)
        self.paper.add_page()

    def letterhead(self, area: Unit, number: str) -> None:
        """Write who sends it, where and when, and its number, down to 27 mm."""
        write = self.letters.centred
        write("BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH COVID-19", _LEFT_HALF, 14, 10, Weight.STRONG)
        write(area.place.upper(), _LEFT_HALF, 19.5, 10, Weight.STRONG)
        write("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _RIGHT_HALF, 14, 10, Weight.STRONG)
        write("Độc lập - Tự do - Hạnh phúc", _RIGHT_HALF, 19.5, 10.5, Weight.STRONG)
        self.paper.set_line_width(0.3)
        self.paper.line(_LEFT_HALF - 18, 21.5, _LEFT_HALF + 18, 21.5)
        self.paper.line(_RIGHT_HALF - 25, 21.5, _RIGHT_HALF + 25, 21.5)
        write(f"Danh sách số: {number}", _LEFT_HALF, 27, 9)
        on = f"ngày {self.now:%d} tháng {self.now:%m} năm {self.now:%Y}"
        write(f"{_seat(area)}, {on}", _RIGHT_HALF, 27, 9)

    def rows(
        self,
        top: float,
        rows: Sequence[Sequence[Cell]],
        least: float,
        drawn: Callable[[int, float], None] = lambda _place, _y: None,
    ) -> float:
        """Write the table, and with each row what is `drawn` there; return where it ends.

        No row breaks across pages, and the signatures do not stand on a page alone.
        """
        y = self.table.head(top)
        for place, cells in enumerate(rows):
            height = self.table.height(cells, least)
            below = _END_HEIGHT if place == len(rows) - 1 else 0
            if y + height + below > BOTTOM:
                self.paper.add_page()
                y = self.table.head(TOP)
            self.table.row(y, height, cells)
            drawn(place, y)
            y += height
        return y

    def signatures(self, y: float, *titles: str) -> None:
        """Leave room for two people who sign."""
        for title, middle in zip(titles, (_LEFT_HALF, _RIGHT_HALF), strict=True):
            self.letters.centred(title, middle, y + 9, 10, Weight.STRONG)
            self.letters.centred("(Ký, ghi rõ họ tên)", middle, y + 13.5, 8.5)

    def finished(self, foot: str) -> bytes:
        """Return the document, with its foot and number on each page."""
        pages = len(self.paper.pages)
        for page in range(1, pages + 1):
            self.paper.page = page
            self.letters.write(foot, LEFT, _FOOT, 8)
            self.letters.centred(f"Trang {page}/{pages}", RIGHT - 12, _FOOT, 8)
        return self.letters.finished()


def _seat(area: Unit) -> str:
    """Return the name a document gives its place: Trà Vinh, Phường 1."""
    name = area.name[len(area.kind) :].strip()
    bare = area.name.casefold().startswith(area.kind.casefold()) and not name.isdecimal()
    return name if bare and name else area.name
