"""A tracer's whole way, with a clock: from a phone number to the confirmed list of people to call."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Account
from authority.models import Disclosure
from districts import days
from tests import make, make_tracing
from tests.browser import assert_accessible, assert_fits, screenshot, sign_in

from .province import open_province

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS = 10
PEOPLE = 12


class Clicks:
    """Counts whatever is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.number, self.began = page, 0, time.monotonic()

    def press(self, target: Locator) -> None:
        target.click()
        self.number += 1

    def look(self, name: str) -> None:
        assert_accessible(self.page)
        assert_fits(self.page)
        screenshot(self.page, f"tracing-{name}")


@pytest.fixture
def tracer(transactional_db) -> Account:
    """A market yesterday, where one person was for an hour, and twelve others for half of it."""
    open_province()
    market = make.venue("Chợ Trà Vinh")
    start = make.moment("09:00", days_ago=1)
    make.visit(market, start, visitor=make.visitor(), stay=timedelta(hours=1))
    for number in range(PEOPLE):
        who = make.visitor(f"Thạch Thị Số {number}", f"+849000001{number:02d}")
        begin = start + timedelta(minutes=30)
        make.visit(market, begin, visitor=who, stay=timedelta(hours=1))
    make_tracing.rule()
    account = make_tracing.tracer()
    make_tracing.keyholder(account)
    return account


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_from_a_phone_number_to_the_people_to_call(
    screen: str, client, tracer: Account, request: pytest.FixtureRequest
):
    page: Page = request.getfixturevalue(screen)
    sign_in(client, page, tracer)
    page.goto("/tracing/")
    clicks = Clicks(page)
    opened(clicks)
    confirmed(clicks)
    called(clicks)
    assert Disclosure.objects.filter(purpose="call").count() == PEOPLE
    assert clicks.number < MOST_CLICKS
    print(f"{clicks.number} clicks, {time.monotonic() - clicks.began:.1f} s on a {screen}")  # noqa: T201


def opened(clicks: Clicks) -> None:
    page = clicks.page
    page.locator("#find [name=text]").fill("0987 654 321")
    clicks.press(page.locator("#find [name=purpose]").first)
    clicks.look("found")
    clicks.press(page.locator("#found button"))
    page.locator("[name=onset_on]").fill(f"{days.today()}")
    clicks.press(page.locator("#open button"))
    clicks.look("case")


def confirmed(clicks: Clicks) -> None:
    page = clicks.page
    clicks.press(page.locator("#figures a").first)
    clicks.look("contacts")
    clicks.press(page.locator("[name=everybody]"))
    clicks.press(page.locator("button[value=confirmed]"))
    clicks.press(page.locator(".next a.button"))
    clicks.look("calls")


def called(clicks: Clicks) -> None:
    page = clicks.page
    page.locator("[name=passphrase]").fill(make_tracing.PASSPHRASE)
    clicks.press(page.locator("main form:has([name=passphrase]) button"))
    expect(page.locator("strong", has_text="Thạch Thị Số 11")).to_be_visible()
    expect(page.locator("a[href^='tel:']")).to_have_count(PEOPLE)
    clicks.look("names")
    page.locator("button[value=reached]").first.click()  # the first call, beyond the list
    expect(page.locator(".calls [role=status]")).to_have_count(1)
