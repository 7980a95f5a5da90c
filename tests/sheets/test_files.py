"""A sheet as a file: sent while it is read, numbers as numbers and texts as texts."""

from contextlib import closing

import pytest

from sheets.files import csv_file, xlsx_file
from sheets.sheet import Field, Holds, Sheet

from .sheet_reading import body, worksheet


def test_a_csv_is_sent_while_it_is_read():
    read: list[int] = []
    rows = ([number] for number in range(5000) if not read.append(number))
    pieces = iter(csv_file(Sheet("x", "X", [Field("N")], rows)))
    heading, _first_lines = next(pieces), next(pieces)
    assert heading == b"\xef\xbb\xbfN\r\n"
    assert len(read) == 500


@pytest.mark.django_db  # a response that is closed looks after the connections
def test_a_number_below_nothing_stays_a_number_and_its_text_does_not():
    sheet = Sheet("x", "X", [Field("N"), Field("T", Holds.TEXT)], [[-5, "-5"]])
    assert body(csv_file(sheet)).endswith(b"\r\n-5,'-5\r\n")
    with closing(xlsx_file(sheet)) as response:
        (cells,) = worksheet(response).iter_rows(min_row=3)
    assert [cell.value for cell in cells] == [-5, "'-5"]
