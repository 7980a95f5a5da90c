"""Lists as clerks make them: what is no venue, what a spreadsheet spoilt, what one answer settles."""

import io
import json

import pytest
from django.db import connection
from django.utils import timezone, translation

from districts.models import Unit
from venues.fields import Fault
from venues.imports.keeping import check_again
from venues.imports.telling import asked_of, sheets_of, understood
from venues.kinds import kind_named_in
from venues.models import Import, ImportState, RowState
from venues.spreadsheets import is_ditto
from venues.spreadsheets.files import csv_rows

from .clerks import XLS, as_ods, as_xlsb, clerks_book
from .lists import HEADINGS, as_book, as_csv, as_xlsx, checked, row


@pytest.fixture
def here(tree) -> Unit:
    return tree.here


def found(listed: Import) -> list[tuple[int, int, str, str]]:
    """Return sheet, row, column and key of every fault."""
    rows = listed.rows.filter(state=RowState.FAULTY).order_by("sheet", "row")
    return [
        (one.sheet, one.row, fault.column.value, fault.key)
        for one in rows
        for fault in map(Fault.kept, one.faults)
    ]


def faults(area: Unit, *rows: list[str]) -> list[tuple[str, str]]:
    return [(column, key) for _sheet, _row, column, key in found(checked(area, as_csv(rows)))]


def answered(listed: Import, *answers: tuple[str, str, str]) -> Import:
    """Return a list after its rows were checked again with answers: column, found, meaning."""
    Import.objects.filter(pk=listed.pk).update(
        state=ImportState.WAITING, corrections=[list(answer) for answer in answers]
    )
    check_again(listed.pk, timezone.now(), lambda _done, _total: None)
    listed.refresh_from_db()
    return listed


@pytest.mark.django_db
def test_every_sheet_is_read_and_what_is_no_venue_is_passed_over_once(here):
    listed = checked(here, clerks_book())
    assert found(listed) == [(1, 11, "address", "date"), (1, 12, "phone", "no_value")]
    with translation.override("vi"):
        khom, market, old, note = sheets_of(listed)
    assert [sheet.name for sheet in (khom, market, old, note)] == ["Khóm", "Chợ", "Cũ", "Ghi chú"]
    assert (khom.heading_row, khom.counted) == (5, {"good": 2, "here": 0, "faulty": 2})
    assert khom.passed == [
        "Dòng bị ẩn, vẫn được đọc như các dòng khác: 9",
        "Dòng tên nhóm, không phải địa điểm: 7, 10",
        "Dòng cộng: 13",
        "Dòng ký tên và ghi chú: 15–16, 20",
        "Dòng đánh số cột: 6",
    ]
    assert "đang ẩn" in old.unread
    assert "tiêu đề" in note.unread
    assert listed.rows.get(sheet=1, row=8).told["name"] == "Quán Hoà Bình"
    assert listed.sheet(1)["headings"][4] == "Địa chỉ – Xã/phường"
    assert listed.rows.get(sheet=1, row=12).around["section"] == "Khóm 4"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [XLS, as_ods([HEADINGS, row(), row(name="Quán ẩn", phone="900000002")], hidden=3),
     as_xlsb([HEADINGS, row(), row(name="Quán ẩn", phone="900000002")], hidden=3)],
    ids=["xls", "ods", "xlsb"],
)  # fmt: skip
def test_other_workbooks_are_read_with_their_hidden_rows(here, content: bytes):
    listed = checked(here, content)
    assert listed.state == ImportState.CHECKED, listed.refusal
    assert listed.sheet(1)["name"] == "Chợ"
    assert listed.sheet(1)["passed"]["hidden"] == [[3, 3]]
    ((_name, rows),) = understood(listed)
    assert [(one.row, one.name, one.phone) for one in rows] == [
        (2, "Quán Hoà Bình", "0900 000 001"),
        (3, "Quán ẩn", "0900 000 002"),
    ]


