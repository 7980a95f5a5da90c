"""The row of headings, in the many ways people write them, and what each column holds."""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from districts.names import compared, folded
from venues.misread import misread


class ListColumn(StrEnum):
    """What a column of a list of venues holds."""

    NAME = "name"
    KIND = "kind"
    ADDRESS = "address"
    COMMUNE = "commune"
    DISTRICT = "district"
    CODE = "code"
    RESPONSIBLE = "responsible_name"
    PHONE = "phone"


LABELS = {
    ListColumn.NAME: _("Name of the venue"),
    ListColumn.KIND: _("Kind of venue"),
    ListColumn.ADDRESS: _("Address"),
    ListColumn.COMMUNE: _("Commune or ward"),
    ListColumn.DISTRICT: _("District"),
    ListColumn.CODE: _("Code of the commune"),
    ListColumn.RESPONSIBLE: _("Responsible person"),
    ListColumn.PHONE: _("Phone number"),
}
NEEDED = (
    ListColumn.NAME,
    ListColumn.KIND,
    ListColumn.ADDRESS,
    ListColumn.RESPONSIBLE,
    ListColumn.PHONE,
)
MOST_COLUMNS = 60
_LEAST_KNOWN = 3
_LONGEST = 80

# The first that fits decides: "Điện thoại người phụ trách" is a phone.
_OTHER = (
    r"\b(cccd|cmnd|can cuoc|e ?mail|ma so thue|mst|chuc (vu|danh)|ngay|ghi chu|note|zalo|fax|"
    r"ky ten|dang nhap|giay phep|ma so (doanh nghiep|ho)|nam sinh|dan toc|gioi tinh|dien tich|vi do|kinh do|so (luong|lao dong|nhan vien))\b"
)
_PERSON = (
    r"\b(phu trach|dai dien|chu (co so|ho|hkd|quan|tiem|cua hang|doanh nghiep|so huu|nha|kd|dn)|"
    r"dung dau|nguoi (lien he|quan ly|lien lac|dau moi|dung ten|chiu trach nhiem)|ten chu|dau moi|"
    r"truong (don vi|co so)|responsible|owner|manager|contact)\b|^ho (va )?ten\b"
)
_PHONE = (
    r"(d(ien)? ?thoai|so may|so lien (lac|he)|di ?dong|s ?d ?t|d ?t|d ?t ?(dd|lh|cd)|"
    r"(so )?d ?d|phone|telephone|tel|mobile|cell ?phone)"
)
# Khmer is not folded: its vowels are marks, and without them other words would look alike.
_KHMER: tuple[tuple[ListColumn | None, str], ...] = (
    (ListColumn.PHONE, "ទូរស័?ព្ទ|លេខហៅ"),
    (ListColumn.RESPONSIBLE, "ទទួលខុសត្រូវ|តំណាង|ម្ចាស់"),
    (ListColumn.CODE, "លេខកូដ|កូដឃុំ"),
    (ListColumn.ADDRESS, "អាសយដ្ឋាន|អាស័យដ្ឋាន"),
    (ListColumn.KIND, "ប្រភេទ"),
    (ListColumn.COMMUNE, "ឃុំ|សង្កាត់"),
    (ListColumn.DISTRICT, "ស្រុក|ខណ្ឌ|ក្រុង"),
    (ListColumn.NAME, "ឈ្មោះ|ទីកន្លែង"),
)
_PATTERNS: tuple[tuple[ListColumn | None, str], ...] = (
    (ListColumn.PHONE, rf"\b{_PHONE}\b.*\b(zalo|fax)\b|\bzalo\b.*\b{_PHONE}\b"),
    (None, _OTHER),
    (ListColumn.PHONE, rf"\b{_PHONE}\b"),
    (None, r"^(dia chi|noi o|cho o)\b.*\b(thuong tru|chu (ho|co so|quan|doanh nghiep|nha))\b"),
    (ListColumn.RESPONSIBLE, _PERSON),
    (
        ListColumn.CODE,
        r"\bma (so )?(xa|phuong|don vi|dvhc|dia ban|hanh chinh)\b|\b(commune|ward) code\b",
    ),
    (ListColumn.CODE, r"^code of the (commune|ward)\b"),
    (ListColumn.ADDRESS, r"^(ten )?(dia chi|address|so nha|duong|vi tri|tru so)\b|^d ?c(hi)?$"),
    (ListColumn.ADDRESS, r"\b(dia diem|noi|cho) (kinh doanh|hoat dong|kd|buon ban|dat)\b"),
    (ListColumn.KIND, r"^nhom (co so|nganh|hang|dia diem)\b"),
    (ListColumn.KIND, r"\b(loai( hinh)?|linh vuc|nganh( nghe)?|kind|type|category)\b"),
    (
        ListColumn.DISTRICT,
        r"^(ten |cap |thuoc )?(quan huyen|h t[xp]\b|(t[xp] )+huyen|q h$|huyen|thi xa|thanh pho|tp|district|town)\b",
    ),
    (ListColumn.COMMUNE, r"\b(don vi hanh chinh|dvhc)\b|^(x ?p|p ?x)( ?tt)?$"),
    (ListColumn.COMMUNE, r"(?<!thi )\bxa\b|\bphuong\b|\bthi tran\b|\b(commune|ward)\b"),
    (ListColumn.NAME, r"\b(ten|name|co so|don vi|doanh nghiep|cua hang|venue)\b"),
)
# What may be meant where no other heading says it: "Địa điểm" is the address beside a name.
_INSTEAD: tuple[tuple[ListColumn, str], ...] = (
    (
        ListColumn.NAME,
        r"dia diem( .*)?|ho kinh doanh|hkd|co quan|quan|diem .*|(bien|bang|thuong) hieu",
    ),
    (
        ListColumn.ADDRESS,
        r"dia diem( .*)?|dia chi .*|(so nha|to|khom|ap|khu pho|khu vuc)( \w+){0,3}",
    ),
    (ListColumn.KIND, r"(nhom|mat hang|hinh thuc|dich vu|noi dung|san pham|hoat dong)( .*)?"),
    (
        ListColumn.RESPONSIBLE,
        r"chu|lien (he|lac)|quan ly|(pho )?giam doc|thu truong|hieu truong|lanh dao( .*)?",
    ),
    (ListColumn.PHONE, r"(so )?zalo|(so )?lien (he|lac)|hotline|duong day nong"),
)
_IS_KHMER = re.compile("[\u1780-\u17ff]")
_IN_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
_NUMBERING = re.compile(r"\(?(\d{1,2}|[a-z])\)?\.?", re.IGNORECASE)


