"""What a field takes is stored as it was typed, and comes out of tables, messages and pages as text."""

# ruff: noqa: F811 - fixtures of another file are asked for by name

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.template import engines
from django.utils import timezone
from openpyxl.utils.escape import unescape
from playwright.sync_api import Browser, Page

from documents import spreadsheets
from forms import fields
from tests import browser, make
from tests.documents.payloads import is_live
from tests.documents.sheet_reading import fetch, rows_of, worksheet
from tests.hostile import RAN, TEXTS, chosen
from tests.page import Reader
from tests.poisoned import poison
from tests.venues.clerks import as_ods
from tests.venues.lists import HEADINGS, ORDER, as_csv, as_xlsx, checked, row
from venues.models import ImportState, Venue

from .addresses import filled
from .test_addresses import everybody, places  # noqa: F401 - fixtures

IS_LONG = "HOSTILE_EACH" in os.environ
FIELDS = (
    fields.PhoneField(), fields.MobileField(), fields.CodeField(), fields.FactorCodeField(),
    fields.DayField(), fields.EmailField(), fields.PasswordField(), fields.BirthYearField(),
    fields.DocumentField(), fields.CredentialField(),
)  # fmt: skip
NAME = fields.PlainTextField(max_length=150)
STORED = f"\"'><script hz>{RAN}</script><img hz src=x onerror={RAN}>"
SHOWING = (
    ("nobody", "v/<str:code>/"), ("nobody", "r/<str:token>/"), ("owner", "venues/<str:code>/"),
    ("owner", "venues/<str:code>/stations/"), ("here", "dashboard/<slug:unit>/silent/"),
    ("here", "dashboard/<slug:unit>/import/<uuid:listed>/"), ("here", "accounts/people/"),
    ("here", "dashboard/<slug:unit>/silent/<str:code>/"), ("here", "dashboard/<slug:unit>/report/"),
)  # fmt: skip


def taken() -> dict[str, str]:
    """Return the texts that a name may be, and what is stored of each."""
    stored = {}
    for text in TEXTS:
        with suppress(ValidationError):
            stored[text] = NAME.clean(text)
    return stored


def test_a_name_is_taken_as_typed_or_refused_with_a_sentence():
    names = taken()
    assert 1000 < len(names) < len(TEXTS) - 400
    changed = {text: name for text, name in names.items() if name != text}
    # Beside them nothing differs: outer spaces, and letters made of parts.
    assert [
        t for t, name in changed.items() if name != unicodedata.normalize("NFC", t.strip())
    ] == []
    assert not any(
        re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", n) for n in names.values()
    )


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
def test_no_text_makes_a_field_stumble(field):
    refused = 0
    for text in TEXTS if IS_LONG else TEXTS[::4]:
        try:
            field.clean(text)
        except ValidationError as error:
            refused += all(map(str.strip, error.messages))
    assert refused > 0


@pytest.fixture
def register(tree, venue: Venue) -> list[str]:
    """A register in which each text that may be a name is one."""
    names = sorted(set(taken().values()))
    shared = {
        "kind": venue.kind, "commune": tree.ward_here, "owner": venue.owner,
        "responsible_phone": venue.responsible_phone, "registered_at": timezone.now(),
    }  # fmt: skip
    Venue.objects.bulk_create(
        Venue(name=name, address=name, responsible_name=name[:100], **shared) for name in names
    )
    return names


def cells_of(page: Reader, tree: make.Tree) -> tuple[set[str], list]:
    """Return the texts of the register's CSV, and the cells of its workbook."""
    official, url = make.official(tree.here), f"/dashboard/{tree.here.code}/venues"
    plain = {cell for line in rows_of(fetch(page, official, f"{url}.csv")) for cell in line}
    book = worksheet(fetch(page, official, f"{url}.xlsx"))
    return plain, [cell for line in book.iter_rows() for cell in line]


