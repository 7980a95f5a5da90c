"""Where a row's venue is, which venue it is, and what is wrong with it."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

import districts
from districts.days import today
from districts.load import load_units
from districts.models import Unit
from tests import make
from venues.faults import Fault
from venues.models import RowState

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


@pytest.fixture
def tra_vinh(db) -> dict[str, Unit]:
    """All units by their codes."""
    load_tra_vinh()
    return {unit.code: unit for unit in Unit.objects.all()}


def found(area: Unit, **cells: str) -> tuple[str, str, str]:
    """Check one row of a list with a column of codes; return commune and address, or the fault."""
    given = {"address": "12 Lê Lợi", "code": "", "commune": ""} | cells
    text = io.StringIO()
    told = ("Quán", "Chợ", given["address"], given["code"], given["commune"], "A", "0900000001")
    csv.writer(text).writerows([COLUMNS, told])
    kept = checked(area, text.getvalue().encode()).rows.get()
    if kept.state == RowState.FAULTY:
        fault = Fault.kept(kept.faults[0])
        return fault.column, fault.key, ", ".join(fault.params.get("places", []))
    return Unit.objects.get(pk=kept.told["commune_id"]).code, kept.told["address"], ""


def test_a_commune_is_told_by_code_by_name_or_at_the_end_of_the_address(tra_vinh):
    assert [found(tra_vinh["84"], **cells) for cells, _expected in TOLD] == [
        expected for _cells, expected in TOLD
    ]


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
    assert found(vinh_long, commune="P.1, TP Trà Vinh")[1:] == (
        "commune_like",
        "Phường Trà Vinh",
    )


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