def column_of(heading: str) -> ListColumn | None:
    """Return what a column under this heading holds, or None where it does not concern us."""
    if len(heading) > _LONGEST:
        return None
    old = misread(heading)
    return _column_of(old.proposal if old and old.proposal else heading)


def _column_of(heading: str) -> ListColumn | None:
    bare = _bare(heading)
    if _IS_KHMER.search(bare):
        plain, patterns = compared(bare), _KHMER
    else:
        plain, patterns = _plain(bare), _PATTERNS
    return next((column for column, pattern in patterns if re.search(pattern, plain)), None)


def _bare(heading: str) -> str:
    return _IN_BRACKETS.sub(" ", heading.replace("\u200b", ""))


def _plain(bare: str) -> str:
    return re.sub(r"[\W_]+", " ", folded(bare)).strip()


def _completed(places: dict[ListColumn, int], texts: Sequence[str]) -> dict[ListColumn, int]:
    """Return the columns, also those that only a heading of several meanings may name."""
    if len(places) < 2 or all(column in places for column, _pattern in _INSTEAD):
        return places
    used, plain = set(places.values()), [_plain(_bare(text[:_LONGEST])) for text in texts]
    for column, pattern in _INSTEAD:
        fitting = (
            place
            for place, text in enumerate(plain)
            if place not in used and re.fullmatch(pattern, text)
        )
        if column not in places and (place := next(fitting, None)) is not None:
            places[column] = place
            used.add(place)
    return places


