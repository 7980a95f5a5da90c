"""A daily report as the document that a Steering Committee sends: its parts and its tables."""

from collections.abc import Iterable

from django.utils import translation

from districts.days import local_day
from districts.models import Level, Unit
from districts.numbers import grouped

from . import sentences
from .document import Column, Document, Line, Part, Table
from .figures import Counts, Report
from .words import UNKNOWN, full_name, kinds_of, long_day, per_thousand, share, short_day

_COMMITTEE = "Ban Chỉ đạo phòng, chống dịch"
_BLANK_LINES = 4
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_NUMBERS = [
    Column("Địa điểm đăng ký", 8),
    Column("Có quét trong ngày", 8),
    Column("Có quét trong 7 ngày", 8),
    Column("Tỷ lệ 7 ngày", 9),
    Column("Lượt vào trong ngày", 9),
    Column("Lượt ra trong ngày", 9),
    Column("Khai báo y tế", 8),
    Column("Có triệu chứng", 7),
    Column("Có tiếp xúc", 6),
]
_RATE = Column("Lượt vào trên 1.000 dân", 8)


def document_of(report: Report) -> Document:
    """Return the document; what only people know is left open."""
    with translation.override("vi"):
        area = report.area
        counted = sentences.until(report).replace("ngày ", "ngày\u00a0")
        return Document(
            issuer=[_COMMITTEE.upper(), area.name.upper()],
            number="Số:          /BC-BCĐ",
            place_and_date=f"{area.bare_name}, {long_day(local_day(report.now))}",
            title="BÁO CÁO",
            subject="Kết quả sử dụng mã QR địa điểm để kiểm soát người ra, vào và khai báo y\u00a0tế "
            f"trên địa bàn {full_name(area)} (số liệu đến {counted})",
            parts=_parts(report),
            closing=f"Trên đây là báo cáo kết quả ngày {short_day(report.day)} của {_COMMITTEE} "
            f"{full_name(area)}./.",
            recipients=_recipients(report),
            signature=["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"],
            appendix=_appendix(report),
        )


def _parts(report: Report) -> list[Part]:
    parts = [
        Part("Đăng ký và sử dụng mã QR địa điểm", sentences.registered(report)),
        Part("Người ra, vào các địa điểm", sentences.people(report)),
        Part("Khai báo y tế", sentences.declared(report)),
        Part("Địa điểm chưa sử dụng mã QR", sentences.silent(report)),
        Part("Kết quả theo loại hình địa điểm", table=_by_kind(report)),
    ]
    if report.area.level != Level.COMMUNE:
        parts.append(Part("Kết quả theo đơn vị hành chính", table=_by_unit(report)))
    parts.append(Part("Nhận xét, đề xuất, kiến nghị", blank_lines=_BLANK_LINES))
    return [
        Part(f"{number}. {part.heading}", part.paragraphs, part.table, part.blank_lines)
        for number, part in zip(_ROMAN, parts, strict=False)
    ]


def _by_kind(report: Report) -> Table:
    lines = [
        Line([str(place), str(kind.label), *_numbers(report, counts)])
        for place, (kind, counts) in enumerate(report.kinds, start=1)
    ]
    total = Line(["", "Tổng cộng", *_numbers(report, report.total)], is_strong=True)
    columns = [Column("TT", 5), Column("Loại hình", 23, is_number=False), *_NUMBERS]
    return Table(f"Biểu 1. Theo loại hình địa điểm, {_period(report)}", columns, [*lines, total])


def _by_unit(report: Report) -> Table:
    units = report.districts or report.communes
    lines = [_line(report, str(place), *one) for place, one in enumerate(units, start=1)]
    title = f"Biểu 2. Theo {kinds_of(report.below)}, {_period(report)}"
    return Table(title, _unit_columns(), [*lines, _sum(report)])


def _appendix(report: Report) -> Table | None:
    """Return every commune under its district, where the report itself shows districts."""
    if not report.districts:
        return None
    lines: list[Line] = []
    for letter, (district, counts) in zip(_letters(), report.districts, strict=False):
        lines.append(_line(report, letter, district, counts, is_strong=True))
        inside = [one for one in report.communes if one[0].parent == district]
        lines += [_line(report, str(place), *one) for place, one in enumerate(inside, start=1)]
    kinds = kinds_of(commune for commune, _counts in report.communes)
    title = f"Kết quả theo {kinds}, {_period(report)}"
    return Table(title, _unit_columns(), [*lines, _sum(report)])


def _letters() -> Iterable[str]:
    """Return Excel's column names from A on: there may be more districts than letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [*letters, *(f"{first}{second}" for first in letters for second in letters)]


def _unit_columns() -> list[Column]:
    numbers = [*_NUMBERS[:6], _RATE, *_NUMBERS[6:]]
    return [Column("TT", 5), Column("Đơn vị", 20, is_number=False), *numbers]


def _line(
    report: Report, place: str, unit: Unit, counts: Counts, *, is_strong: bool = False
) -> Line:
    numbers = _numbers(report, counts)
    rate = per_thousand(counts.day.arrived, unit.inhabitants)
    return Line([place, unit.name, *numbers[:6], rate, *numbers[6:]], is_strong)


def _sum(report: Report) -> Line:
    line = _line(report, "", report.area, report.total)
    return Line(["", "Tổng cộng", *line.cells[2:]], is_strong=True)


def _numbers(report: Report, counts: Counts) -> list[str]:
    """Return the cells of _NUMBERS; what is no longer known is a dash."""
    week = (grouped(counts.used_in_week), share(counts.used_in_week, counts.venues))
    return [
        grouped(counts.venues),
        grouped(counts.used) if report.knows_day else UNKNOWN,
        *(week if report.knows_week else (UNKNOWN, UNKNOWN)),
        grouped(counts.day.arrived),
        grouped(counts.day.departed),
        grouped(counts.day.declared),
        grouped(counts.day.symptomatic),
        grouped(counts.day.contact),
    ]


def _period(report: Report) -> str:
    return f"ngày {short_day(report.day)}"


def _recipients(report: Report) -> list[str]:
    """Return whom such a report goes to: the committee above, members, the committees below."""
    area = report.area
    above = [f"- {_COMMITTEE} {full_name(area.parent)} (b/c);"] if area.parent else []
    below = [f"- Ban Chỉ đạo các {kinds_of(report.below)};"] if report.below else []
    return [
        *above,
        f"- Thành viên {_COMMITTEE} {full_name(area)};",
        *below,
        "- ……………………………;",
        "- Lưu: VT.",
    ]
