"""A list on paper, as an official document: to call from, with room for what comes of it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from database.apart import is_apart
from declarations.models import Evidence
from districts.days import LOCAL_ZONE
from districts.models import Unit
from documents.fonts import Weight
from documents.official_paper import LEFT, MIDDLE, RIGHT, OfficialPaper, RuledCell, RuledColumn
from tracing.models import Standing
from tracing.triage.bands import Band
from venues.models import Venue

from .listing import ListedPerson, Listing, ListScope

_COLUMNS = (
    RuledColumn("STT", 10, is_centred=True),
    RuledColumn("Họ tên, năm sinh", 44),
    RuledColumn("Điện thoại", 27, is_centred=True),
    RuledColumn("Địa chỉ", 50),
    RuledColumn("Đã gặp ca bệnh", 54),
    RuledColumn("Hạn gọi, ngày theo dõi", 24, is_centred=True),
    RuledColumn("Kết quả gọi", 30),
    RuledColumn("Triệu chứng, nhiệt độ", 22),
    RuledColumn("Ghi chú", 16),
)
_STANDINGS: dict[str, str] = {
    Standing.PROPOSED: "chưa quyết định",
    Standing.LINK: "chỉ có yếu tố dịch tễ",
    Standing.DISMISSED: "không phải người tiếp xúc",
}


def contact_paper(listing: Listing) -> bytes:
    """Return a list as a PDF; no row breaks across pages."""
    with translation.override("vi"):
        what = f"DIỄN TẬP - {_what(listing)}" if is_apart() else _what(listing)
        paper = OfficialPaper(f"{what} {listing.number}", _COLUMNS, listing.now)
        paper.letterhead(listing.officer.own_area, listing.number)
        top = _heading(paper, listing, what)
        rows = [_cells(row, listing) for row in listing.rows]
        y = paper.rows(top, rows, 13)  # room to write by hand
        paper.signatures(y, "NGƯỜI LẬP DANH SÁCH", "NGƯỜI NHẬN DANH SÁCH")
        return paper.finished(f"Danh sách số {listing.number} · {_warning(listing)}")


def _what(listing: Listing) -> str:
    about = listing.about
    if about.case:
        return f"DANH SÁCH GỌI NGƯỜI TIẾP XÚC - CA BỆNH {about.code}"
    station = f"TRẠM Y TẾ {about.commune.place.upper()}" if about.commune else "CHƯA CÓ TRẠM Y TẾ"
    return f"DANH SÁCH NGƯỜI TIẾP XÚC CẦN THEO DÕI - {station}"


def _heading(paper: OfficialPaper, listing: Listing, what: str) -> float:
    """Write what it is, by which rule, by whom, and how to keep it; return where rows begin."""
    write = paper.letters.centred
    write(what, MIDDLE, 36, 13, Weight.STRONG)
    by_rule = f"Theo {listing.documents} · " if listing.documents else ""
    as_of = f"{paper.now:%H:%M ngày %d/%m/%Y}"
    officer = f"người lập: {listing.officer}"
    write(f"{by_rule}{_number(listing)} · tính đến {as_of} · {officer}", MIDDLE, 42, 9)
    paper.paper.set_line_width(0.4)
    paper.paper.rect(LEFT, 45, RIGHT - LEFT, 6.5)
    write(_warning(listing), MIDDLE, 49.5, 9.5, Weight.STRONG)
    return 54.0


def _warning(listing: Listing) -> str:
    if is_apart():
        return "DIỄN TẬP: NGƯỜI ĐƯỢC TẠO RA, KHÔNG CÓ THẬT"
    if listing.is_masked:
        return "BẢN CHE TÊN: KHÔNG CÓ HỌ TÊN, ĐIỆN THOẠI VÀ ĐỊA CHỈ"
    return "DỮ LIỆU CÁ NHÂN: CẤT GIỮ CÓ KHÓA, HỦY SAU KHI SỬ DỤNG"


def _number(listing: Listing) -> str:
    scope = listing.about.scope
    people = f"{len(listing.rows)} người{'' if listing.is_whole else ' đầu danh sách'}"
    return ", ".join([people, *(_narrowed(scope) if scope else [])])


def _narrowed(scope: ListScope) -> Iterator[str]:
    """Say what a list was narrowed to, but for what every call list is."""
    filters = scope.filters
    words_if = {
        "F2": filters.generation == 2,
        _STANDINGS.get(filters.standing, ""): filters.standing,
        str(Band(filters.band).label) if filters.band in Band.values else "": filters.band,
        f"chắc chắn từ {filters.certain} phút": filters.certain,
        f"có thể từ {filters.possible} phút": filters.possible,
        _name(Venue.objects.filter(pk=filters.venue)): filters.venue,
        _name(Unit.objects.filter(pk=filters.commune)): filters.commune,
        "cùng hộ gia đình": filters.household,
        "còn phải gọi": scope.to_do == "calls",
        "còn việc hôm nay": scope.to_do == "today",
    }
    if filters.evidence in Evidence.values:
        words_if[str(Evidence(filters.evidence).label)] = filters.evidence
    yield from (words for words, is_chosen in words_if.items() if words and is_chosen)


def _name(objects: QuerySet[Any]) -> str:
    return ", ".join(map(str, objects))


def _cells(row: ListedPerson, listing: Listing) -> list[RuledCell]:
    contact = row.contact
    known = [str(row.birth_year or ""), f"F{contact.generation}"]
    known += ["cùng hộ gia đình"] if contact.is_household else []
    return [
        RuledCell([str(row.number)]),
        RuledCell([row.name, " · ".join(filter(None, known))], is_strong=True),
        RuledCell([row.phone], is_strong=True),
        RuledCell(list(filter(None, [row.address, row.lives_in]))),
        RuledCell(list(_met(row, with_cases=listing.about.case is None))),
        RuledCell(list(_when(row))),
        RuledCell([]),
        RuledCell([]),
        RuledCell([]),
    ]


def _met(row: ListedPerson, *, with_cases: bool) -> Iterator[str]:
    if with_cases:
        yield ", ".join(row.case_numbers)
    yield f"chắc chắn {row.contact.certain_minutes} phút, có thể {row.contact.possible_minutes} phút"
    if row.met:
        start = row.met.possible_period.lower.astimezone(LOCAL_ZONE)
        end = row.met.possible_period.upper.astimezone(LOCAL_ZONE)
        last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%H:%M %d/%m}"
        yield f"{row.met.stay.venue.name}, {start:%d/%m %H:%M}-{last}"


def _when(row: ListedPerson) -> Iterator[str]:
    if row.contact.due_on:
        yield f"{row.contact.due_on:%d/%m/%Y}"
    if row.days:
        yield f"ngày {row.day}/{row.days}"
