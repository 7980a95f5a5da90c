"""The sentences of a daily report, as officials write them; always in Vietnamese."""

from datetime import timedelta

from dashboards.figures import WEEK_DAYS
from districts.days import local_day
from districts.models import Unit
from districts.numbers import grouped

from .figures import FollowedUp, Report
from .words import (
    clock,
    compared,
    full_name,
    in_sentence,
    kinds_of,
    per_thousand,
    share,
    short_day,
)

_FEWEST = 3


def until(report: Report) -> str:
    """Say up to when is counted; today is not over."""
    day = short_day(report.day)
    return f"{clock(report.now)}, ngày {day}" if report.is_today else f"ngày {day}"


def registered(report: Report) -> list[str]:
    """Say how many venues there are, and how many of them are used."""
    total = report.total
    sentence = (
        f"Đến {until(report)}, {_whole(report)} có {grouped(total.venues)} địa điểm đăng ký mã QR "
        f"đang hoạt động; trong ngày đăng ký mới {grouped(total.opened)} địa điểm, "
        f"ngừng hoạt động {grouped(total.closed)} địa điểm."
    )
    if people := report.area.inhabitants:
        sentence += (
            f" Bình quân có {per_thousand(total.venues, people)} địa điểm trên 1.000 dân "
            f"(dân số theo Tổng điều tra năm 2019: {grouped(people)} người)."
        )
    return [sentence, _used(report)]


def people(report: Report) -> list[str]:
    """Say how many came and left, against the day and the week before, and since the beginning."""
    total = report.total
    day = total.day
    sentence = (
        f"Trong ngày {short_day(report.day)}{_so_far(report)} ghi nhận {grouped(day.arrived)} lượt "
        f"vào, {grouped(day.departed)} lượt ra (trong đó {grouped(day.checked_out)} lượt do người "
        f"dân tự báo khi ra, {grouped(day.inferred)} lượt do hệ thống xác định)."
    )
    if report.is_today:
        sentence += f" Hiện có {grouped(total.inside)} người chưa ghi nhận lượt ra."
    if inhabitants := report.area.inhabitants:
        rate = per_thousand(day.arrived, inhabitants)
        sentence += f" Bình quân {rate} lượt vào trên 1.000 dân."
    return [sentence, _against(report), _in_week(report), _to_date(report)]


def declared(report: Report) -> list[str]:
    """Say what people declared of their health."""
    day, before = report.total.day, report.total.day_before
    sentence = (
        f"Trong ngày có {grouped(day.declared)} lượt khai báo y tế; trong đó "
        f"{grouped(day.symptomatic)} lượt khai có triệu chứng, {grouped(day.contact)} lượt khai có "
        f"tiếp xúc với người bệnh, người nghi mắc bệnh, người về từ vùng có dịch hoặc người có "
        f"triệu chứng."
    )
    outcome = (
        f"Kết quả phân loại: {grouped(day.stop)} lượt không được vào địa điểm, {grouped(day.ask)} "
        f"lượt cần người trực hỏi thêm, cộng {grouped(day.worrying)} lượt"
        f"{_of(share(day.worrying, day.declared), 'tổng số lượt khai báo')}; "
    )
    if report.is_today:
        outcome += f"cả ngày {_day_before(report)} có {grouped(before.worrying)} lượt."
    else:
        change = compared(day.worrying, before.worrying, "lượt")
        outcome += f"so với ngày {_day_before(report)}: {change}."
    return [sentence, outcome]


def silent(report: Report) -> list[str]:
    """Say which venues were not used, where most of them are, and what was done about them."""
    total = report.total
    sentences = []
    if report.knows_week:
        sentences.append(
            f"Có {grouped(total.unused)} địa điểm không phát sinh lượt quét trong 7 ngày"
            f"{_of(share(total.unused, total.venues), 'số địa điểm đăng ký')}."
        )
    else:
        sentences.append(_forgotten(report))
    sentences.append(
        f"Đến thời điểm lập báo cáo ({clock(report.now)}, ngày "
        f"{short_day(local_day(report.now))}), có {grouped(total.unused_ever)} địa điểm chưa phát "
        f"sinh lượt quét nào kể từ khi đăng ký."
    )
    sentences += [*_least_used(report), *_nowhere_used(report)]
    return [*sentences, _followed_up(report.followed_up)]