SPOILT = [
    ({"phone": "912000120.0"}, None),
    ({"phone": "912000120"}, None),
    ({"phone": "'0912000120"}, None),
    ({"phone": "2943855246"}, None),
    ({"phone": "14/01/2026"}, ("phone", "date", "1/14")),
    ({"phone": "9.12E+08"}, ("phone", "rounded", "")),
    ({"phone": "9.39222005E8"}, ("phone", "as_number", "0939 222 005")),
    ({"kind": "14/01/2026"}, ("kind", "kind_unknown", "")),
    ({"address": "14-Jan"}, ("address", "date", "1/14")),
    ({"address": "14-Thg1"}, ("address", "date", "1/14")),
    ({"address": "2026-01-14 00:00:00"}, ("address", "date", "14/1")),
    ({"address": "12/4/20 Lê Lợi"}, None),
    ({"address": "#N/A"}, ("address", "no_value", "")),
    ({"name": "Quán\nHoà Bình"}, None),
    ({"name": "T¹p hãa BÝch Thñy"}, ("name", "misread", "Tạp hóa Bích Thủy")),
    ({"name": "Quaùn Hoøa Bình"}, ("name", "misread", "Quán Hòa Bình")),
    ({"who": "Nguyá»…n VÄƒn Thá»­"}, ("responsible_name", "misread", "Nguyễn Văn Thử")),
    ({"who": "Nguy&#7877;n Thử"}, ("responsible_name", "misread", "Nguyễn Thử")),
    ({"who": "Nguy?n V?n Th?"}, ("responsible_name", "letters_lost", "")),
    ({"commune": "Ph­êng 1"}, ("commune", "misread", "Phường 1")),
    ({"name": "Café Hằng"}, None),
    ({"name": "H'Hen Niê"}, None),
    ({"name": "ហាងកាហ្វេ សុខា"}, None),
    ({"name": "Hợp tác xã dịch vụ nông nghiệp thương mại tổng hợp Long Đức Thành Công"}, None),
]  # fmt: skip


@pytest.mark.django_db
def test_what_a_spreadsheet_spoilt_is_a_fault_with_the_proposed_reading(here):
    rows = [row(**{"name": f"Quán {n}", "phone": f"09000003{n:02d}"} | change)
            for n, (change, _expected) in enumerate(SPOILT)]  # fmt: skip
    listed = checked(here, as_csv(rows))
    told = {one.row: one for one in listed.rows.all()}
    for number, (change, expected) in enumerate(SPOILT, start=2):
        kept = [Fault.kept(fault) for fault in told[number].faults]
        said = [(fault.column.value, fault.key) for fault in kept]
        assert said == ([expected[:2]] if expected else []), change
        assert not expected or expected[2] in kept[0].sentence, change


@pytest.mark.django_db
def test_a_phone_formatted_as_a_date_is_read_and_a_date_is_not(here):
    content = as_xlsx([row(phone=912000120.0), row(name="Hai", phone="")])  # type: ignore[arg-type]
    assert checked(here, content).rows.get(row=2).told["phone"] == "+84912000120"


@pytest.mark.django_db
def test_a_sheet_in_an_old_font_is_doubted_as_a_whole_and_answered_once(here):
    names = ["Lª Hoµng Anh", "TrÇn ThÞ Thö", "NguyÔn V¨n An", "Phóc"]
    rows = [row(name=f"Quan {n}", who=who, phone=f"09000004{n:02d}") for n, who in enumerate(names)]
    listed = checked(here, as_csv(rows))
    assert [key for _sheet, _row, _column, key in found(listed)] == ["misread"] * 4
    (value,), number = asked_of(listed, 5)
    assert (value.column, value.found, value.rows, number) == ("", "tcvn3", 4, 1)
    answered(listed, ("", "tcvn3", "read"))
    assert listed.rows.get(row=5).told["responsible_name"] == "Phúc"
    assert (listed.good, listed.faulty) == (4, 0)


@pytest.mark.django_db
def test_a_csv_file_in_an_old_font_is_read_headings_and_all(here):
    text = (
        "Tªn c¬ së,Lo¹i h×nh,§Þa chØ,X·/ph­êng,HuyÖn,Ng­êi phô tr¸ch,§iÖn tho¹i\r\n"
        "T¹p hãa Hoa,Chî,12 Lª Lîi,Ph­êng 1,TP Trµ Vinh,Lª V¨n Hång,0900000001\r\n"
    )
    listed = checked(here, text.encode("latin-1"))
    letters = tuple((column, "misread") for _sheet, _row, column, _key in found(listed))
    assert len(letters) > 3
    answered(listed, ("", "tcvn3", "read"))
    assert found(listed) == []
    assert listed.rows.get().told["name"] == "Tạp hóa Hoa"


