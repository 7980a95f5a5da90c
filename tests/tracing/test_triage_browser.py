"""The triage as a tracer uses it: the panel follows what is typed, and fits a phone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from declarations.models import Version, Visitor
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


@pytest.fixture
def sisters(case: Case) -> Case:
    """Two of one phone met the case; of one, a station typed something else."""
    stay, source = case.stays.get(), uuid4()
    for name in ("Nguyễn Thị Hương", "Nguyễn Thị Hường"):
        who = make.visitor(name, "+84911222333", seen_on=stay.possible_period.lower)
        make.visit(stay.venue, stay.possible_period.lower, visitor=who)
    Version.objects.create(
        visitor_id=who.key, source=source, key=source, row=who.key, phone_hash=who.phone_hash,
        sealing_key=who.sealing_key, seen_on=who.seen_on, mask=who.mask, sealed=who.sealed,
        residence=who.residence, document_hash=source,
    )  # fmt: skip
    trace(case, timezone.now())
    return case


@pytest.fixture(params=["phone", "desk"])
def screen(request, client) -> Page:
    """A phone, and a desk, of a tracer whose key is unlocked there."""
    page, tracer = request.getfixturevalue(request.param), make_tracing.tracer()
    make_tracing.keyholder(tracer)
    sign_in(client, page, tracer)
    page.goto("/tracing/key/unlock/?next=/tracing/log/")
    page.locator("[name=passphrase]").fill(make_tracing.PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("[name=passphrase]")).to_have_count(0)
    return page


def test_two_records_are_joined_on_any_screen(sisters: Case, screen: Page):
    case, page = sisters, screen
    page.goto(f"/tracing/cases/{case.number}/same/")
    _looked_at(page, "same")
    page.locator("#names button").click()
    expect(page.locator(".couple").first).to_contain_text("Nguyễn Thị Hường")
    _looked_at(page, "same-names")
    page.locator("#answer-1 button[value=one]").click()
    _looked_at(page, "same-joined")
    one = case.contacts.each_once().get(joined__isnull=False)
    page.goto(f"/tracing/contacts/{one.pk}/")
    page.locator("form[action*=name] button").first.click()
    _looked_at(page, "one-person")
    page.goto("/tracing/find/")
    page.locator("[name=text]").fill("0911 222 333")
    page.locator("[name=purpose]").last.click()
    expect(page.locator(".couple-of a")).to_be_visible()
    _looked_at(page, "found")
    keys = one.visitors
    double = make_tracing.case(Visitor.objects.get(key=keys[0]), visitors=keys)
    page.goto(f"/tracing/cases/{double.number}/")
    page.locator("#name button").click()
    expect(page.locator("#person")).to_be_visible()
    _looked_at(page, "case")


def test_a_burst_is_set_aside_on_any_screen(sisters: Case, screen: Page, monkeypatch):
    case, page = sisters, screen
    case.contacts.update(burst=1)
    monkeypatch.setattr("tracing.triage.bursts.FEWEST", 3)
    page.goto(f"/tracing/cases/{case.number}/contacts/")
    _looked_at(page, "burst")
    expect(page.locator(".contacts tbody tr")).to_have_count(5)
    page.locator("form[action*=bursts] button").first.click()
    expect(page.locator(".contacts tbody tr")).to_have_count(0)
    _looked_at(page, "burst-aside")


def _looked_at(page: Page, name: str) -> None:
    page.wait_for_load_state()
    size = page.viewport_size
    screenshot(page, f"{name}-{size['width'] if size else 0}")
    assert_fits(page)
    assert_accessible(page)
