"""`manage.py import_venues`: faults said, nothing brought in unless asked, twice is once."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import make
from venues.models import ImportRow, Venue

from .clerks import clerks_book
from .lists import as_csv, as_xlsx, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tree, tmp_path: Path):
    """Run the command on a file's content; return what it says, also where it ends with 1."""

    def run(content: bytes, *options: str) -> str:
        path = tmp_path / "list"
        path.write_bytes(content)
        said = StringIO()
        try:
            call_command("import_venues", str(path), *options, stdout=said)
        except CommandError as error:
            return f"{said.getvalue()}ENDS WITH 1: {error}"
        return said.getvalue()

    return run


def test_good_rows_are_brought_in_only_when_asked_to(run):
    assert "1 rows are good" in run(as_xlsx([row()]))
    assert not Venue.objects.exists()
    assert "1 venues were brought in." in run(as_xlsx([row()]), "--good-rows")
    assert Venue.objects.get().poster is not None


def test_running_it_twice_changes_nothing(run):
    run(as_csv([row()]), "--good-rows")
    before = Venue.objects.values().get()
    assert "0 rows are good, 1 are here already" in run(as_csv([row()]), "--good-rows")
    assert Venue.objects.values().get() == before


def test_faults_are_said_by_row_and_column_and_it_ends_with_1(run):
    said = run(as_csv([row(), row(name="", phone="12")]), "--good-rows")
    assert "row 3, Tên cơ sở: “” Enter the name of the venue." in said
    assert "row 3, Số điện thoại: “12” Enter a phone number, for example 0912 345 678." in said
    assert "ENDS WITH 1: 1 rows have faults." in said
    assert Venue.objects.count() == 1


def test_nothing_that_names_people_is_left_behind(run):
    run(as_csv([row(), row(phone="12")]))
    assert not ImportRow.objects.exists()


def test_only_venues_of_the_unit_are_brought_in(run):
    assert "“Phường 1, Thành phố Trà Vinh” is not in Thị xã Duyên Hải." in run(
        as_csv([row()]), "--unit", "851"
    )


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (as_csv([row()]), ("--unit", "999"), "There is no unit 999 today"),
        (b"%PDF", (), "This is no spreadsheet."),
    ],
)
def test_what_cannot_be_done_is_said(run, content: bytes, options: tuple, sentence: str):
    said = run(content, *options)
    assert said.startswith("ENDS WITH 1: ")
    assert sentence in said


def test_a_file_that_is_not_there_is_said(tree):
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\."):
        call_command("import_venues", "/nowhere/list.csv")


def test_without_a_unit_there_must_be_one_province(run):
    other = make.unit("86", "Tỉnh Vĩnh Long", kind="tỉnh")
    make.unit("855", "Thành phố Vĩnh Long", other, kind="thành phố")
    assert "Name the unit with --unit: 2 provinces are loaded." in run(as_csv([row()]))


def test_sheets_rows_and_what_one_answer_settles_are_said(run):
    said = run(clerks_book())
    for words in (
        "sheet “Khóm”: 2 good, 0 here already, 2 with faults",
        "Hidden rows, which were read like the others: 9",
        "sheet “Cũ”: The sheet is hidden and is not read.",
        "row 8: Quán Hoà Bình | Restaurant or café | 12 Lê Lợi | Phường 1, Thành phố Trà Vinh",
        "sheet “Khóm”, row 11, Địa chỉ – Số nhà, đường: “14/01/2026” The spreadsheet has turned",
        "--correct 'address' '14/01/2026' VALUE, such as 1/14 (1/14), 14/1 (14/1)",
        "3 rows are good, 0 are here already, 2 have faults.",
    ):
        assert words in said
    said = run(clerks_book(), "--correct", "address", "14/01/2026", "14/1", "--good-rows")
    assert "4 venues were brought in." in said
    assert Venue.objects.filter(address="14/1").exists()
