"""Lists of units are loaded whole or not at all, and again without effect."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from districts.models import Unit

pytestmark = pytest.mark.django_db

DATA = settings.BASE_DIR / "districts" / "data"
HEADING = "code,level,kind,name,parent_code\n"
SMALL = HEADING + (
    "84,province,tỉnh,Tỉnh Trà Vinh,\n842,district,thành phố,Thành phố Trà Vinh,84\n"
    "29239,commune,phường,Phường 1,842\n29242,commune,phường,Phường 3,842\n"
)
CHANGE = date(2025, 7, 1)


@pytest.fixture
def load(tmp_path):
    def load(text, *options):
        file, out = tmp_path / "units.csv", StringIO()
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("load_units", str(file), *options, stdout=out)
        return out.getvalue()

    return load


def load_data(name):
    out = StringIO()
    call_command("load_units", str(DATA / name), stdout=out)
    return out.getvalue()


def rows():
    return list(Unit.objects.order_by("pk").values())


def test_tra_vinh_is_one_province_nine_districts_and_106_communes():
    assert "116 made" in load_data("tra_vinh_2021.csv")
    assert Counter(Unit.objects.values_list("level", flat=True)) == {
        "province": 1,
        "district": 9,
        "commune": 106,
    }
    assert set(Unit.objects.values_list("valid_from", "valid_to")) == {(date(2021, 1, 1), None)}
    assert Unit.objects.within(Unit.objects.get(code="84")).count() == 116


def test_a_name_alone_is_no_unit():
    load_data("tra_vinh_2021.csv")
    wards = Unit.objects.filter(name="Phường 1").with_parents()
    assert {ward.place for ward in wards} == {
        "Phường 1, Thành phố Trà Vinh",
        "Phường 1, Thị xã Duyên Hải",
    }
    bare = {
        level: {u.name.lower().removeprefix(f"{u.kind} ") for u in Unit.objects.filter(level=level)}
        for level in ("district", "commune")
    }
    assert len(bare["district"] & bare["commune"]) == 6


@pytest.mark.parametrize("first", ["tra_vinh_2021.csv", "provinces_2021.csv"])
def test_both_lists_in_any_order_make_one_province_of_each_code(first):
    files = ["tra_vinh_2021.csv", "provinces_2021.csv"]
    for name in sorted(files, key=lambda name: name != first):
        load_data(name)
    assert Unit.objects.filter(level="province").count() == 63
    assert Unit.objects.filter(code="84").count() == 1
    assert Unit.objects.count() == 63 + 9 + 106


def test_loading_again_changes_nothing_and_says_so(load):
    assert "4 made" in load(SMALL)
    before = rows()
    assert "Nothing changed" in load(SMALL)
    assert rows() == before


def test_a_byte_order_mark_and_other_line_ends_are_read(load):
    load("\ufeff" + SMALL.replace("\n", "\r\n") + "\r\n")
    assert Unit.objects.count() == 4


def test_a_correction_for_the_same_day_changes_the_unit(load):
    load(SMALL)
    assert "1 changed" in load(SMALL.replace("Phường 3", "Phường Ba"))
    assert Unit.objects.count() == 4
    assert Unit.objects.get(code="29242").name == "Phường Ba"


@pytest.mark.parametrize(
    "new_row",
    [
        "29242,commune,phường,Phường Trà Vinh,842",
        "29242,commune,xã,Phường 3,842",
        "29242,commune,phường,Phường 3,84",
    ],
)
def test_a_code_used_again_ends_the_earlier_unit(load, new_row):
    load(SMALL)
    assert "1 made, 0 changed, 1 ended" in load(HEADING + new_row, "--from", str(CHANGE))
    old, new = Unit.objects.filter(code="29242").order_by("valid_from")
    assert (old.name, old.valid_to) == ("Phường 3", CHANGE)
    assert (new.valid_from, new.valid_to) == (CHANGE, None)
    before = rows()
    assert "Nothing changed" in load(HEADING + new_row, "--from", str(CHANGE))
    assert "Nothing changed" in load(SMALL)
    assert rows() == before


def test_an_earlier_list_loaded_later_ends_where_the_later_begins(load):
    load(SMALL.replace("Phường 3", "Phường Trà Vinh"), "--from", str(CHANGE))
    load(SMALL)
    assert Unit.objects.get(name="Phường 3").valid_to == CHANGE
    assert Unit.objects.on(CHANGE).get(code="29242").name == "Phường Trà Vinh"


def test_until_ends_what_the_file_lists(load):
    load(SMALL)
    assert "4 changed" in load(SMALL, "--until", str(CHANGE))
    assert not Unit.objects.on(CHANGE).exists()
    load(HEADING + "86,province,tỉnh,Tỉnh Vĩnh Long,", "--until", str(CHANGE))
    assert Unit.objects.get(code="86").valid_to == CHANGE


def test_a_parent_may_be_in_force_already(load):
    load(SMALL)
    load(HEADING + "29245,commune,phường,Phường 2,842")
    assert Unit.objects.get(code="29245").parent.code == "842"


def test_a_parent_that_has_ended_is_unknown(load):
    load(SMALL, "--until", str(CHANGE))
    with pytest.raises(CommandError, match="row 2, parent_code: 842 is neither"):
        load(HEADING + "29245,commune,phường,Phường 2,842", "--from", str(CHANGE))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,commune,xã,Xã Một,999", "row 2, parent_code: 999 is neither"),
        ("1,hamlet,ấp,Ấp Một,84", "row 2, level: write one of"),
        ("1,commune,xã,,84", "row 2, name: is empty"),
        (",province,tỉnh,Tỉnh,", "row 2, code: is empty"),
        ("1,province,,Tỉnh,", "row 2, kind: is empty"),
        ("1,province,tỉnh,Tỉnh,2", "row 2, parent_code: a province has nothing above"),
        ("1,district,huyện,Huyện,", "row 2, parent_code: is empty"),
        ("1,province,tỉnh,A,\n2,district,huyện,B,1\n3,district,huyện,C,2", "row 4, parent_code"),
        ("1,province,tỉnh,A,\n2,commune,xã,B,1\n3,commune,xã,C,2", "row 4, parent_code: 2 is a"),
        ("1,province,tỉnh,A,\n1,province,tỉnh,B,", "row 3, code: 1 stands in row 2"),
        ("1,commune,xã,Xã Một,1", "row 2, parent_code: 1 is a commune"),
        ("123456789,province,tỉnh,A,", "row 2, code: is longer than 8"),
        (f"1,province,tỉnh,{'x' * 101},", "row 2, name: is longer than 100"),
        ("1,province,tỉnh,A\x00B,", "row 2, name: has a character"),
        ("1,province,tỉnh,A,,more", "row 2, row: has more cells"),
        ('1,province,tỉnh,"A,', "is not CSV"),
    ],
)
def test_a_fault_is_named_by_row_and_column_and_nothing_is_loaded(load, row, fault):
    with pytest.raises(CommandError, match="nothing was loaded") as refused:
        load(HEADING + row)
    assert fault in str(refused.value)
    assert not Unit.objects.exists()


def test_all_faults_are_listed_at_once(load):
    faulty = SMALL + "1,commune,xã,,842\n2,commune,xã,Xã Hai,999\n84,hamlet,ấp,Ấp,\n"
    with pytest.raises(CommandError) as refused:
        load(faulty)
    for fault in ["row 6, name", "row 7, parent_code", "row 8, code", "row 8, level"]:
        assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "row 1, code: this column is missing"),
        ("code,level,kind,name\n1,province,tỉnh,A", "row 1, parent_code: this column is missing"),
        (HEADING.encode() + "1,province,tinh,Trà\n".encode("cp1258"), "row 2, row: is not UTF-8"),
        (SMALL.encode("utf-16"), "row 1, row: is not UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(load, content, fault):
    with pytest.raises(CommandError) as refused:
        load(content)
    assert fault in str(refused.value)


def test_dates_the_wrong_way_round_and_a_missing_file_are_refused(load):
    with pytest.raises(CommandError, match="later than --from"):
        load(SMALL, "--from", "2025-07-01", "--until", "2025-07-01")
    with pytest.raises(CommandError, match="cannot be read"):
        load_data("nowhere.csv")
