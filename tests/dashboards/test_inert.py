"""Tables as files: nothing in them acts, whatever venues are called and whoever opens them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.documents.payloads import PAYLOADS, is_live
from tests.documents.sheet_reading import fetch, rows_of, worksheet

HOUR = timedelta(hours=1)


@pytest.fixture
def attacked(tree):
    """Venues that carry each payload as name, address and person; and what is said of them."""
    for number, payload in enumerate(PAYLOADS):
        venue = make.venue(
            payload[:150], with_poster=number % 2, address=payload[:200],
            responsible_name=payload[:100],
        )  # fmt: skip
        if number % 3 == 0:
            make.visit(venue, timezone.now() - HOUR)
    return tree


@pytest.mark.parametrize("table", ["/venues.{}", "/silent.{}"])
def test_a_workbook_of_payloads_holds_no_formula(page, attacked, table):
    official = make.official(attacked.province)
    url = f"/dashboard/{attacked.ward_here.code}{table.format('xlsx')}"
    cells = [cell for row in worksheet(fetch(page, official, url)).iter_rows() for cell in row]
    assert len(cells) > len(PAYLOADS)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {cell.value for cell in cells} & set(PAYLOADS)  # texts, as they were typed
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("table", [".{}", "/venues.{}", "/silent.{}"])
def test_a_csv_of_payloads_holds_no_formula(page, attacked, table, delimiter):
    official = make.official(attacked.province)
    url = f"/dashboard/{attacked.ward_here.code}{table.format('csv')}"
    rows = rows_of(fetch(page, official, url), delimiter)
    assert len(rows) > len(PAYLOADS) / 2
    assert [cell for row in rows for cell in row if is_live(cell)] == []


def test_every_venue_is_one_line_of_the_register(page, attacked):
    url = f"/dashboard/{attacked.province.code}/venues.csv"
    rows = rows_of(fetch(page, make.official(attacked.province), url))
    assert len(rows) == 1 + len(PAYLOADS)
    assert {len(row) for row in rows} == {14}
