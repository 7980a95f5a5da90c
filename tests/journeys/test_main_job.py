"""The main job on real phones: a venue's poster is printed, scanned, and counted exactly."""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from declarations.nonces import word_of_the_day
from districts.days import today
from tests import browser, make
from tests.messages import newest_code
from tests.second_step import code, secret_on
from venues.models import Venue

from .province import open_province

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AREAS = ("84", "842", "29239")  # the province, the district and the commune of the new venue
PEOPLE_IN, PEOPLE_OUT, INSIDE = (f".tiles li:nth-child({place}) .big" for place in (2, 3, 4))


@dataclass
class Cast:
    """Three phones, all with script or all without, and a desk."""

    owner: Page
    visitor: Page
    official: Page
    has_script: bool

    def look(self, page: Page, name: str = "") -> None:
        """Check the page that is open, and keep a picture of it under this name."""
        browser.assert_fits(page)
        if self.has_script:
            browser.assert_accessible(page)
            if name:
                browser.screenshot(page, name)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def cast(request, transactional_db, chromium, site) -> Iterator[Cast]:
    """Everybody's own browser, pointed at the province as it is opened."""
    open_province()
    screen = browser.PHONE | {"java_script_enabled": request.param}
    open_page = contextmanager(browser._page)
    with ExitStack() as stack:
        pages = [stack.enter_context(open_page(chromium, site, screen)) for _person in range(3)]
        yield Cast(*pages, has_script=request.param)


def test_a_venue_registers_a_visitor_comes_and_goes_and_the_figures_follow(cast: Cast):
    has_been_busy()
    sign_in(cast)
    register(cast)
    address = decoded_poster(cast.owner)
    before = figures(cast.official)
    arrive(cast, address)
    assert figures(cast.official) == moved(before, came=1, went=0)
    cast.look(cast.official, "dashboard")
    go(cast)
    assert figures(cast.official) == moved(before, came=1, went=1)
    cast.look(cast.official)


def has_been_busy() -> None:
    """Let another venue of the ward be visited for two weeks, so that no figure begins at 0."""
    market = make.venue("Chợ Trà Vinh", commune=make.tree().ward_here)
    for days_ago in range(1, 14):
        for minute in range(3 + 5 * days_ago % 7):
            when = make.moment(f"06:{minute:02}", days_ago=days_ago)
            make.visit(market, when, stay=timedelta(minutes=40))
    make.visit(market, timezone.now())
    make.visit(market, timezone.now() - timedelta(seconds=2), stay=timedelta(seconds=1))


def sign_in(cast: Cast) -> None:
    """An official of the province signs in with the real form, for the first time."""
    account, page = make.official(make.tree().province), cast.official
    page.goto("/")
    cast.look(page, "home")
    page.get_by_role("link", name="Đăng nhập").click()
    page.fill("[name=login]", account.email)
    page.fill("[name=password]", make.PASSWORD)
    cast.look(page)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Dùng ứng dụng").click()
    secret = secret_on(" ".join(page.locator("#secret").inner_text().split()))
    page.fill("[name=code]", code(secret))
    cast.look(page)
    page.get_by_role("button", name="Hoàn tất").click()
    page.get_by_role("button", name="Tôi đã cất giữ").click()
    page.wait_for_url("**/dashboard/**")


def register(cast: Cast) -> None:
    """An owner registers a venue with the code that came to the phone."""
    page = cast.owner
    page.goto("/")
    page.get_by_role("link", name="Đăng ký địa điểm").click()
    page.fill("[name=name]", "Quán Cô Ba")
    page.select_option("[name=kind]", "restaurant")
    choose_commune(cast, page)
    page.fill("[name=address]", "1 Lê Lợi")
    page.fill("[name=responsible_name]", "Trần Thị Ba")
    page.fill("[name=phone]", "0912 345 678")
    cast.look(page)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/venues/confirm/")
    cast.look(page)
    page.fill("[name=code]", newest_code("+84912345678"))
    page.get_by_role("button", name="Đăng ký địa điểm").click()
    expect(page.locator("h1")).to_have_text("Quán Cô Ba")
    cast.look(page, "venue")