@pytest.mark.django_db
def test_two_outlets_of_one_phone_are_asked_about_and_the_answer_is_kept(here):
    content = as_csv([row(), row(address="5 Lê Lợi"), row(address="7 Lê Lợi")])
    listed = checked(here, content)
    assert [key for *_where, key in found(listed)] == ["same_phone", "same_phone"]
    (value,), _number = asked_of(listed, 5)
    assert "12 Lê Lợi" in value.fault.sentence
    assert answered(listed, (value.column, value.found, "another")).good == 3
    answered(listed, (value.column, value.found, "same"))
    assert [key for *_where, key in found(listed)] == ["doubled", "doubled"]
    assert answered(listed).good == 1


@pytest.mark.django_db
def test_a_value_is_corrected_once_for_all_its_rows(here):
    rows = [row(name=f"Quán {n}", commune="Long Đứk", kind="Rạp xiếc", phone=f"09000005{n:02d}")
            for n in range(5)]  # fmt: skip
    listed = checked(here, as_csv(rows))
    asked, _number = asked_of(listed, 5)
    assert [(value.column, value.rows) for value in asked] == [("commune", 5), ("kind", 5)]
    commune, kind = asked
    code = Unit.objects.get(name="Xã Long Đức").code
    answered(listed, ("commune", commune.found, code), ("kind", kind.found, "event"))
    assert (listed.good, listed.faulty) == (5, 0)
    answered(listed, ("commune", commune.found, "99999"), ("kind", kind.found, "nothing"))
    assert (listed.good, listed.faulty) == (0, 5), (
        "what is no commune of the area counts for nothing"
    )


