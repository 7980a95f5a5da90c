"""What a daily report says, in the words of officials: its sentences and tables, in Vietnamese."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from string import ascii_uppercase

from django.utils import translation

from dashboards.figures import WEEK_DAYS, percent
from districts.days import LOCAL_ZONE, local_day
from districts.models import Level, Unit
from districts.numbers import decimal, grouped

from .counting import Report, ReportCounts
from .document import ReportColumn, ReportDocument, ReportLine, ReportPart, ReportTable

_COMMITTEE = "Ban Chỉ đạo phòng, chống dịch"
_UNKNOWN = "–"
_NUMBERS = [
    ReportColumn("Địa điểm đăng ký", 8),
    ReportColumn("Có quét trong ngày", 8),
    ReportColumn("Có quét trong 7 ngày", 8),
    ReportColumn("Tỷ lệ 7 ngày", 9),
    ReportColumn("Lượt vào trong ngày", 9),
    ReportColumn("Lượt ra trong ngày", 9),
    ReportColumn("Khai báo y tế", 8),
    ReportColumn("Có triệu chứng", 7),
    ReportColumn("Có tiếp xúc", 6),
]


def document_of(report: Report) -> ReportDocument:
    """Return the document; what only people know is left open."""
    with translation.override("vi"):
        area, sentences, tables = report.area, _Sentences(report), _Tables(report)
        name, made_on = full_name(area), local_day(report.now)
        # Small numbers begin with 0.
        month = f"{made_on.month:02d}" if made_on.month < 3 else f"{made_on.month}"
        counted = sentences.until.replace("ngày ", "ngày\u00a0")
        return ReportDocument(
            issuer=[_COMMITTEE.upper(), area.name.upper()],
            number="Số:          /BC-BCĐ",
            place_and_date=f"{area.bare_name}, ngày {made_on:%d} tháng {month} năm {made_on.year}",
            title="BÁO CÁO",
            subject="Kết quả sử dụng mã QR địa điểm để kiểm soát người ra, vào và khai báo y\u00a0tế "
            f"trên địa bàn {name} (số liệu đến {counted})",
            parts=[*sentences.parts(), *tables.parts()],
            closing=f"Trên đây là báo cáo kết quả ngày {report.day:%d/%m/%Y} của {_COMMITTEE} "
            f"{name}./.",
            recipients=sentences.recipients(),
            signature=["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"],
            appendix=tables.by_commune(),
        )


def in_sentence(unit: Unit) -> str:
    """Return a name as it stands within a sentence: tỉnh Trà Vinh, Phường 1, xã Long Đức."""
    bare = unit.bare_name
    return unit.name if bare == unit.name else f"{unit.kind} {bare}"


def full_name(unit: Unit) -> str:
    """Return the name within a sentence, of a commune with its district."""
    above = unit.parent
    if unit.level == Level.COMMUNE and above and above.level == Level.DISTRICT:
        return f"{in_sentence(unit)}, {in_sentence(above)}"
    return in_sentence(unit)


def kinds_of(units: Iterable[Unit]) -> str:
    """Name the kinds of some units as an address to all of them: xã, phường, thị trấn."""
    # In the order in which officials list them.
    order = ("huyện", "thị xã", "thành phố", "xã", "phường", "thị trấn", "đặc khu")
    there = {unit.kind.casefold() for unit in units}
    return ", ".join(kind for kind in order if kind in there) or "đơn vị"


def share(part: int, whole: int) -> str:
    """Return a part in percent, held together with its sign; of nothing it is unknown."""
    return f"{decimal(percent(part, whole))}\u00a0%" if whole else _UNKNOWN


def part_of(part: int, whole: int, what: str) -> str:
    """Say in brackets how much a part is of a whole, where there is a whole."""
    return f" (chiếm {share(part, whole)} {what})" if whole else ""


def per_thousand(number: int, inhabitants: int | None) -> str:
    return decimal(1000 * number / inhabitants) if inhabitants else _UNKNOWN


def compared(number: int, before: int, what: str) -> str:
    """Say how much more or less a number is than one before: tăng 12 lượt (3,4 %)."""
    if number == before:
        return "không thay đổi"
    word = "tăng" if number > before else "giảm"
    difference = abs(number - before)
    extent = f" ({share(difference, before)})" if before else ""
    return f"{word} {grouped(difference)} {what}{extent}"


@dataclass(frozen=True)
class _Sentences:
    """The paragraphs of a report's parts."""

    report: Report

    @property
    def until(self) -> str:
        """Up to when is counted; today is not over."""
        day = f"ngày {self.report.day:%d/%m/%Y}"
        return f"{self._clock}, {day}" if self.report.is_today else day

    @property
    def _day_before(self) -> str:
        return f"{self.report.day - timedelta(days=1):%d/%m/%Y}"

    @property
    def _clock(self) -> str:
        return f"{self.report.now.astimezone(LOCAL_ZONE):%H giờ %M phút}"

    def parts(self) -> list[ReportPart]:
        return [
            ReportPart("I. Đăng ký và sử dụng mã QR địa điểm", self._registered()),
            ReportPart("II. Người ra, vào các địa điểm", self._people()),
            ReportPart("III. Khai báo y tế", self._declared()),
            ReportPart("IV. Địa điểm chưa sử dụng mã QR", self._silent()),
        ]

    def recipients(self) -> list[str]:
        """Say whom it goes to: the committee above, members, the committees below."""
        area, below = self.report.area, self.report.below
        lines = [f"- {_COMMITTEE} {full_name(area.parent)} (b/c);"] if area.parent else []
        lines.append(f"- Thành viên {_COMMITTEE} {full_name(area)};")
        if below:
            lines.append(f"- Ban Chỉ đạo các {kinds_of(below)};")
        return [*lines, "- ……………………………;", "- Lưu: VT."]

    def _registered(self) -> list[str]:
        """Say how many venues there are, and how many of them are used."""
        area, total = self.report.area, self.report.total
        sentence = (
            f"Đến {self.until}, toàn {area.kind} có {grouped(total.venues)} địa điểm đăng ký mã QR "
            f"đang hoạt động; trong ngày đăng ký mới {grouped(total.opened)} địa điểm, "
            f"ngừng hoạt động {grouped(total.closed)} địa điểm."
        )
        if area.inhabitants:
            sentence += (
                f" Bình quân có {per_thousand(total.venues, area.inhabitants)} địa điểm trên 1.000 "
                f"dân (dân số theo Tổng điều tra năm 2019: {grouped(area.inhabitants)} người)."
            )
        return [sentence, self._used() if self.report.knows_week else self._forgotten()]

    def _people(self) -> list[str]:
        """Say how many came and left, against the day and the week before, and since the first."""
        report, day = self.report, self.report.total.day
        so_far = f" (đến {self._clock})" if report.is_today else ""
        sentence = (
            f"Trong ngày {report.day:%d/%m/%Y}{so_far} ghi nhận {grouped(day.arrived)} lượt "
            f"vào, {grouped(day.departed)} lượt ra (trong đó {grouped(day.checked_out)} lượt do "
            f"người dân tự báo khi ra, {grouped(day.inferred)} lượt do hệ thống xác định)."
        )
        if report.is_today:
            sentence += f" Hiện có {grouped(report.total.inside)} người chưa ghi nhận lượt ra."
        if inhabitants := report.area.inhabitants:
            rate = per_thousand(day.arrived, inhabitants)
            sentence += f" Bình quân {rate} lượt vào trên 1.000 dân."
        return [sentence, self._against(), self._in_week(), self._to_date()]

    def _declared(self) -> list[str]:
        """Say what people declared of their health."""
        day, before = self.report.total.day, self.report.total.day_before
        sentence = (
            f"Trong ngày có {grouped(day.declared)} lượt khai báo y tế; trong đó "
            f"{grouped(day.symptomatic)} lượt khai có triệu chứng, {grouped(day.contact)} lượt "
            f"khai có tiếp xúc với người bệnh, người nghi mắc bệnh, người về từ vùng có dịch hoặc "
            f"người có triệu chứng."
        )
        outcome = (
            f"Kết quả phân loại: {grouped(day.stop)} lượt không được vào địa điểm, "
            f"{grouped(day.ask)} lượt cần người trực hỏi thêm, cộng {grouped(day.worrying)} lượt"
            f"{part_of(day.worrying, day.declared, 'tổng số lượt khai báo')}; "
        )
        if self.report.is_today:
            outcome += f"cả ngày {self._day_before} có {grouped(before.worrying)} lượt."
        else:
            change = compared(day.worrying, before.worrying, "lượt")
            outcome += f"so với ngày {self._day_before}: {change}."
        return [sentence, outcome]

    def _silent(self) -> list[str]:
        """Say which venues were not used, where most of them are, and what was done about them."""
        report, total = self.report, self.report.total
        unused = (
            f"Có {grouped(total.unused)} địa điểm không phát sinh lượt quét trong 7 ngày"
            f"{part_of(total.unused, total.venues, 'số địa điểm đăng ký')}."
        )
        never = (
            f"Đến thời điểm lập báo cáo ({self._clock}, ngày "
            f"{local_day(report.now):%d/%m/%Y}), có {grouped(total.unused_ever)} địa điểm chưa "
            f"phát sinh lượt quét nào kể từ khi đăng ký."
        )
        if report.knows_week:
            return [unused, never, *self._least_used(), *self._nowhere_used(), self._followed_up()]
        return [self._forgotten(), never, self._followed_up()]

    def _used(self) -> str:
        report, total, whole = self.report, self.report.total, "số địa điểm đăng ký"
        before = ""
        if report.knows_day_before and not report.is_today:
            change = compared(total.used, total.used_before, "địa điểm")
            before = f", so với ngày {self._day_before}: {change}"
        return (
            f"Trong ngày có {grouped(total.used)} địa điểm phát sinh lượt quét"
            f"{part_of(total.used, total.venues, whole)}{before}. Trong 7 ngày "
            f"(từ ngày {report.week_began:%d/%m/%Y} đến ngày {report.day:%d/%m/%Y}) có "
            f"{grouped(total.used_in_week)} địa điểm phát sinh lượt quét"
            f"{part_of(total.used_in_week, total.venues, whole)}."
        )

    def _forgotten(self) -> str:
        forgotten = self.report.forgotten
        until = f"{forgotten:%d/%m/%Y}" if forgotten else ""
        return (
            f"Số liệu lượt quét theo từng địa điểm đến hết ngày {until} đã được xóa theo thời "
            f"hạn lưu trữ, nên không còn xác định được số địa điểm có, không có phát sinh lượt "
            f"quét."
        )

    def _against(self) -> str:
        total = self.report.total
        week_ago = f"{self.report.day - timedelta(days=WEEK_DAYS):%d/%m/%Y}"
        if self.report.is_today:
            return (
                f"Để đối chiếu: cả ngày {self._day_before} có {grouped(total.day_before.arrived)} "
                f"lượt vào; cả ngày {week_ago} (cùng ngày tuần trước) có "
                f"{grouped(total.week_ago.arrived)} lượt vào."
            )
        yesterday = compared(total.day.arrived, total.day_before.arrived, "lượt vào")
        last_week = compared(total.day.arrived, total.week_ago.arrived, "lượt vào")
        return (
            f"So với ngày {self._day_before}: {yesterday}; so với cùng ngày tuần trước "
            f"(ngày {week_ago}): {last_week}."
        )

    def _in_week(self) -> str:
        week, before = self.report.total.week, self.report.total.week_before
        change = compared(week.arrived, before.arrived, "lượt vào")
        return (
            f"Trong 7 ngày có {grouped(week.arrived)} lượt vào, {grouped(week.departed)} lượt ra; "
            f"so với 7 ngày liền trước ({grouped(before.arrived)} lượt vào): {change}."
        )

    def _to_date(self) -> str:
        to_date = self.report.to_date
        if to_date.first is None:
            return f"Đến {self.until} chưa phát sinh lượt vào, ra nào."
        return (
            f"Lũy kế từ ngày {to_date.first:%d/%m/%Y} đến {self.until}: "
            f"{grouped(to_date.arrived)} lượt vào, {grouped(to_date.departed)} lượt ra, "
            f"{grouped(to_date.declared)} lượt khai báo y tế."
        )

    def _least_used(self) -> list[str]:
        """Name the three units with the smallest share, if there are more to compare with."""
        units = [(unit, counts) for unit, counts in self.report.units if counts.venues]
        if len(units) <= 3:
            return []
        worst = "; ".join(
            f"{in_sentence(unit) if unit.parent == self.report.area else full_name(unit)} "
            f"({share(counts.used_in_week, counts.venues)})"
            for unit, counts in sorted(units, key=lambda unit: unit[1].share_used)[:3]
        )
        return [f"Các đơn vị có tỷ lệ địa điểm sử dụng trong 7 ngày thấp nhất: {worst}."]

    def _nowhere_used(self) -> list[str]:
        """Say how many communes have venues and use none of them."""
        unused = [unit for unit, counts in self.report.communes if counts.is_nowhere_used]
        if not unused or not self.report.below:
            return []
        number = grouped(len(unused))
        return [f"{number} {kinds_of(unused)} chưa có địa điểm nào sử dụng mã QR trong 7 ngày."]

    def _followed_up(self) -> str:
        done = self.report.followed_up
        if not (done.reminded or done.called or done.visited):
            return "Trong ngày chưa ghi nhận việc nhắc nhở, kiểm tra địa điểm chưa sử dụng mã QR."
        return (
            f"Trong ngày đã nhắc qua tin nhắn {grouped(done.reminded)} địa điểm, gọi điện "
            f"{grouped(done.called)} địa điểm, kiểm tra trực tiếp {grouped(done.visited)} địa điểm "
            f"chưa sử dụng mã QR."
        )


