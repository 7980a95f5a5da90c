"""What came of a drill on one page: A4 upright, as an official document."""

from datetime import datetime
from itertools import islice

from django.utils import translation

from districts.days import LOCAL_ZONE
from documents.fonts import Weight
from documents.official_paper import Letterhead, Letters, RuledCell, RuledColumn, RuledTable
from documents.pdf import MarkedPdf
from tracing.models import Drill

from .score import CommuneScore, Results

_LEFT, _MIDDLE = 25.0, 107.5
_LEFT_HALF, _RIGHT_HALF = 65.0, 150.0
_LETTERHEAD = Letterhead((_LEFT_HALF, _RIGHT_HALF), 20, 34, (8.5, 9, 8.5, 9.5), (16, 22))
_LINE = 6.0
_MOST_ROWS = 18  # more have no room on one page
_COLUMNS = (
    RuledColumn("Xã, phường", 61),
    RuledColumn("Số F1", 20, is_centred=True),
    RuledColumn("Đã xác nhận", 21, is_centred=True),
    RuledColumn("Đã gọi", 21, is_centred=True),
    RuledColumn("Phút đến cuộc gọi (trung vị)", 24, is_centred=True),
    RuledColumn("Điểm", 18, is_centred=True),
)


def report_pdf(drill: Drill, results: Results) -> bytes:
    with translation.override("vi"):
        return _Page(drill, drill.ended_at or drill.started_at).pdf(results)


class _Page:
    def __init__(self, drill: Drill, ended_at: datetime) -> None:
        self.drill = drill
        self.start = drill.started_at.astimezone(LOCAL_ZONE)
        self.end = ended_at.astimezone(LOCAL_ZONE)
        title = f"Báo cáo diễn tập truy vết {drill.area.place}"
        self.paper = MarkedPdf(210, 297, title, ended_at)
        self.paper.add_page()
        self.letters = Letters(self.paper)

    def pdf(self, results: Results) -> bytes:
        y = self._lines(self._heading(), self._sentences(results))
        y = self._lines(y + 2, [f"{step}: {at or 'chưa đạt'}" for step, at in results.steps])
        y = self._table(y + 2, results.communes)
        y = self._lines(y + 6, [_FORMULA], 8.5)
        for title, middle in (("NGƯỜI LẬP BÁO CÁO", _LEFT_HALF), ("LÃNH ĐẠO ĐƠN VỊ", _RIGHT_HALF)):
            self.letters.centred(title, middle, y + 6, 10, Weight.STRONG)
            self.letters.centred("(Ký, ghi rõ họ tên)", middle, y + 11, 8.5)
        return self.letters.paper.finished()

    def _heading(self) -> float:
        self.letters.letterhead(self.drill.area, self.end, _LETTERHEAD)
        self.letters.centred("BÁO CÁO DIỄN TẬP TRUY VẾT", _MIDDLE, 46, 14, Weight.STRONG)
        sentence = "Người và số điện thoại trong diễn tập đều do máy đặt ra"
        self.letters.centred(sentence, _MIDDLE, 52, 9)
        return 61.0

    def _sentences(self, results: Results) -> list[str]:
        begun, ended = f"{self.start:%H:%M ngày %d/%m/%Y}", f"{self.end:%H:%M ngày %d/%m/%Y}"
        return [
            f"Thời gian: từ {begun} đến {ended}. Ca diễn tập số {self.drill.seed}.",
            f"Điểm chung: {results.score}/100.",
            f"Mốc phơi nhiễm tìm được: {results.exposures_found}/{results.exposures}.",
            f"F1 có thật trong tình huống: {results.close}; xác nhận đúng {results.right}.",
            f"Bỏ sót {results.missed}; xác nhận thừa {results.too_many}.",
        ]

    def _lines(self, y: float, lines: list[str], size: float = 10) -> float:
        for text in lines:
            for line in self.letters.lines(text, 165, size, Weight.TEXT, 5):
                self.letters.write(line, _LEFT, y, size)
                y += _LINE if size > 9 else _LINE - 1.5
        return y

    def _table(self, y: float, communes: list[CommuneScore]) -> float:
        table = RuledTable(self.letters, _COLUMNS, _LEFT)
        y = table.head(y)
        for one in islice(sorted(communes, key=lambda one: -one.people), _MOST_ROWS):
            minutes = "" if one.minutes is None else f"{one.minutes:.0f}"
            numbers = [one.people, one.found, one.called, minutes, one.score]
            cells = [RuledCell([one.place or "Nơi khác"]), *(RuledCell([str(n)]) for n in numbers)]
            height = table.height(cells, 5.5)
            table.row(y, height, cells)
            y += height
        left_out = len(communes) - _MOST_ROWS
        if left_out > 0:
            self.letters.write(f"và {left_out} xã, phường khác", _LEFT, y + 4.5, 8.5)
            y += 5
        return y


_FORMULA = (
    "Cách tính điểm: mỗi F1 được xác nhận 40 điểm; được gọi trong giờ đầu thêm 60 điểm, gọi muộn "
    "hơn giảm dần đến 20 điểm sau bốn giờ. Điểm của xã là trung bình các F1 cư trú tại đó; điểm "
    "chung là trung bình mọi F1, trừ tối đa 20 điểm theo tỷ lệ người bị xác nhận thừa."
)
