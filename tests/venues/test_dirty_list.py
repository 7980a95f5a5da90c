"""A deliberately dirty file of 1,000 rows gives exactly the expected faults."""

import pytest
from django.utils import timezone

from districts.models import Unit
from tests import make
from venues.fields import Fault
from venues.imports.bringing_in import bring_in
from venues.models import Import, ImportState, Poster, RowState, Venue

from .dirty import ROWS, DirtyList, dirty_list
from .lists import as_csv, as_xlsx, checked, load_tra_vinh

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(db) -> Unit:
    """Trà Vinh with all its communes; next to it one commune of Vĩnh Long."""
    load_tra_vinh()
    vinh_long = make.unit(
        "855", "Thành phố Vĩnh Long", Unit.objects.get(code="86"), kind="thành phố"
    )
    make.unit("29542", "Phường Trường An", vinh_long, kind="phường")
    make.official(vinh_long, phone="+84987654321")
    return Unit.objects.get(code="84")


@pytest.fixture
def dirty(province: Unit) -> DirtyList:
    communes = list(
        Unit.objects.within(province).communes().select_related("parent").order_by("code")
    )
    known = [
        {"name": "Chợ Trà Vinh", "commune": "P.1", "district": "tp. tra vinh", "address": "12, Bạch đằng"},
        {"name": "CHO TRA VINH", "commune": "29239", "address": "dời chỗ", "phone": "912345678"},
    ]  # fmt: skip
    ward = Unit.objects.get(code="29239")
    make.venue("Chợ Trà Vinh", commune=ward, kind="market")
    return dirty_list(communes, known)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_dirty_file_of_a_thousand_rows_has_exactly_the_expected_faults(province, dirty, write):
    listed = checked(province, write(dirty.rows))
    assert found(listed) == dirty.faults
    assert set(listed.rows.filter(state=RowState.HERE).values_list("row", flat=True)) == dirty.here
    assert (listed.good, listed.here, listed.rows.count()) == (dirty.good, len(dirty.here), ROWS)
    assert Venue.objects.count() == 1, "nothing is brought in unless asked"


def test_its_good_rows_are_brought_in_once_and_the_second_time_changes_nothing(province, dirty):
    content = as_csv(dirty.rows)
    first, second = brought_in(province, content), brought_in(province, content)
    assert (first.brought_in, second.brought_in) == (dirty.good, 0)
    doubled = {fault for fault in dirty.faults if fault[2] == "doubled"}
    assert (second.good, second.here) == (0, dirty.good + len(dirty.here) + len(doubled))
    assert Venue.objects.count() == Poster.objects.count() == dirty.good + 1
    assert found(second) == dirty.faults - doubled


def test_every_row_names_its_faults_in_sentences_that_say_what_to_do(province, dirty):
    listed = checked(province, as_csv(dirty.rows))
    for faults in listed.rows.filter(state=RowState.FAULTY).values_list("faults", flat=True):
        assert all(Fault.kept(fault).sentence.endswith((".", "?")) for fault in faults)


def brought_in(area: Unit, content: bytes) -> Import:
    listed = checked(area, content)
    Import.objects.filter(pk=listed.pk).update(state=ImportState.DECIDED)
    bring_in(listed.pk, timezone.now(), lambda _done, _total: None)
    listed.refresh_from_db()
    return listed


def found(listed: Import) -> set[tuple[int, str, str]]:
    """Return row, heading and key of every fault."""
    return {
        (row.row, listed.heading(row.sheet, fault.column), fault.key)
        for row in listed.rows.filter(state=RowState.FAULTY)
        for fault in map(Fault.kept, row.faults)
    }