def choose_commune(cast: Cast, page: Page) -> None:
    """Find Phường 1 of the city by typing; without script choose it in the list."""
    if not cast.has_script:
        page.select_option("select[name=commune]", "29239")
        return
    page.locator("input[role=combobox]").click()
    page.keyboard.type("phuong 1")
    option = page.get_by_role("option", name="Phường 1, Thành phố Trà Vinh", exact=True)
    option.click()
    expect(page.locator("[role=combobox]")).to_have_value("Phường 1, Thành phố Trà Vinh")


def decoded_poster(owner: Page) -> str:
    """Read the address out of the PDF and the PNG that the owner's phone fetches."""
    links = {kind: owner.locator(f'main a[href*="poster.{kind}"]').first for kind in ("pdf", "png")}
    files = {
        kind: owner.request.get(link.get_attribute("href") or "").body()
        for kind, link in links.items()
    }
    pdf = pypdfium2.PdfDocument(files["pdf"])
    printed = pdf[0].render(scale=2).to_pil()
    pdf.close()
    pictures = (printed, Image.open(io.BytesIO(files["png"])))
    read = [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
    assert len(read) == 2
    assert read[0] == read[1]
    assert re.fullmatch(r"HTTP://[A-Z0-9.:]+/V/[2-9A-Z]{8}", read[0])
    return read[0]


def arrive(cast: Cast, address: str) -> None:
    """A visitor opens exactly what the camera read, declares, and may enter."""
    page = cast.visitor
    page.goto(address)
    cast.look(page, "declare")
    page.fill("[name=full_name]", "Nguyễn Thị Ánh")
    page.fill("[name=phone]", "0987 654 321")
    page.fill("[name=birth_year]", "1975")
    choose_commune(cast, page)
    page.fill("[name=address]", "12 Lê Lợi")
    answers = {"gender": "female"} | dict.fromkeys(
        ("case_contact", "symptomatic_contact", "area_contact", "travelled"), "no"
    )
    for name, value in (answers | {"consent": "yes"}).items():
        page.locator(f"label:has([name={name}][value={value}])").click()
    page.locator("#check-in button.big").click()
    page.wait_for_url("**/r/**")
    shows_receipt(page)
    cast.look(page, "receipt")


def shows_receipt(page: Page) -> None:
    """The receipt says go, where, when, and the word only today's has."""
    venue = Venue.objects.get(name="Quán Cô Ba")
    expect(page.locator("h1")).to_have_text("Mời vào")
    expect(page.locator("main")).to_contain_text("Quán Cô Ba")
    expect(page.locator("main")).to_contain_text(word_of_the_day(venue.pk, today()))
    expect(page.locator("#clock")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))


def go(cast: Cast) -> None:
    """One tap, and the visitor has left."""
    cast.visitor.get_by_role("button", name="Tôi ra về").click()
    expect(cast.visitor.locator("h1")).to_have_text("Bạn đã rời nơi này. Cảm ơn bạn!")
    cast.look(cast.visitor)


def figures(official: Page) -> dict[str, list[int]]:
    """People in, out and inside as each area's dashboard shows them; the province's stays open."""
    shown = {}
    for area in reversed(AREAS):
        official.goto(f"/dashboard/{area}/")
        tiles = (official.locator(tile).inner_text() for tile in (PEOPLE_IN, PEOPLE_OUT, INSIDE))
        shown[area] = [int(text.replace(".", "")) for text in tiles]
    return shown


def moved(before: dict[str, list[int]], *, came: int, went: int) -> dict[str, list[int]]:
    """What every area must show after so many came and so many of them went."""
    return {
        area: [entered + came, left + went, inside + came - went]
        for area, (entered, left, inside) in before.items()
    }