def _used(report: Report) -> str:
    total = report.total
    if not report.knows_week:
        return _forgotten(report)
    before = ""
    if report.knows_day_before and not report.is_today:
        change = compared(total.used, total.used_before, "địa điểm")
        before = f", so với ngày {_day_before(report)}: {change}"
    return (
        f"Trong ngày có {grouped(total.used)} địa điểm phát sinh lượt quét"
        f"{_of(share(total.used, total.venues), 'số địa điểm đăng ký')}{before}. Trong 7 ngày "
        f"(từ ngày {short_day(report.week_began)} đến ngày {short_day(report.day)}) có "
        f"{grouped(total.used_in_week)} địa điểm phát sinh lượt quét"
        f"{_of(share(total.used_in_week, total.venues), 'số địa điểm đăng ký')}."
    )


def _against(report: Report) -> str:
    total = report.total
    week_ago = short_day(report.day - timedelta(days=WEEK_DAYS))
    if report.is_today:
        return (
            f"Để đối chiếu: cả ngày {_day_before(report)} có {grouped(total.day_before.arrived)} "
            f"lượt vào; cả ngày {week_ago} (cùng ngày tuần trước) có "
            f"{grouped(total.week_ago.arrived)} lượt vào."
        )
    yesterday = compared(total.day.arrived, total.day_before.arrived, "lượt vào")
    last_week = compared(total.day.arrived, total.week_ago.arrived, "lượt vào")
    return (
        f"So với ngày {_day_before(report)}: {yesterday}; so với cùng ngày tuần trước "
        f"(ngày {week_ago}): {last_week}."
    )


def _in_week(report: Report) -> str:
    week, before = report.total.week, report.total.week_before
    change = compared(week.arrived, before.arrived, "lượt vào")
    return (
        f"Trong 7 ngày có {grouped(week.arrived)} lượt vào, {grouped(week.departed)} lượt ra; so "
        f"với 7 ngày liền trước ({grouped(before.arrived)} lượt vào): {change}."
    )


def _to_date(report: Report) -> str:
    to_date = report.to_date
    if to_date.first is None:
        return f"Đến {until(report)} chưa phát sinh lượt vào, ra nào."
    return (
        f"Lũy kế từ ngày {short_day(to_date.first)} đến {until(report)}: "
        f"{grouped(to_date.arrived)} lượt vào, {grouped(to_date.departed)} lượt ra, "
        f"{grouped(to_date.declared)} lượt khai báo y tế."
    )


def _least_used(report: Report) -> list[str]:
    """Name the units with the smallest share, if there are enough to compare."""
    units = report.districts or report.communes
    compared_units = [(unit, counts) for unit, counts in units if counts.venues]
    if not report.knows_week or len(compared_units) <= _FEWEST:
        return []
    worst = sorted(compared_units, key=lambda one: one[1].share_used)[:_FEWEST]
    named = "; ".join(
        f"{_named(unit, report)} ({share(counts.used_in_week, counts.venues)})"
        for unit, counts in worst
    )
    return [f"Các đơn vị có tỷ lệ địa điểm sử dụng trong 7 ngày thấp nhất: {named}."]


def _nowhere_used(report: Report) -> list[str]:
    """Say how many communes have venues and use none of them."""
    unused = [commune for commune, one in report.communes if one.venues == one.unused > 0]
    if not report.knows_week or not unused or not report.below:
        return []
    number = grouped(len(unused))
    return [f"{number} {kinds_of(unused)} chưa có địa điểm nào sử dụng mã QR trong 7 ngày."]


def _named(unit: Unit, report: Report) -> str:
    return in_sentence(unit) if unit.parent == report.area else full_name(unit)


def _followed_up(done: FollowedUp) -> str:
    if not (done.reminded or done.called or done.visited):
        return "Trong ngày chưa ghi nhận việc nhắc nhở, kiểm tra địa điểm chưa sử dụng mã QR."
    return (
        f"Trong ngày đã nhắc qua tin nhắn {grouped(done.reminded)} địa điểm, gọi điện "
        f"{grouped(done.called)} địa điểm, kiểm tra trực tiếp {grouped(done.visited)} địa điểm "
        f"chưa sử dụng mã QR."
    )


def _forgotten(report: Report) -> str:
    forgotten = short_day(report.forgotten) if report.forgotten else ""
    return (
        f"Số liệu lượt quét theo từng địa điểm đến hết ngày {forgotten} đã được xóa theo thời hạn "
        f"lưu trữ, nên không còn xác định được số địa điểm có, không có phát sinh lượt quét."
    )


def _whole(report: Report) -> str:
    return f"toàn {report.area.kind}"


def _so_far(report: Report) -> str:
    return f" (đến {clock(report.now)})" if report.is_today else ""


def _day_before(report: Report) -> str:
    return short_day(report.day - timedelta(days=1))


def _of(part: str, whole: str) -> str:
    """Say which part of a whole something is, where there is a whole."""
    return f" (chiếm {part} {whole})" if part[0].isdecimal() else ""
