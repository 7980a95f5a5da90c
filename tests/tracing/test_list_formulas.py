"""What people call themselves never acts in a list of contacts."""

import pytest

from authority.sealing import seal
from tests import make_tracing
from tests.documents.payloads import PAYLOADS, is_live
from tests.documents.sheet_reading import rows_of, worksheet

from .test_lists import person, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_no_name_and_no_address_is_live(page, tree, file_type, monkeypatch):
    tracer, case = make_tracing.tracer(tree.here), make_tracing.case(area=tree.here)
    monkeypatch.setattr("authority.disclosures.MOST_ALONE", 10**6)
    for number, payload in enumerate(PAYLOADS):
        who = person(number, f"Người {number}")
        details = {"full_name": payload, "phone": payload, "address": payload, "birth_year": "=1"}
        who.sealed = seal(who.sealing_key.public_key, who.key, details)
        make_tracing.contact(case, who)
    reader = make_tracing.unlocked(page, tracer)
    answer = reader.get(url(case, file_type)).response
    if file_type == "csv":
        cells = [cell for row in rows_of(answer) for cell in row]
        assert [cell for cell in cells if is_live(cell)] == []
    else:
        found = [cell for row in worksheet(answer).iter_rows() for cell in row]
        assert {cell.data_type for cell in found} <= {"s", "n", "d"}
        cells = [cell.value for cell in found if cell.data_type == "s"]
    assert len(cells) > 10 * len(PAYLOADS)