class Headings(NamedTuple):
    """The headings of a table: in which row they end, their texts, and what the columns hold."""

    row: int
    texts: tuple[str, ...]
    columns: dict[ListColumn, int]


def columns_of(cells: Sequence[str]) -> dict[ListColumn, int]:
    """Return the place of each column that a row of headings names; the first of two counts."""
    places: dict[ListColumn, int] = {}
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        column = column_of(cell)
        if column is not None:
            places.setdefault(column, place)
    return _completed(places, cells[:MOST_COLUMNS])


def is_heading(columns: dict[ListColumn, int]) -> bool:
    """Whether a row names enough columns to be the row of headings."""
    return ListColumn.NAME in columns and len(columns) >= _LEAST_KNOWN


def headings_among(lines: Sequence[tuple[int, Sequence[str]]]) -> Headings | None:
    """Return the headings that name most columns: a row, or two rows under merged cells."""
    in_two = [
        _in_two_rows(next_row, upper, lower)
        for (row, upper), (next_row, lower) in pairwise(lines)
        if next_row == row + 1 and _is_second(upper, lower)
    ]
    in_one = [Headings(row, tuple(map(_text, cells)), columns_of(cells)) for row, cells in lines]
    named = [headings for headings in in_two + in_one if is_heading(headings.columns)]
    return max(named, key=lambda headings: len(headings.columns), default=None)


def is_numbering(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns, as forms do: (1), (2), (3)."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 2 and all(_NUMBERING.fullmatch(cell) for cell in filled)


def _text(cell: str) -> str:
    return " ".join(cell.split())


def _is_second(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row stands below groups of a row of headings, and nowhere else.

    Under a heading that is merged downwards it is empty; a group is a heading with columns of its
    own below it, of which only the first is filled above. A row of data is filled everywhere.
    """
    if sum(map(bool, upper)) < _LEAST_KNOWN or any(len(cell) > _LONGEST for cell in lower):
        return False
    width = max(len(upper), len(lower)) + 1
    above, below = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    groups = 0
    for place in range(width - 1):
        begins = bool(above[place]) and not above[place + 1] and bool(below[place + 1])
        groups += begins and bool(below[place])
        if above[place] and below[place] and not begins and above[place] != below[place]:
            return False
        if below[place].strip("+0123456789 .") == "" and below[place]:
            return False
    return groups > 0


def _in_two_rows(row: int, upper: Sequence[str], lower: Sequence[str]) -> Headings:
    texts, columns, group = [], dict[ListColumn, int](), ""
    for place in range(min(MOST_COLUMNS, max(len(upper), len(lower)))):
        above = _text(upper[place]) if place < len(upper) else ""
        below = _text(lower[place]) if place < len(lower) else ""
        group = above or (group if below else "")
        texts.append(" – ".join(dict.fromkeys(filter(None, (group, below)))))
        column = _below_group(group, below)
        if column is not None:
            columns.setdefault(column, place)
    return Headings(row, tuple(texts), _completed(columns, texts))


def _below_group(group: str, heading: str) -> ListColumn | None:
    """Return what a column holds; "name" below "responsible person" is that person's."""
    if not heading:
        return column_of(group)
    column, above = column_of(heading), column_of(group)
    if column in (None, ListColumn.NAME):
        return column_of(f"{group} {heading}") if column or above != ListColumn.ADDRESS else column
    theirs = (ListColumn.PHONE, ListColumn.RESPONSIBLE)
    return None if above == ListColumn.RESPONSIBLE and column not in theirs else column
