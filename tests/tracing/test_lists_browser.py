"""Taking a list away in a real browser: unlocking first, a second officer, the file."""

from pathlib import Path

import pypdfium2
import pytest

from authority.disclosures import MOST_ALONE
from authority.models import Disclosure, Reveal
from tests import make, make_tracing
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in
from tests.make_tracing import PASSPHRASE

from .test_lists import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tracer(transactional_db):
    """A tracer whose key is admitted and locked, with a case that met one more than 50 people."""
    make.sealing_key()
    made = make_tracing.tracer(make.tree().here)
    make_tracing.keyholder(made)
    case = make_tracing.case(area=made.area)
    for number in range(MOST_ALONE + 1):
        make_tracing.contact(case, person(number))
    return made


def unlocked(client, browser, tracer) -> None:
    sign_in(client, browser, tracer)
    browser.goto("/tracing/key/unlock/")
    browser.locator("main [name=passphrase]").fill(PASSPHRASE)
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/tracing/")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_is_told_that_a_colleague_confirms_first(client, phone, tracer, colours):
    unlocked(client, phone, tracer)
    phone.emulate_media(color_scheme=colours)
    for address, name in (
        (f"{case_url()}contacts/", "contacts"),
        (f"{case_url()}calls/", "calls"),
        (f"{case_url()}contacts.pdf", "second-officer"),
        ("/tracing/communes/", "stations"),
    ):
        phone.goto(address)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"lists-{name}-phone-{colours}")


def test_the_paper_comes_after_a_colleague_confirmed(client, desk, tracer, tmp_path: Path):
    unlocked(client, desk, tracer)
    desk.goto(f"{case_url()}calls/")
    screenshot(desk, "lists-calls-desk")
    desk.locator("#list-pdf").click()
    desk.locator("main h1").wait_for()
    screenshot(desk, "lists-second-officer-desk")
    assert Disclosure.objects.of_names().count() == 0
    colleague = make_tracing.tracer(tracer.area, "colleague@example.vn")
    Reveal.objects.update(second_officer=colleague, confirmed_at=Reveal.objects.get().asked_at)
    with desk.expect_download() as download:
        desk.locator("main a.button").click()
    download.value.save_as(tmp_path / "list.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "list.pdf")
    assert "Lê Văn Bình" in document[0].get_textpage().get_text_range()
    assert Disclosure.objects.of_names().filter(second_officer=colleague).count() == MOST_ALONE + 1


def case_url() -> str:
    return f"/tracing/cases/{make_tracing.Case.objects.get().number}/"
