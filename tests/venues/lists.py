"""Lists of venues as files, and what to write into them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter
from django.utils import timezone

import districts
from districts.load import load_units
from districts.models import Unit
from venues.imports.keeping import check
from venues.models import Import
from venues.spreadsheets.files import tables_of
from venues.spreadsheets.sheet import Book, book_of

START = date(2021, 1, 1)
HEADINGS = (
    "STT", "Tên cơ sở", "Loại hình", "Địa chỉ", "Xã/Phường/Thị trấn", "Huyện/TX/TP",
    "Người phụ trách", "Số điện thoại",
)  # fmt: skip
GOOD = {
    "STT": "1",
    "Tên cơ sở": "Quán Hoà Bình",
    "Loại hình": "Quán ăn",
    "Địa chỉ": "12 Lê Lợi",
    "Xã/Phường/Thị trấn": "Phường 1",
    "Huyện/TX/TP": "TP Trà Vinh",
    "Người phụ trách": "Trần Thị Thử",
    "Số điện thoại": "0900 000 001",
}
ORDER = dict(
    zip(
        ("number", "name", "kind", "address", "commune", "district", "who", "phone"),
        HEADINGS,
        strict=True,
    )
)


def book(content: bytes) -> Book:
    """Return the lists in a file, read here: a process for each would take long."""
    return book_of(tables_of(io.BytesIO(content)))


def row(**changes: str) -> list[str]:
    """Return the cells of a good row after these changes: `row(name="", phone="12")`."""
    told = GOOD | {ORDER[name]: value for name, value in changes.items()}
    return [told[heading] for heading in HEADINGS]


def as_csv(
    rows: Iterable[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ","
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADINGS, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence], before: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a workbook with rows before the headings, as titles are."""
    return as_book({"": rows}, before)


def as_book(
    sheets: Mapping[str, Iterable[Sequence]], before: Sequence[Sequence[str]] = ()
) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name or None)
            for number, cells in enumerate([*before, HEADINGS, *rows]):
                sheet.write_row(number, 0, cells)
    return content.getvalue()


def load_tra_vinh() -> None:
    """Load all 9 districts and 106 communes of 2021."""
    folder = Path(districts.__file__).parent / "data"
    for name in ("provinces_2021.csv", "tra_vinh_2021.csv"):
        load_units((folder / name).read_bytes(), START)


def checked(area: Unit, content: bytes) -> Import:
    """Return an import of an area after its check."""
    listed = Import.objects.create(area=area, uploaded_at=timezone.now(), file_name="list")
    check(listed.pk, io.BytesIO(content), timezone.now(), lambda _done, _total: None)
    listed.refresh_from_db()
    return listed