def test_every_name_comes_out_of_a_table_and_none_acts(register, page: Reader, tree):
    plain, cells = cells_of(page, tree)
    assert [cell for cell in plain if is_live(cell)] == []
    assert {spreadsheets.inert(name) for name in register} - plain == set()
    # A workbook writes _x000D_ for a line end, and _x005F_x000D_ for these seven characters.
    texts = {unescape(str(cell.value)) for cell in cells}
    assert {spreadsheets.one_line(name) for name in register} - texts == set()
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert len(cells) > 10_000


def test_without_the_mark_before_them_some_would_act(register, page: Reader, tree, monkeypatch):
    monkeypatch.setattr(spreadsheets, "inert", str)
    plain, _cells = cells_of(page, tree)
    assert len([cell for cell in plain if is_live(cell)]) > 100


@pytest.mark.parametrize("written", ["csv", "xlsx", "ods"])
def test_a_list_of_venues_holds_each_text_in_each_column(written: str, tree):
    texts = [text[:5000] for text in (TEXTS if IS_LONG else chosen(16)) if text.isprintable()]
    lines = [row(**{column: text}) for text in texts for column in ORDER]
    if written == "ods":
        content = as_ods([HEADINGS, *lines], hidden=0)
    else:
        content = {"csv": as_csv, "xlsx": as_xlsx}[written](lines)
    listed = checked(tree.here, content)
    assert listed.state == ImportState.CHECKED, listed.refusal
    rows = listed.rows.count()
    assert rows >= len(lines) * 0.6  # one that says "total" is passed over
    kept = {cell for cells in listed.rows.values_list("cells", flat=True) for cell in cells}
    assert len({text.strip() for text in texts} & kept) > len(texts) * 0.5


def test_no_name_adds_to_the_head_of_a_message(page: Reader, tree, official_here):
    reader = page.by(official_here)
    for number, text in enumerate(
        [*chosen(16), *(f"An\r\nBcc: hz{n}@example.vn" for n in range(2))]
    ):
        details = {"email": f"an{number}@example.vn", "role": "official", "area": tree.ward_here.pk}
        reader.client.post("/accounts/people/invite/", details | {"name": text})
    assert len(mail.outbox) > 5
    for sent in mail.outbox:
        whole = sent.message()
        assert set(map(str.lower, whole.keys())) <= {
            "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to",
            "date", "message-id",
        }  # fmt: skip
        assert [sent.to, len(sent.recipients())] == [[whole["To"]], 1]


@pytest.fixture
def poisoned(transactional_db, places, everybody, page: Reader) -> Iterator[list]:
    """Pages that show what is stored, each with the browser that may open it."""
    assert poison(STORED) > 10
    readers = {"nobody": None, "owner": everybody[1], "here": everybody[3]}
    return [(readers[who], filled(line, places)[1]) for who, line in SHOWING]


def opened(visited: Page, pages: list, page: Reader) -> list[int]:
    """Open each page; return how many scripts ran and how many tags came from a text, in all."""
    ran = tags = 0
    for account, url in pages:
        if account:
            browser.sign_in(page.by(account).client, visited, account)
        assert visited.goto(url).ok, url
        ran += visited.evaluate("window.__ran ? 1 : 0")
        tags += visited.locator("[hz]").count()
    return [ran, tags]


@pytest.mark.browser
def test_no_stored_script_runs_in_a_browser(poisoned, desk: Page, page: Reader):
    assert opened(desk, poisoned, page) == [0, 0]
    assert "<script hz>" in desk.locator("main").inner_text()


@pytest.mark.browser
def test_unescaped_and_without_a_policy_they_would_run(
    poisoned, chromium: Browser, site: str, page: Reader, monkeypatch
):
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)
    context = chromium.new_context(base_url=site, bypass_csp=True, **browser.DESK)
    ran, tags = opened(context.new_page(), poisoned, page)
    context.close()
    assert ran == len(poisoned)
    assert tags > 50
