"""Tables as files: nothing in them acts, whatever venues are called and whoever opens them."""

import re
import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.sheets.inert import inert
from tests import make
from tests.dashboards.payloads import HARMLESS, PAYLOADS
from tests.dashboards.sheet_reading import fetch, rows_of, worksheet

HOUR = timedelta(hours=1)
# What programs leave out of a cell's beginning before they look for a formula; an apostrophe of
# ours is a character of the text and ends the search.
_LEFT_OUT = re.compile(
    r"[\s\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff\"`´‘’“”«»{]*"
)


def is_live(cell: str) -> bool:
    """Whether a spreadsheet program might take a cell for a formula; numbers are none."""
    begins = _LEFT_OUT.sub("", cell, count=1)
    if re.fullmatch(r"-?[0-9.,%]*", cell):
        return False
    return unicodedata.normalize("NFKC", begins[:1])[:1] in {"=", "+", "-", "@", "\u2212"}


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


def test_there_are_many_payloads_and_each_would_act():
    assert len(set(PAYLOADS)) >= 130
    assert sum(is_live(payload) for payload in PAYLOADS) >= 110


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_however_it_is_split(payload):
    written = inert(payload)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\uffff]", written)
    assert [cell for cell in [written, *written.split(";")] if is_live(cell)] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_texts_stay_as_they_are(text):
    assert inert(text) == text


@pytest.mark.parametrize("table", [".{}", "/venues.{}", "/silent.{}"])
def test_a_workbook_of_payloads_holds_no_formula(page, attacked, table):
    official = make.official(attacked.province)
    url = f"/dashboard/{attacked.ward_here.code}{table.format('xlsx')}"
    cells = [cell for row in worksheet(fetch(page, official, url)).iter_rows() for cell in row]
    assert len(cells) > len(PAYLOADS)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.value for cell in cells if cell.data_type == "s" and is_live(cell.value)] == []
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
