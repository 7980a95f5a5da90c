"""Units are a tree with dates, and the database refuses what is no tree."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from districts.models import Level, Unit
from districts.names import sort_key

pytestmark = pytest.mark.django_db

START, CHANGE = date(2021, 1, 1), date(2025, 7, 1)


def unit(code, name, parent=None, **details):
    details = {"level": "province", "kind": "tỉnh", "valid_from": START} | details
    return Unit.objects.create(
        code=code, name=name, name_order=sort_key(name), parent=parent, **details
    )


@pytest.fixture
def tree():
    province = unit("84", "Tỉnh Trà Vinh")
    district = unit("842", "Thành phố Trà Vinh", province, level="district")
    ward = unit("29239", "Phường 1", district, level="commune")
    merged = unit("90001", "Phường Trà Vinh", province, level="commune", valid_from=CHANGE)
    unit("86", "Tỉnh Vĩnh Long")
    return province, district, ward, merged


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("unit_code_starts_once_a_day", {"code": "84"}),
        ("unit_ends_after_it_starts", {"valid_to": START}),
        ("unit_ends_after_it_starts", {"valid_to": date(2020, 1, 1)}),
        ("only_a_province_has_no_parent", {"level": "commune"}),
        ("only_a_province_has_no_parent", {"level": "district"}),
        ("only_a_province_has_no_parent", {"parent": "84"}),
        ("only_a_province_has_no_parent", {"level": "ward", "parent": "84"}),
    ],
)
def test_the_database_refuses_what_is_no_tree(tree, constraint, wrong):
    if "parent" in wrong:
        wrong = wrong | {"parent": tree[0]}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        unit(**({"code": "1", "name": "Tỉnh"} | wrong))


def test_one_code_can_be_used_again_from_another_day():
    unit("29242", "Phường 3", valid_to=CHANGE)
    unit("29242", "Phường Trà Vinh", valid_from=CHANGE)
    for day, name in [(date(2025, 6, 30), "Phường 3"), (CHANGE, "Phường Trà Vinh")]:
        assert Unit.objects.on(day).get(code="29242").name == name


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 12, 31), False),
        (START, True),
        (date(2025, 6, 30), True),
        (CHANGE, False),
    ],
)
def test_a_unit_is_in_force_from_its_first_day_to_before_its_end(day, expected):
    unit("842", "Thành phố", valid_to=CHANGE)
    assert Unit.objects.on(day).exists() is expected


def test_within_reaches_communes_through_any_number_of_tiers(tree):
    province, district, ward, merged = tree
    assert set(Unit.objects.within(province)) == {province, district, ward, merged}
    assert set(Unit.objects.within(district)) == {district, ward}
    assert set(Unit.objects.within(ward)) == {ward}
    assert set(Unit.objects.within(province).communes()) == {ward, merged}


def test_place_names_the_district_only_where_there_is_one(tree):
    province, district, ward, merged = tree
    assert ward.place == "Phường 1, Thành phố Trà Vinh"
    assert merged.place == "Phường Trà Vinh"
    assert (district.place, province.place) == ("Thành phố Trà Vinh", "Tỉnh Trà Vinh")


def test_lineage_goes_from_the_province_down(tree, django_assert_num_queries):
    province, district, ward, merged = tree
    with django_assert_num_queries(1):
        assert Unit.objects.with_parents().get(pk=ward.pk).lineage == [province, district, ward]
    assert merged.lineage == [province, merged]
    assert province.lineage == [province]


def test_units_come_in_alphabetical_order():
    for number, name in enumerate(["Phường 10", "Xã Đa Lộc", "Phường 2", "Xã Dân Thành"]):
        unit(str(number), name)
    names = [u.name for u in Unit.objects.all()]
    assert names == ["Phường 2", "Phường 10", "Xã Dân Thành", "Xã Đa Lộc"]


def test_levels_of_a_file_are_the_levels_of_the_tree():
    from districts.unit_files import LEVELS

    assert list(LEVELS) == Level.values
