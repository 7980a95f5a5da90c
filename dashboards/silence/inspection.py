"""The inspection team's sheet: the worklist on paper, as an official document, A4 across."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.turns import making_files
from dashboards.access import area_in_force_required
from dashboards.models import Reason
from districts.days import local_day
from districts.models import Unit
from documents import qr
from documents.fonts import Weight
from documents.official_paper import LEFT, LINE, MIDDLE, OfficialPaper, RuledCell, RuledColumn
from documents.responses import file_response
from forms.phones import displayed

from .silent import Silence
from .worklist import MOST_ON_PAPER, SilentRow, WorklistFilters, silent_rows

_CODE_SIDE = 14.5
_QUIET = 1.9  # around the code, or phones do not find it
_COLUMNS = (
    RuledColumn("STT", 10.5, is_centred=True),
    RuledColumn("Địa điểm", 44.5),
    RuledColumn("Địa chỉ", 42),
    RuledColumn("Người phụ trách, điện thoại", 36),
    RuledColumn("Lý do", 35),
    RuledColumn("Lượt quét cuối", 20, is_centred=True),
    RuledColumn("Mã trên poster", 24, is_centred=True),
    RuledColumn("Hiện trạng", 27),
    RuledColumn("Kết quả, hẹn ngày", 22),
    RuledColumn("Ký tên", 16),
)


@never_cache
@require_safe
@area_in_force_required
@making_files
def silent_sheet(request: HttpRequest, area: Unit) -> HttpResponse:
    """Give out the inspection team's sheet of the same list."""
    now, filters = timezone.now(), WorklistFilters.of(request.GET.dict())
    pdf = inspection_sheet(area, now, filters)
    name = f"kiem-tra-{area.code}-{local_day(now):%Y%m%d}.pdf"
    return file_response(pdf, "application/pdf", name, is_shown=True)


def inspection_sheet(area: Unit, now: datetime, filters: WorklistFilters) -> bytes:
    """Return the list as filtered, its beginning at least, with a code that opens each one's page."""
    with translation.override("vi"):
        rows = list(islice(silent_rows(area, now, filters), MOST_ON_PAPER + 1))
        is_whole = len(rows) <= MOST_ON_PAPER
        sheet = _Sheet(area, now)
        return sheet.pdf(rows[:MOST_ON_PAPER], is_whole=is_whole)


class _Sheet:
    """One document with its heading, its table over as many pages as needed, and its end."""

    def __init__(self, area: Unit, now: datetime) -> None:
        self.area = area
        self.paper = OfficialPaper(f"Phiếu kiểm tra {area.place}", _COLUMNS, now)
        self.now = self.paper.now
        self.number = f"{area.code}-{self.now:%Y%m%d-%H%M}"

    def pdf(self, rows: list[SilentRow], *, is_whole: bool) -> bytes:
        self.paper.letterhead(self.area, self.number)
        top = self._heading(len(rows), is_whole=is_whole)
        y = self.paper.rows(
            top,
            [self._cells(row) for row in rows],
            LINE + _CODE_SIDE + 2 * _QUIET,
            lambda place, y: self._extras(rows[place], y),
        )
        self.paper.signatures(y, "NGƯỜI LẬP DANH SÁCH", "TRƯỞNG ĐOÀN KIỂM TRA")
        return self.paper.finished(f"{self.area.place} · Danh sách số {self.number}")

    def _heading(self, number: int, *, is_whole: bool) -> float:
        """Write what it is and who goes; return where the table begins."""
        letters = self.paper.letters
        title = "PHIẾU KIỂM TRA ĐỊA ĐIỂM CHƯA SỬ DỤNG MÃ QR"
        letters.centred(title, MIDDLE, 36, 14, Weight.STRONG)
        basis = "Thực hiện Công văn 4985/UBND-KGVX ngày 09/10/2021 của UBND tỉnh"
        whole = f"{number} địa điểm" if is_whole else f"{number} địa điểm đầu danh sách"
        as_of = f"{self.now:%H:%M ngày %d/%m/%Y}"
        letters.centred(f"{basis} · {whole}, tính đến {as_of}", MIDDLE, 42, 9)
        team = f"Đoàn kiểm tra: {'.' * 95}   Trưởng đoàn: {'.' * 60}   Ngày: {'.' * 22}"
        letters.write(team, LEFT, 49, 9)
        return 52.0

    def _cells(self, row: SilentRow) -> list[RuledCell]:
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
        cells = [RuledCell(lines, is_strong=place in strong) for place, lines in enumerate(texts)]
        return [*cells, RuledCell([]), RuledCell([]), RuledCell([])]

    def _extras(self, row: SilentRow, y: float) -> None:
        """Draw what is no text: the code that opens the venue's page, and boxes to tick."""
        if row.poster:
            path = reverse("dashboards:silent_venue", args=[self.area.code, row.code])
            left = self.paper.table.left(6) + (_COLUMNS[6].width - _CODE_SIDE) / 2
            top = y + LINE + _QUIET
            picture = qr.picture(f"{settings.SITE_ADDRESS}{path}")
            self.paper.paper.image(picture, left, top, _CODE_SIDE, _CODE_SIDE)
        left = self.paper.table.left(7) + 1.5
        for place, condition in enumerate(("Có treo mã", "Không thấy mã", "Đã đóng cửa")):
            top = y + 1.5 + place * 5
            self.paper.paper.rect(left, top, 3.2, 3.2)
            self.paper.letters.write(condition, left + 4.6, top + 2.6, 7.5)


def _reasons(silence: Silence) -> Iterator[str]:
    for reason in silence.reasons:
        yield str(reason.label)
    if silence.reason is Reason.STOPPED:
        yield f"mất khoảng {silence.lost} lượt"
    elif silence.reason is Reason.NEVER:
        yield f"đăng ký {local_day(silence.waits_since):%d/%m/%Y}"
