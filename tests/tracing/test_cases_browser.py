"""Cases in a real browser: from a phone number to the timeline, on a phone and on a desk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from authority.models import Disclosure
from districts.days import today
from tests import make, make_tracing
from tests.browser import assert_accessible, assert_fits, press, screenshot, sign_in
from tracing.models import Case, Stay
from tracing.trace import trace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG = "Trung tâm Thương mại Dịch vụ Ăn uống Giải khát và Tổ chức Tiệc cưới Hội nghị Hoàng Gia"


@pytest.fixture
def venues(transactional_db):
    """Places with a long and a Khmer name; the case and two others were there."""
    made = [make.venue(LONG), make.venue("ផ្សារត្រាវិញ")]
    for place, clock, ago in zip(made, ("23:30", "08:00"), (2, 1), strict=True):
        make.visit(place, make.moment(clock, days_ago=ago), stay=HOUR)
        for year in (1960, 1961):
            other = make.visitor("Lê Văn Bình", f"+84900000{year % 1000:03}", year)
            make.visit(place, make.moment(clock, days_ago=ago), visitor=other, stay=2 * HOUR)
    return made


@pytest.fixture
def case(venues):
    made = make_tracing.case(area=make.tree().here, onset_on=today() - DAY)
    trace(made, timezone.now())
    made.events.create(at=timezone.now(), by=made.opened_by, what="opened")
    return made


@pytest.fixture
def tracer(transactional_db):
    return make_tracing.tracer(make.tree().here)


def pages(case, venue):
    start = f"/tracing/cases/{case.number}/"
    moment = make.moment("10:00", days_ago=1)
    stay = make_tracing.told_stay(case, venue, moment, moment + HOUR)
    other = make_tracing.rule("CWA-2021", is_official=False, linger_minutes=30)
    return {
        "home": "/tracing/",
        "find": "/tracing/find/",
        "open": "/tracing/open/",
        "open-known": f"/tracing/open/?person={case.sealed_row}",
        "case": start,
        "correct": f"{start}correct/",
        "rule": f"{start}rule/?rule={other.pk}",
        "venues": f"{start}stays/?q=c",
        "telling": f"{start}stays/?venue={venue.pk}",
        "stay": f"{start}stays/{stay.pk}/",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_shows_every_page_without_scrolling_sideways(
    client, phone, site, case, venues, tracer, colours
):
    sign_in(client, phone, tracer)
    phone.emulate_media(color_scheme=colours)
    for name, address in pages(case, venues[0]).items():
        phone.goto(address)
        assert_accessible(phone)
        assert_fits(phone)
        screenshot(phone, f"cases-{name}-phone-{colours}")


def test_a_desk_shows_every_page(client, desk, site, case, venues, tracer):
    sign_in(client, desk, tracer)
    for name, address in pages(case, venues[0]).items():
        desk.goto(address)
        assert_accessible(desk)
        assert_fits(desk)
        screenshot(desk, f"cases-{name}-desk")


def test_a_desk_draws_the_days_and_a_phone_tells_them(client, desk, site, case, tracer):
    sign_in(client, desk, tracer)
    desk.goto(f"/tracing/cases/{case.number}/")
    lines = desk.locator(".timeline .line")
    expect(lines).to_have_count(3)  # a night belongs to two days
    expect(lines.first).to_be_visible()
    assert lines.first.locator(".certain").bounding_box()["width"] > 2
    desk.set_viewport_size({"width": 360, "height": 740})
    expect(lines.first).to_be_hidden()
    expect(desk.get_by_text("chắc chắn 08:00–09:00")).to_be_visible()


def test_from_a_phone_number_to_the_timeline(client, any_phone, site, venues, tracer):
    make_tracing.rule()
    sign_in(client, any_phone, tracer)
    any_phone.goto("/tracing/")
    any_phone.fill("[name=text]", "0987 654 321")
    any_phone.click(".finding [name=purpose]")
    expect(any_phone.locator("[name=person]")).to_be_checked()
    press(any_phone, "Mở ca bệnh")
    any_phone.fill("[name=onset_on]", (today() - DAY).isoformat())
    press(any_phone, "Mở ca và truy vết")
    any_phone.wait_for_url("**/tracing/cases/BN*/")
    expect(any_phone.get_by_text(LONG).first).to_be_visible()
    assert Case.objects.get().contacts.count() == 2


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_enter_chooses_no_purpose_for_the_person(screen, client, site, venues, tracer, request):
    page = request.getfixturevalue(screen)
    sign_in(client, page, tracer)
    for address in ("/tracing/", "/tracing/find/"):
        page.goto(address)
        page.fill("[name=text]", "0987 654 321")
        page.press("[name=text]", "Enter")
        expect(page.get_by_role("alert")).to_contain_text("vì sao bạn tìm")
        assert_accessible(page)
        assert_fits(page)
        screenshot(page, f"cases-find-why-{screen}")
        assert not Disclosure.objects.exists()
    page.locator("[name=purpose]").first.press("Enter")
    expect(page.locator("[name=person]")).to_be_checked()
    assert Disclosure.objects.get().purpose == "reported"


def test_a_place_is_found_while_typing_and_told(client, any_phone, site, case, venues, tracer):
    sign_in(client, any_phone, tracer)
    any_phone.goto(f"/tracing/cases/{case.number}/stays/")
    any_phone.locator("#q").press_sequentially("hoang gia")
    any_phone.locator("#q").press("Enter")
    any_phone.get_by_role("link", name=LONG).click()
    any_phone.fill("[name=day]", (today() - DAY).isoformat())
    any_phone.fill("[name=start]", "10:00")
    any_phone.fill("[name=end]", "11:00")
    any_phone.locator("[name=exact]").first.check()
    any_phone.fill("[name=note]", "Con gái kể")
    press(any_phone, "Lưu và truy vết lại")
    any_phone.wait_for_url(re.compile(r"/cases/BN\d+-\d+/$"))
    assert Stay.objects.filter(visit=None).count() == 1


def test_venues_appear_while_one_types(client, desk, site, case, tracer):
    sign_in(client, desk, tracer)
    desk.goto(f"/tracing/cases/{case.number}/stays/")
    desk.locator("#q").press_sequentially("trung tam")
    expect(desk.get_by_role("link", name=LONG)).to_be_visible()
    assert "q=" not in desk.url
