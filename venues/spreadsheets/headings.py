"""The row of headings, in the many ways people write them, and what each column holds."""

import re
from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from districts.names import folded


class Column(StrEnum):
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
    Column.NAME: _("Name of the venue"),
    Column.KIND: _("Kind of venue"),
    Column.ADDRESS: _("Address"),
    Column.COMMUNE: _("Commune or ward"),
    Column.DISTRICT: _("District"),
    Column.CODE: _("Code of the commune"),
    Column.RESPONSIBLE: _("Responsible person"),
    Column.PHONE: _("Phone number"),
}
NEEDED = (Column.NAME, Column.KIND, Column.ADDRESS, Column.RESPONSIBLE, Column.PHONE)
MOST_COLUMNS = 60
_LEAST_KNOWN = 3
_LONGEST = 80

# The first that fits decides: "Điện thoại người phụ trách" is a phone.
_OTHER = r"\b(cccd|cmnd|can cuoc|e ?mail|ma so thue|mst|chuc (vu|danh)|ngay|ghi chu|note)\b"
_PERSON = (
    r"\b(phu trach|dai dien|chu (co so|ho|quan|tiem|cua hang|doanh nghiep)|dung dau|"
    r"nguoi (lien he|quan ly|lien lac)|responsible|owner|manager|contact)\b|^ho (va )?ten\b"
)
_PATTERNS = (
    (None, _OTHER),
    (Column.PHONE, r"\b(dien thoai|s ?d ?t|d ?t|dtdd|phone|telephone|tel|mobile)\b"),
    (Column.RESPONSIBLE, _PERSON),
    (Column.CODE, r"\bma (so )?(xa|phuong|don vi|dvhc|dia ban)\b|\b(commune|ward) code\b"),
    (Column.CODE, r"^code of the (commune|ward)\b"),
    (Column.ADDRESS, r"^(ten )?(dia chi|address|so nha|duong|vi tri)\b"),
    (Column.ADDRESS, r"\bdia diem (kinh doanh|hoat dong)\b"),
    (Column.KIND, r"\b(loai( hinh)?|linh vuc|nganh( nghe)?|kind|type|category)\b"),
    (Column.DISTRICT, r"^(ten )?(quan huyen|huyen|thi xa|thanh pho|tp|district|town)\b"),
    (Column.COMMUNE, r"(?<!thi )\bxa\b|\bphuong\b|\bthi tran\b|\b(commune|ward)\b"),
    (Column.NAME, r"\b(ten|name|co so|dia diem|don vi|doanh nghiep|cua hang|venue)\b"),
)
_IN_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
_NUMBERING = re.compile(r"\(?(\d{1,2}|[a-z])\)?\.?", re.IGNORECASE)


def column_of(heading: str) -> Column | None:
    """Return what a column under this heading holds, or None where it does not concern us."""
    if len(heading) > _LONGEST:
        return None
    plain = re.sub(r"[\W_]+", " ", folded(_IN_BRACKETS.sub(" ", heading))).strip()
    return next((column for column, pattern in _PATTERNS if re.search(pattern, plain)), None)


def columns_of(cells: Sequence[str]) -> dict[Column, int]:
    """Return the place of each column that a row of headings names; the first of two counts."""
    places: dict[Column, int] = {}
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        column = column_of(cell)
        if column is not None:
            places.setdefault(column, place)
    return places


def is_heading(columns: dict[Column, int]) -> bool:
    """Whether a row names enough columns to be the row of headings."""
    return Column.NAME in columns and len(columns) >= _LEAST_KNOWN


def is_numbering(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns, as forms do: (1), (2), (3)."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 2 and all(_NUMBERING.fullmatch(cell) for cell in filled)
