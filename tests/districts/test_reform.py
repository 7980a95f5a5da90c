"""The reform of 1 July 2025: 106 communes in nine districts become 42 right below a province."""

from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from districts.days import day_period, local_day
from districts.models import Level, Unit, communes_counted

pytestmark = pytest.mark.django_db

DATA = settings.BASE_DIR / "districts" / "data"
OLD, NEW = DATA / "tra_vinh_2021.csv", DATA / "vinh_long_2025.csv"
SUCCESSORS, PROVINCES = DATA / "successors_2025.csv", DATA / "provinces_2021.csv"
REFORM, LAST_DAY = date(2025, 7, 1), date(2025, 6, 30)
REFORMED = ("--from", str(REFORM), "--successors", str(SUCCESSORS))


def load(file, *options):
    out = StringIO()
    call_command("load_units", str(file), *options, stdout=out)
    return out.getvalue()


def rows():
    return list(Unit.objects.order_by("pk").values())


def named(code, day):
    return Unit.objects.on(day).get(code=code)


@pytest.fixture
def both():
    load(PROVINCES)
    load(OLD)
    load(NEW, *REFORMED)


@pytest.fixture
def write(tmp_path):
    def write(text, name="file.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_one_command_ends_the_old_list_and_links_each_commune():
    load(OLD)
    said = load(NEW, *REFORMED)
    assert "42 made, 0 changed, 116 ended" in said
    assert "107 linked" in said
    assert Unit.objects.on(LAST_DAY).count() == 116
    assert Unit.objects.on(REFORM).count() == 42
    assert not Unit.objects.on(REFORM).filter(level="district").exists()
    assert set(Unit.objects.on(LAST_DAY).values_list("valid_to", flat=True)) == {REFORM}


def test_loading_the_reform_again_changes_nothing(both):
    before = rows()
    assert "Nothing changed" in load(NEW, *REFORMED)
    assert "Nothing changed" in load(OLD)
    assert "Nothing changed" in load(PROVINCES)
    assert rows() == before


def test_the_old_list_changes_at_the_last_second_of_its_last_day(both):
    start, end = day_period(LAST_DAY)
    assert local_day(end) == REFORM
    assert named("29242", local_day(start)).name == "Phường 3"
    assert named("29242", local_day(end.replace(microsecond=0))).name == "Phường Trà Vinh"
    assert named("29242", local_day(end.fromtimestamp(end.timestamp() - 1, end.tzinfo))).name == (
        "Phường 3"
    )


def test_a_code_is_no_key_two_wards_of_one_name_go_different_ways(both):
    here, there = Unit.objects.on(LAST_DAY).filter(name="Phường 1").order_by("code")
    assert (here.successor.name, there.successor.name) == ("Phường Trà Vinh", "Phường Duyên Hải")
    assert here.successor.parent.name == "Tỉnh Vĩnh Long"


def test_other_provinces_stay_and_the_province_becomes_the_one_its_communes_came_to(both):
    assert Unit.objects.on(REFORM).filter(level="province").count() == 62
    old = Unit.objects.get(code="84")
    assert old.valid_to == REFORM
    assert old.successor == Unit.objects.get(code="86")
    assert Unit.objects.get(code="86").valid_from == date(2021, 1, 1)
    assert not Unit.objects.filter(level="district").exclude(successor=None).exists()


def test_people_add_up_and_points_lie_among_those_they_came_of(both):
    for unit in Unit.objects.on(REFORM).communes().prefetch_related("predecessors"):
        old = list(unit.predecessors.all())
        assert unit.inhabitants == sum(each.inhabitants for each in old)
        latitudes = [each.latitude for each in old]
        assert min(latitudes) - 1e-4 <= unit.latitude <= max(latitudes) + 1e-4
    assert Unit.objects.get(code="86").inhabitants == 1_009_168
    assert sum(Unit.objects.on(REFORM).communes().values_list("inhabitants", flat=True)) == (
        1_009_168
    )


def test_the_old_list_may_be_loaded_after_the_new_one(both):
    told = "code name valid_from valid_to successor__code inhabitants latitude".split()
    expected = set(Unit.objects.values_list(*told))
    Unit.objects.update(successor=None, parent=None, level="province")
    Unit.objects.all().delete()
    load(NEW, "--from", str(REFORM))
    load(OLD, "--until", str(REFORM), "--successors", str(SUCCESSORS))
    load(PROVINCES)
    found = set(Unit.objects.values_list(*told))
    without_86 = {row for row in expected if row[0] != "86"}
    assert {row for row in found if row[0] != "86"} == without_86


def test_the_new_list_alone_links_nothing():
    load(OLD)
    load(NEW, "--from", str(REFORM))
    assert not Unit.objects.exclude(successor=None).exists()


def test_a_renamed_district_keeps_the_communes_that_the_file_leaves_out(write):
    load(OLD)
    renamed = "code,level,kind,name,parent_code\n842,district,quận,Quận Trà Vinh,84\n"
    said = load(write(renamed), "--from", str(REFORM))
    assert "11 made, 0 changed, 11 ended" in said
    district = named("842", REFORM)
    assert Unit.objects.within(district).on(REFORM).communes().count() == 10
    ward = named("29239", LAST_DAY)
    assert (ward.successor.name, ward.successor.inhabitants) == ("Phường 1", 10557)
    before = rows()
    assert "Nothing changed" in load(write(renamed), "--from", str(REFORM))
    assert rows() == before


def test_a_list_loaded_in_advance_does_not_disturb_the_days_before(both):
    assert Unit.objects.on(LAST_DAY).within(named("84", LAST_DAY)).count() == 116
    counted = communes_counted(named("84", LAST_DAY), LAST_DAY)
    assert len(counted) == 106
    assert len(set(counted.values())) == 9
    upper = Unit.objects.begun_by(LAST_DAY).exclude(level=Level.COMMUNE)
    assert {unit.valid_from for unit in upper} == {date(2021, 1, 1)}
    assert communes_counted(named("86", LAST_DAY), LAST_DAY) == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("99999,29242", "row 2, old_code: 99999 was not in force"),
        ("29239,99999", "row 2, new_code: 99999 is not in force on 2025-07-01"),
        ("29239,86", "row 2, new_code: 86 is a province"),
        ("29239,29245", "row 2, new_code: 29245 is not in force"),
        ("29239,", "row 2, new_code: is empty"),
        (",29242", "row 2, old_code: is empty"),
        ("29239,29242\n29239,29254", "row 3, old_code: 29239 stands in row 2"),
        ("29239,29242", "row 1, old_code: 29236 (Phường 4, Thành phố Trà Vinh) ends"),
        ("29239,29242,1", "row 2, row: has more cells"),
    ],
)
def test_a_wrong_row_of_successors_is_named_and_nothing_is_loaded(write, row, fault):
    load(OLD)
    before = rows()
    wrong = write(f"old_code,new_code\n{row}\n")
    with pytest.raises(CommandError, match="nothing was loaded") as refused:
        load(NEW, "--from", str(REFORM), "--successors", str(wrong))
    assert fault in str(refused.value)
    assert str(wrong) in str(refused.value)
    assert rows() == before


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("old,new\n", "row 1, old_code: this column is missing"),
        ("", "row 1, new_code: this column is missing"),
        ('old_code,new_code\n"1,', "is not CSV"),
    ],
)
def test_a_file_that_tells_no_successors_is_refused(write, content, fault):
    load(OLD)
    with pytest.raises(CommandError) as refused:
        load(NEW, "--from", str(REFORM), "--successors", str(write(content)))
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("12.5,,", "row 2, inhabitants: write a whole number"),
        ("-1,,", "row 2, inhabitants: write a whole number"),
        ("99999999999,,", "row 2, inhabitants: write a whole number"),
        ("1,91,106", "row 2, latitude: write degrees from -90 to 90"),
        ("1,9.9,nan", "row 2, longitude: write degrees"),
        ("1,9.9,", "row 2, longitude: is empty"),
        ("1,,106.3", "row 2, latitude: is empty"),
    ],
)
def test_wrong_people_and_points_are_named_by_row_and_column(write, cells, fault):
    heading = "code,level,kind,name,parent_code,inhabitants,latitude,longitude\n"
    with pytest.raises(CommandError) as refused:
        load(write(f"{heading}84,province,tỉnh,Tỉnh Trà Vinh,,{cells}\n"))
    assert fault in str(refused.value)
    assert not Unit.objects.exists()


def test_columns_that_are_absent_leave_what_is_there(write):
    load(OLD)
    load(write("code,level,kind,name,parent_code\n84,province,tỉnh,Tỉnh Trà Vinh,\n"))
    assert Unit.objects.get(code="84").inhabitants == 1_009_168


def test_the_database_refuses_a_successor_of_a_unit_that_goes_on(both):
    province = Unit.objects.get(code="86")
    commune = named("29242", REFORM)
    for wrong in ({"successor": province}, {"latitude": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=commune.pk).update(**wrong)
