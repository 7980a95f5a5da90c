"""Lists as they really come: encodings, delimiters, titles above the headings, traps in XLSX."""

import contextlib
import io
import unicodedata
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues.spreadsheets import ListColumn, ListSheet, SheetRefused, refusal_sentence
from venues.spreadsheets.headings import column_of

from .lists import HEADINGS, as_csv, as_xlsx, book, row

MOMENT = datetime.fromisoformat("2021-05-03T07:30")


def open_sheet(file: io.BytesIO) -> ListSheet:
    """Return the first sheet of which something is read."""
    return next(sheet for sheet in book(file.getvalue()).sheets if not sheet.unread)


def all_lines(content: bytes) -> list:
    return [line for sheet in book(content).sheets for line in sheet.lines]


def read(content: bytes) -> list[list[str]]:
    return [list(line.cells[: len(HEADINGS)]) for line in open_sheet(io.BytesIO(content)).lines]


def refused(content: bytes) -> str:
    with pytest.raises(SheetRefused) as error:
        all_lines(content)
    assert refusal_sentence(error.value.key, error.value.params).endswith(".")
    return error.value.key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_is_read_in_any_usual_encoding_and_delimiter(encoding: str, delimiter: str):
    rows = [row(), row(name="Tạp hoá “Ánh”; số 2, chợ\nđêm", address='5 "A" Lê Lợi')]
    content = as_csv(rows, encoding, delimiter)
    sheet = open_sheet(io.BytesIO(content))
    assert book(content).encoding == ""
    assert [list(line.cells) for line in sheet.lines] == rows


def test_a_file_of_an_old_windows_program_is_read_and_said_to_be_uncertain():
    content = as_csv([row(name="Quán Ba Đình")]).decode("utf-8-sig")
    old = "".join(map(as_1258, content)).encode("cp1258")
    assert book(old).encoding == "cp1258"
    names = [unicodedata.normalize("NFC", line.cells[1]) for line in all_lines(old)]
    assert names == ["Quán Ba Đình"]


def as_1258(letter: str) -> str:
    """Return a letter with its tone after it, as that encoding has it."""
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(c for c in parts if c in "\u0300\u0309\u0303\u0301\u0323")
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + tones


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    content = as_csv([row(name="một\nhai"), [""] * 8, row(name="ba")])
    lines = list(open_sheet(io.BytesIO(content)).lines)
    assert [(line.row, line.cells[1]) for line in lines] == [(2, "một\nhai"), (4, "ba")]


def test_the_headings_are_found_below_titles_and_above_numbering():
    titles = [["ỦY BAN NHÂN DÂN"], ["DANH SÁCH ĐỊA ĐIỂM"], []]
    numbering = [f"({number})" for number in range(1, 9)]
    sheet = open_sheet(io.BytesIO(as_xlsx([numbering, row()], titles)))
    assert sheet.heading_row == 4
    assert [(line.row, list(line.cells)) for line in sheet.lines] == [(6, row())]
    assert sheet.not_used == ["STT"]


def test_a_row_with_a_number_only_and_the_templates_examples_are_passed_over():
    rows = [["2", *[""] * 7], row(name="Ví dụ: Chợ phường"), row(name="EXAMPLE: market"), row()]
    assert read(as_csv(rows)) == [row()]


def test_a_workbook_shows_numbers_dates_and_values_of_formulas():
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append([1, 24.0, True, date(2021, 5, 3), MOMENT, 0.5, None, 912345678])
    content = io.BytesIO()
    book.save(content)
    cells = ["1", "24", "True", "03/05/2021", "03/05/2021 07:30", "0.5", "", "912345678"]
    assert read(content.getvalue()) == [cells]


def test_the_first_sheet_with_headings_counts_and_hidden_ones_do_not():
    book = openpyxl.Workbook()
    book.active.title = "Bìa"
    for name, cells in (("Ẩn", row(name="ẩn")), ("Danh sách", row())):
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS)
        sheet.append(cells)
    book["Ẩn"].sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    assert read(content.getvalue()) == [row()]


def test_an_apostrophe_that_kept_a_text_from_acting_is_taken_away():
    assert read(as_csv([row(phone="'+84 900 000 001", name="'Tiệm 'A'")])) == [
        row(phone="+84 900 000 001", name="'Tiệm 'A'")
    ]


def workbook(**parts: bytes) -> bytes:
    """Return a good workbook with parts added or replaced: `xl__vbaProject_bin=b"…"`."""
    content = io.BytesIO(as_xlsx([row()]))
    changed = io.BytesIO()
    names = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data
        for name, data in parts.items()
    }
    with (
        zipfile.ZipFile(content) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, names.pop(entry.filename, None) or old.read(entry))
        for name, data in names.items():
            new.writestr(name, data)
    return changed.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
FAR_ROW = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"%PDF-1.7 ...", "not_a_sheet"),
        (b"\r\n<HTML><table><tr><td>A", "not_a_sheet"),  # what many programs export as .xls
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken"),
        (b"PK\x03\x04junk", "broken"),
        (workbook(xl__vbaProject_bin=b"x"), "macros"),
        (workbook(xl__media__image1=bytes(210 * 1024 * 1024)), "too_large_inside"),
        (workbook(xl__sharedStrings_xml=LAUGHS), "broken"),
        (workbook(xl__worksheets__sheet1_xml=FAR_ROW), "broken"),
        (workbook(xl__worksheets__sheet1_xml=b"<worksheet><"), "broken"),
        ("một,hai,ba\n1,2,3\n".encode(), "no_headings"),
        (b"Ten,Loai hinh,Dia chi\na,b,c\n", "columns_missing"),
        (as_csv([]), "no_rows"),
        (b'ten,loai,dia chi,nguoi phu trach,sdt\n"' + b"x" * 140_000, "broken_row"),
        (b"\x81\x8d\x8f\x90\x9d\x00\xff\xfe,", "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, key: str):
    assert refused(content) == key


def test_more_than_50_000_rows_are_refused():
    content = as_csv([row()]) + b"1,a,b,c,d,e,f,g\r\n" * 50_000
    assert refused(content) == "too_many_rows"


def test_a_zip_of_something_else_is_no_spreadsheet():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert refused(content.getvalue()) == "not_a_sheet"


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("TÊN CƠ SỞ", ListColumn.NAME),
        ("Ten dia diem", ListColumn.NAME),
        ("Venue name", ListColumn.NAME),
        ("Loại hình (chợ, quán…)", ListColumn.KIND),
        ("Địa chỉ (số nhà, đường, xã/phường)", ListColumn.ADDRESS),
        ("Xã/Phường/Thị trấn", ListColumn.COMMUNE),
        ("phuong, xa", ListColumn.COMMUNE),
        ("Huyện/Thị xã/Thành phố", ListColumn.DISTRICT),
        ("Mã xã", ListColumn.CODE),
        ("Người đại diện", ListColumn.RESPONSIBLE),
        ("Họ và tên chủ cơ sở", ListColumn.RESPONSIBLE),
        ("SĐT", ListColumn.PHONE),
        ("Số điện thoại người phụ trách *", ListColumn.PHONE),
        ("Số CCCD người đại diện", None),
        ("Ghi chú", None),
        ("STT", None),
        ("x" * 200, None),
    ],
)
def test_a_heading_is_known_in_many_spellings(heading: str, column: ListColumn | None):
    assert column_of(heading) == column


@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes):
    with contextlib.suppress(SheetRefused):
        all_lines(content)
