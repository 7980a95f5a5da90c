"""A spreadsheet as a file: sent while it is read, numbers as numbers, and no text that acts."""

import re
from contextlib import closing

import pytest
from openpyxl.utils.escape import unescape

from documents.spreadsheets import (
    Field,
    Holds,
    Spreadsheet,
    csv_file,
    file_of,
    inert,
    one_line,
    xlsx_file,
)
from tests.documents.payloads import HARMLESS, PAYLOADS, is_live
from tests.documents.sheet_reading import body, rows_of, worksheet
from tests.venues.lists import book

RECKONED = [
    "1/14", "3-4", "00123", "079203001234", "1E5", "1.234", "0912.345.678", "2-Mar", "May 10", "30/4",
    "14.5.2021", "1/2/2021 08:00", "08:00", "5 PM", "5%", "(5)", "1 1/2", "TRUE", "12/2021", ".5", "1,5",
]  # fmt: skip
KEPT = [
    "12A", "Quán 24/7", "1980", "29239", "ABCD-2345", "2345-6789", "00042-02", "0900 000 001",
    "Lô A-5", "30/4 Lê Lợi", "May", "March Hare", "P.1", "a=b", "'90s", "day 4 of 14",
]  # fmt: skip
HEADINGS = ("Tên địa điểm", "Loại hình", "Địa chỉ", "Điện thoại", "Người phụ trách", "Xã phường")


@pytest.mark.django_db  # a response that is closed looks after the connections
def test_a_number_below_nothing_stays_a_number_and_its_text_does_not():
    sheet = Spreadsheet("x", "X", [Field("N"), Field("T", Holds.TEXT)], [[-5, "-5"]])
    assert body(csv_file(sheet)).endswith(b"\r\n-5,'-5\r\n")
    with closing(xlsx_file(sheet)) as response:
        (cells,) = worksheet(response).iter_rows(min_row=3)
    assert [cell.value for cell in cells] == [-5, "-5"]
    assert [cell.data_type for cell in cells] == ["n", "s"]


@pytest.mark.django_db
def test_a_workbook_holds_every_text_as_it_was_typed():
    texts = [*RECKONED, *KEPT, *PAYLOADS, "_x0041_", "{=1}", "http://example.invalid/"]
    sheet = Spreadsheet("x", "=1+1", [Field("'-1", Holds.TEXT)], [[text] for text in texts])
    with closing(xlsx_file(sheet)) as response:
        title, heading, *rows = worksheet(response).iter_rows()
    assert (title[0].value, heading[0].value) == ("=1+1", "'-1")
    assert {cell.data_type for (cell,) in rows if cell.value is not None} == {"s"}
    read = [unescape(cell.value or "") for (cell,) in rows]
    assert [
        pair for pair in zip(read, map(one_line, texts), strict=True) if len(set(pair)) > 1
    ] == []


@pytest.mark.django_db
@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_what_a_program_would_make_a_number_of_is_read_back_as_it_was(file_type):
    """A CSV has an apostrophe in front of it, which the import takes off again."""
    texts = [*RECKONED, *KEPT, "=1+1", "+84 912"]
    rows = [["Quán", "Chợ", text, "0912 345 678", "An", "Phường 1"] for text in texts]
    sheet = Spreadsheet("x", "X", [Field(heading) for heading in HEADINGS], rows)
    with closing(file_of(lambda: sheet, file_type)) as response:
        file = body(response)
    listed = next(book(file).sheets)
    assert [line.cells[2] for line in listed.lines] == texts


def test_a_csv_keeps_days_and_numbers_of_texts_from_programs():
    texts = [*RECKONED, *KEPT]
    sheet = Spreadsheet("x", "X", [Field("T", Holds.TEXT)], [[text] for text in texts])
    cells = [row[0] for row in rows_of(csv_file(sheet))[1:]]
    assert cells == [*(f"'{text}" for text in RECKONED), *KEPT]


def test_there_are_many_payloads_and_each_would_act():
    assert len(set(PAYLOADS)) >= 130
    assert sum(is_live(payload) for payload in PAYLOADS) >= 110


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_however_it_is_split(payload):
    written = inert(payload)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\uffff]", written)
    assert [cell for cell in [written, *written.split(";")] if is_live(cell)] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_texts_stay_as_they_are(text):
    assert inert(text) == text
