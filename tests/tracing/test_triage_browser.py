"""The triage as a tracer uses it: the panel follows what is typed, and fits a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make, make_tracing
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in
from tracing.models import Case
from tracing.trace import trace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(transactional_db) -> Case:
    """Was an hour at a place with a very long name; three people came, each a quarter later."""
    make.tree()
    name = "Siêu thị và Trung tâm Thương mại Dịch vụ Tổng hợp Nguyễn Thị Minh Khai ផ្សារភ្នំពេញថ្មី"
    venue, start = make.venue(name), make.moment("09:00", days_ago=1)
    ill = make.visitor()
    make.visit(venue, start, visitor=ill, stay=timedelta(hours=1))
    for number in range(3):
        who = make.visitor(f"Người Số {number}", f"+8490000000{number}")
        begin = start + timedelta(minutes=15 * number + 5)
        make.visit(venue, begin, visitor=who, stay=timedelta(hours=2))
    found = make_tracing.case(ill)
    trace(found, timezone.now())
    return found


def test_the_panel_follows_the_minutes_that_are_typed(client, desk: Page, case: Case):
    sign_in(client, desk, make_tracing.tracer())
    desk.goto(f"/tracing/cases/{case.number}/contacts/")
    expect(desk.locator(".contacts tbody tr")).to_have_count(3)
    desk.locator("#filtering summary").click()
    desk.locator("[name=certain]").fill("40")
    expect(desk.locator(".contacts tbody tr")).to_have_count(2)
    expect(desk.locator(".band .figure").first).to_have_text("2")
    desk.locator("[name=everybody]").check()
    desk.locator("button[value=confirmed]").click()
    expect(desk.locator(".next a.button")).to_be_visible()
    assert case.contacts.close().count() == 2


def test_triage_and_one_contact_can_be_read_on_a_phone(client, phone: Page, case: Case):
    sign_in(client, phone, make_tracing.tracer())
    contact = case.contacts.first()
    case.contacts.update(
        standing="confirmed", follow_up_until=timezone.now() + timedelta(days=14),
        due_on=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    for name, path in (
        ("triage", f"/tracing/cases/{case.number}/contacts/"),
        ("contact", f"/tracing/contacts/{contact.pk}/"),
        ("follow-up", "/tracing/follow-up/"),
        ("calls", f"/tracing/cases/{case.number}/calls/"),
        ("chain", f"/tracing/cases/{case.number}/chain/"),
        ("key", "/tracing/key/"),
        ("holders", "/tracing/key/holders/"),
        ("looks", "/tracing/looks/"),
        ("log", "/tracing/log/"),
    ):
        phone.goto(path)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"phone-{name}")


def test_without_script_the_list_is_narrowed_by_its_button(
    client, scriptless_phone: Page, case: Case
):
    sign_in(client, scriptless_phone, make_tracing.tracer())
    scriptless_phone.goto(f"/tracing/cases/{case.number}/contacts/")
    scriptless_phone.locator("#filtering summary").click()
    scriptless_phone.locator("[name=certain]").fill("40")
    scriptless_phone.keyboard.press("Enter")
    expect(scriptless_phone.locator(".contacts tbody tr")).to_have_count(2)
