"""Where a row's venue is, which venue it is, and what is wrong with it."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

import districts
from districts.days import today
from districts.load import load_units
from districts.models import Unit
from tests import make
from venues.fields import Fault
from venues.models import ImportRow, RowState

from .lists import as_csv, checked, load_tra_vinh, row

pytestmark = pytest.mark.django_db
COLUMNS = ("Tên cơ sở", "Loại hình", "Địa chỉ", "Mã xã", "Xã", "Người đại diện", "SĐT")

TOLD = [
    ({"code": "29239"}, ("29239", "12 Lê Lợi", "")),
    ({"commune": "29239"}, ("29239", "12 Lê Lợi", "")),
    ({"code": "29239", "commune": "Phường 1"}, ("29239", "12 Lê Lợi", "")),
    ({"code": "29239", "commune": "Phường 2"}, ("code", "code_differs", "Phường 1, Thành phố Trà Vinh")),
    ({"code": "99999"}, ("code", "code_unknown", "")),
    ({"commune": "99999"}, ("commune", "code_unknown", "")),
    ({"address": "12 Lê Lợi, P.1, TP. Trà Vinh"}, ("29239", "12 Lê Lợi", "")),
    ({"address": "12 Lê Lợi, P.1, TP. Trà Vinh", "code": "29239"}, ("29239", "12 Lê Lợi", "")),
    ({"address": "12 Lê Lợi - Phường 1"}, ("address", "commune_ambiguous", "Phường 1, Thị xã Duyên Hải, Phường 1, Thành phố Trà Vinh")),
    ({"address": "12 Lê Lợi"}, ("commune", "commune_missing", "")),
    ({"address": "Phường 1, TP Trà Vinh"}, ("29239", "Phường 1, TP Trà Vinh", "")),
    ({"commune": "Xã " + "a" * 600}, ("commune", "commune_unknown", "")),
]  # fmt: skip

# A district's name at the end, a date, a lot or a misspelt name make no commune.
NOT_TOLD = [
    ({"address": "Ấp Bà Mi, Châu Thành, Trà Vinh"}, ("commune", "commune_missing", "")),
    ({"address": "Càng Long, Trà Vinh"}, ("commune", "commune_missing", "")),
    ({"commune": "Càng Long, Trà Vinh"}, ("commune", "commune_doubtful", "Thị trấn Càng Long, Huyện Càng Long")),
    ({"address": "Ấp 1, An Phú Tâm, Cầu Kè"}, ("address", "commune_like", "Xã An Phú Tân, Huyện Cầu Kè")),
    ({"address": "Ấp 1, An Phú Tân, Cầu Kề, Trà Vinh"}, ("address", "commune_like", "Xã An Phú Tân, Huyện Cầu Kè")),
    ({"address": "Xã Long Hửu, TX Duyên Hải"}, ("address", "commune_like", "Xã Long Hữu, Thị xã Duyên Hải")),
    ({"address": "Xã Long Vĩnh, TX Duyên Hải"}, ("address", "commune_like", "Xã Long Vĩnh, Huyện Duyên Hải, Xã Long Hữu, Thị xã Duyên Hải, Xã Long Toàn, Thị xã Duyên Hải")),
    ({"commune": "Long Hửu, TX Duyên Hải"}, ("commune", "commune_like", "Xã Long Hữu, Thị xã Duyên Hải")),
    *(
        ({"address": f"{street}, TP Trà Vinh"}, ("commune", "commune_missing", ""))
        for street in ("Đường 30/4", "3/2", "2/9", "19/5", "Đường 30 tháng 4", "Số 12/7", "Lô A-5", "Lô P-5")
    ),
    ({"address": "Đường 30/4, TP Trà Vinh", "commune": "Phường 4, TPTV"}, ("29236", "Đường 30/4, TP Trà Vinh", "")),
    ({"address": "5 đường Trà Vinh, Phường 7"}, ("29254", "5 đường Trà Vinh", "")),
]  # fmt: skip
UNDERSTOOD = [
    ({"address": "Khóm III, Phường VII, TPTV"}, ("29254", "Khóm III", "")),
    ({"address": "12 Lê Lợi P.7 TP TV"}, ("29254", "12 Lê Lợi", "")),
    ({"address": "12 Lê Lợi, Phường số 4, TP.Trà Vinh"}, ("29236", "12 Lê Lợi", "")),
    ({"address": "KHÓM 3, PHƯỜNG 7"}, ("29254", "KHÓM 3", "")),
    ({"commune": "KHÓM 3, PHƯỜNG 7"}, ("29254", "12 Lê Lợi, KHÓM 3", "")),
]
REFORMED = [
    ({"address": "Ấp 1, An Phú Tân, Cầu Kè, Vĩnh Long"}, ("29317", "Ấp 1, An Phú Tân, Cầu Kè, Vĩnh Long", "")),
    ({"address": "Ấp 1, Hoà Tân, Cầu Kè, Trà Vinh"}, ("29317", "Ấp 1, Hoà Tân, Cầu Kè, Trà Vinh", "")),
    ({"address": "Ấp 1, Hoà Tân, Vĩnh Long"}, ("address", "commune_like", "Xã An Phú Tân")),
    ({"commune": "Xã Thạnh Phú, tỉnh Vĩnh Long"}, ("commune", "commune_like", "Xã Tam Ngãi")),
    ({"commune": "Xã Thạnh Phú", "code": "29335"}, ("29335", "12 Lê Lợi", "")),
    ({"commune": "Trà Vinh, Vĩnh Long"}, ("commune", "commune_doubtful", "Phường Trà Vinh")),
    ({"commune": "Xã Cầu Kè"}, ("29308", "12 Lê Lợi", "")),
    ({"address": "Ấp 1, Xã Cầu Kè, Vĩnh Long"}, ("29308", "Ấp 1", "")),
    ({"address": "Ấp 1, Hoà Tân, Cầu Kè (nay là xã An Phú Tân)"}, ("29317", "Ấp 1, Hoà Tân, Cầu Kè (nay là xã An Phú Tân)", "")),
    ({"address": "Ấp 1, Cầu Kè, Vĩnh Long"}, ("commune", "commune_missing", "")),
    ({"commune": "P.1, TP Trà Vinh"}, ("29242", "12 Lê Lợi", "")),
    ({"commune": "Hoà Tâm, Cầu Kè"}, ("commune", "commune_like", "Xã An Phú Tân")),
]  # fmt: skip


@pytest.fixture
def tra_vinh(db) -> dict[str, Unit]:
    """All units by their codes."""
    load_tra_vinh()
    return {unit.code: unit for unit in Unit.objects.all()}


def found(area: Unit, **cells: str) -> tuple[str, str, str]:
    """Check one row of a list with a column of codes; return commune and address, or the fault."""
    return all_found(area, [cells])[0]


def all_found(area: Unit, places: Iterable[dict[str, str]]) -> list[tuple[str, str, str]]:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for number, cells in enumerate(places):
        given = {"address": "12 Lê Lợi", "code": "", "commune": ""} | cells
        place = (given["address"], given["code"], given["commune"])
        lines.writerow((f"Quán {number}", "Chợ", *place, "A", f"09000{number:05}"))
    rows = checked(area, text.getvalue().encode()).rows.order_by("row")
    return [_found_in(kept) for kept in rows]


def _found_in(kept: ImportRow) -> tuple[str, str, str]:
    if kept.state == RowState.FAULTY:
        fault = Fault.kept(kept.faults[0])
        return fault.column, fault.key, ", ".join(fault.params.get("places", []))
    return Unit.objects.get(pk=kept.told["commune_id"]).code, kept.told["address"], ""


def test_a_commune_is_told_by_code_by_name_or_at_the_end_of_the_address(tra_vinh):
    cells, expected = zip(*TOLD, strict=True)
    assert all_found(tra_vinh["84"], cells) == list(expected)


def test_what_is_no_commune_or_only_guessed_is_not_told(tra_vinh):
    cells, expected = zip(*NOT_TOLD, strict=True)
    assert all_found(tra_vinh["84"], cells) == list(expected)


def test_a_commune_is_understood_as_clerks_write_it(tra_vinh):
    cells, expected = zip(*UNDERSTOOD, strict=True)
    assert all_found(tra_vinh["84"], cells) == list(expected)


def test_within_an_area_a_name_needs_no_district(tra_vinh):
    assert found(tra_vinh["842"], commune="p1")[0] == "29239"
    assert found(tra_vinh["851"], commune="p1")[0] == "29512"


def test_another_area_is_told_from_an_unknown_one(tra_vinh):
    place = "Phường 1, Thị xã Duyên Hải"
    assert found(tra_vinh["842"], commune="P1 TX Duyên Hải") == (
        "commune",
        "commune_outside",
        place,
    )
    assert found(tra_vinh["842"], code="29512") == ("code", "commune_outside", place)


def test_the_officials_of_a_commune_need_not_write_it(tra_vinh):
    assert found(tra_vinh["29239"])[0] == "29239"
    assert found(tra_vinh["29239"], commune="P2, TP Trà Vinh")[1] == "commune_outside"


def test_after_a_reform_the_communes_of_the_day_count(tra_vinh):
    folder = Path(districts.__file__).parent / "data"
    files = [(folder / name).read_bytes() for name in ("vinh_long_2025.csv", "successors_2025.csv")]
    load_units(files[0], date(2025, 7, 1), successors=files[1])
    vinh_long = Unit.objects.on(today()).get(code="86")
    assert found(vinh_long, commune="P. Trà Vinh")[0] == "29242"
    cells, expected = zip(*REFORMED, strict=True)
    assert all_found(vinh_long, cells) == list(expected)


def states(area: Unit, *rows: list[str]) -> list[str]:
    listed = checked(area, as_csv(rows))
    return list(listed.rows.order_by("row").values_list("state", flat=True))


def test_the_same_venue_in_other_spellings_is_doubled(tree):
    same = row(name="quán  HÒA bình!", address="12, lê lợi", phone="0900000002")
    assert states(tree.here, row(), same) == ["good", "faulty"]


def test_other_diacritics_at_the_same_address_are_another_venue(tree):
    assert states(tree.here, row(), row(name="Quán Hoa Bình", phone="0900000002")) == ["good"] * 2


def test_a_chain_has_one_phone_in_many_communes(tree):
    assert states(tree.here, row(), row(commune="Xã Long Đức")) == ["good"] * 2


def test_a_closed_venue_is_here_and_one_of_the_same_phone_elsewhere_is_asked_about(tree):
    details = {"name": "Quán Hoà Bình", "responsible_phone": "+84900000001"}
    venue = make.venue(**details, closed_at=make.moment() + timedelta(days=1))
    assert states(tree.here, row(address=venue.address)) == ["here"]
    asked = checked(tree.here, as_csv([row(address="nơi khác")])).rows.get()
    assert Fault.kept(asked.faults[0]).key == "same_phone_here"
    assert venue.address in Fault.kept(asked.faults[0]).sentence


@pytest.mark.parametrize(
    "name", ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "ផ្សារ", "Quán 🍜", "e\u0301"]
)
def test_any_text_is_kept_as_typed_in_nfc(tree, name: str):
    told = checked(tree.here, as_csv([row(name=name)])).rows.get().told
    assert told["name"] == name.replace("e\u0301", "é")