@dataclass(frozen=True)
class _Tables:
    """The tables of a report, each with its sum at the end."""

    report: Report

    def parts(self) -> list[ReportPart]:
        """Return the parts after the sentences; the last is for people to write."""
        parts = [ReportPart("V. Kết quả theo loại hình địa điểm", table=self._by_kind())]
        if self.report.area.level != Level.COMMUNE:
            parts.append(ReportPart("VI. Kết quả theo đơn vị hành chính", table=self._by_unit()))
        number = "VII" if len(parts) == 2 else "VI"
        return [*parts, ReportPart(f"{number}. Nhận xét, đề xuất, kiến nghị", blank_lines=4)]

    def _by_kind(self) -> ReportTable:
        lines = [
            ReportLine([str(place), str(kind.label), *self._numbers(counts)])
            for place, (kind, counts) in enumerate(self.report.kinds, start=1)
        ]
        lines.append(ReportLine(["", "Tổng cộng", *self._numbers(self.report.total)], True))
        columns = [ReportColumn("TT", 5), ReportColumn("Loại hình", 23, is_number=False), *_NUMBERS]
        return ReportTable(f"Biểu 1. Theo loại hình địa điểm, {self._day}", columns, lines)

    def _by_unit(self) -> ReportTable:
        lines = [self._line(f"{place}", *part) for place, part in enumerate(self.report.units, 1)]
        return self._of_units(f"Biểu 2. Theo {kinds_of(self.report.below)}", lines)

    def by_commune(self) -> ReportTable | None:
        """Return every commune under its district, where the report itself shows districts."""
        if not self.report.districts:
            return None
        # As a spreadsheet's columns are named: there may be more districts than letters.
        letters = [*ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
        lines: list[ReportLine] = []
        for letter, (district, counts) in zip(letters, self.report.districts, strict=False):
            lines.append(replace(self._line(letter, district, counts), is_strong=True))
            inside = [part for part in self.report.communes if part[0].parent == district]
            lines += [self._line(f"{place}", *part) for place, part in enumerate(inside, 1)]
        kinds = kinds_of(commune for commune, _counts in self.report.communes)
        return self._of_units(f"Kết quả theo {kinds}", lines)

    @property
    def _day(self) -> str:
        return f"ngày {self.report.day:%d/%m/%Y}"

    def _of_units(self, title: str, lines: list[ReportLine]) -> ReportTable:
        first = [ReportColumn("TT", 5), ReportColumn("Đơn vị", 20, is_number=False)]
        total = self._line("", self.report.area, self.report.total).cells
        lines = [*lines, ReportLine(["", "Tổng cộng", *total[2:]], True)]
        rate = ReportColumn("Lượt vào trên 1.000 dân", 8)
        columns = [*first, *_NUMBERS[:6], rate, *_NUMBERS[6:]]
        return ReportTable(f"{title}, {self._day}", columns, lines)

    def _line(self, place: str, unit: Unit, counts: ReportCounts) -> ReportLine:
        numbers = self._numbers(counts)
        rate = per_thousand(counts.day.arrived, unit.inhabitants)
        return ReportLine([place, unit.name, *numbers[:6], rate, *numbers[6:]])

    def _numbers(self, counts: ReportCounts) -> list[str]:
        """Return the cells of _NUMBERS; what is no longer known is a dash."""
        knows_day, knows_week = self.report.knows_day, self.report.knows_week
        return [
            grouped(counts.venues),
            grouped(counts.used) if knows_day else _UNKNOWN,
            grouped(counts.used_in_week) if knows_week else _UNKNOWN,
            share(counts.used_in_week, counts.venues) if knows_week else _UNKNOWN,
            grouped(counts.day.arrived),
            grouped(counts.day.departed),
            grouped(counts.day.declared),
            grouped(counts.day.symptomatic),
            grouped(counts.day.contact),
        ]