@pytest.mark.django_db
def test_a_section_or_sheet_is_proposed_where_commune_or_kind_is_not_written(here):
    bare = {"commune": "", "district": "", "kind": ""}
    rows = [
        ["", "Xã Long Đức", *[""] * 6],
        row(**bare),
        ["", "CHỢ", *[""] * 6],
        row(name="Ba", **bare),
    ]
    listed = checked(here, as_csv(rows))
    assert found(listed) == [
        (1, 3, "kind", "kind_missing"), (1, 3, "commune", "commune_of_section"),
        (1, 5, "kind", "kind_of_section"), (1, 5, "commune", "commune_missing"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_answer_for_what_is_missing_holds_for_its_sheet_or_section_only(here):
    empty = [row(name=f"Quán {n}", kind="", phone=f"090000050{n}") for n in range(4)]
    sheets = {"Một": empty[:1], "Hai": [*empty[1:2], ["", "Khóm 3", *[""] * 6], *empty[2:]]}
    listed = checked(here, as_book(sheets))
    asked, _number = asked_of(listed, 5)
    assert {(one.found, one.rows) for one in asked} == {("(Một)", 1), ("(Hai)", 1), ("(Khóm 3)", 2)}
    answered(listed, ("kind", "(Hai)", "market"), ("kind", "(Khóm 3)", "shop"))
    assert found(listed) == [(1, 2, "kind", "kind_missing")]
    kinds = listed.rows.exclude(told=None).order_by("row").values_list("told__kind", flat=True)
    assert list(kinds) == ["market", "shop", "shop"]


@pytest.mark.django_db
def test_a_list_that_the_release_before_checked_meanwhile_is_checked_again(here):
    listed = checked(here, as_csv([row(commune="Long Đứk")]))
    read = listed.sheets[0]
    Import.objects.filter(pk=listed.pk).update(sheets=[])
    told = [json.dumps(read["headings"]), json.dumps(read["columns"]), listed.pk]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE venues_import SET headings = %s, columns = %s WHERE id = %s", told)
    code = Unit.objects.get(name="Xã Long Đức").code
    (commune,), _number = asked_of(listed, 1)
    assert answered(listed, ("commune", commune.found, code)).good == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ditto", ["nt", "-nt-", "N.T.", "như trên", "Nhu tren", '"', "''", "//", "-//-", "”"]
)
def test_as_above_is_what_stands_above(here, ditto: str):
    below = row(name="Hai", kind=ditto, commune=ditto, district=ditto, phone="0900000002")
    third = row(name="Ba", commune=ditto, district=ditto, phone=ditto)
    listed = checked(here, as_csv([row(), ["", "KHÓM 3", *[""] * 6], below, third]))
    assert found(listed) == []
    told = [one.told for one in listed.rows.order_by("row")]
    assert {(one["kind"], one["commune_id"]) for one in told} == {
        ("restaurant", told[0]["commune_id"])
    }
    assert told[2]["phone"] == "+84900000002"
    with translation.override("vi"):
        assert (
            "Dòng ghi “như trên”, đã được đọc theo dòng ngay trên: 4–5"
            in sheets_of(listed)[0].passed
        )


MARKS = (
    'a,b,"c, d","e ""f"" g,",h\n', 'a,",c,",h\n', '",b,c,d,"\n', 'a,"two\n', 'lines,",c,"",h\n',
)  # fmt: skip


def test_a_quotation_mark_alone_in_a_cell_swallows_no_row():
    cells = list(csv_rows(io.BytesIO("".join(MARKS).encode()), "utf-8"))
    assert cells == [
        ("a", "b", "c, d", 'e "f" g,', "h"), ("a", '"', "c", '"', "h"), ('"', "b", "c", "d", '"'),
        ("a", "two\nlines,", "c", "", "h"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["N/T", "…nt…", "—nt—", "giống trên", "như dòng trên", '" "', "↑", "''", '"-"']
)
def test_as_above_is_written_in_many_ways(text: str):
    assert is_ditto(text)


@pytest.mark.parametrize("text", ["", "-", "--", "…", "/", "NT 2", "Ngọc Trinh", "Quán NT", "1"])
def test_what_is_not_as_above_stays(text: str):
    assert not is_ditto(text)


@pytest.mark.django_db
def test_as_above_with_nothing_above_is_a_fault(here):
    assert (
        faults(here, row(commune="nt"), row(name="Hai", commune="nt")) == [("commune", "ditto")] * 2
    )


TITLES = {
    "DANH SÁCH CÁC QUÁN ĂN TRÊN ĐỊA BÀN XÃ LONG ĐỨC": "restaurant",
    "Danh sách cơ sở y tế năm 2021": "health",
    "DS nhà trọ": "hotel",
    "Danh sách hộ kinh doanh tại chợ Trà Vinh": None,
    "UBND PHƯỜNG 1": None,
    "Ấp Chợ": None,
    "Danh sách quán ăn và tạp hóa": None,
}


@pytest.mark.parametrize("text", TITLES)
def test_a_title_may_name_the_kind_of_its_list(text: str):
    assert kind_named_in(text) == TITLES[text]


@pytest.mark.django_db
def test_a_list_without_kinds_proposes_that_of_its_title_and_is_answered_once(here):
    title = "DANH SÁCH CÁC QUÁN ĂN"
    lines = [["UBND PHƯỜNG 1"], [title], HEADINGS, row(), row(name="Hai", phone="0900000002")]
    text = "\n".join(";".join([*cells[:2], *cells[3:]]) for cells in lines)
    listed = checked(here, text.encode())
    assert found(listed) == [(1, 4, "kind", "kind_of_section"), (1, 5, "kind", "kind_of_section")]
    (value,), _number = asked_of(listed, 5)
    assert (value.found, value.rows, value.fault.params) == (title, 2, {"kinds": ["restaurant"]})
    assert answered(listed, ("kind", title, "restaurant")).good == 2
    plain = "\n".join(text.split("\n")[2:]).encode()
    assert [key for *_where, key in found(checked(here, plain))] == ["kind_missing"] * 2


@pytest.mark.django_db
def test_a_row_that_tells_one_thing_only_has_one_fault(here):
    assert faults(here, ["3", "Quán cô Ba", *[""] * 6], row()) == [("name", "alone")]
