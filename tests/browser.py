"""A real Chromium at a visitor's phone size, pointed at the live site; marks `browser`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    sync_playwright,
)

from accounts.models import Account

FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync""".split()
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Return where the system's Chromium is, if there is one."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one browser tests are skipped, but never on CI."""
    found = chromium_path()
    if found is None:
        complain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        complain("no Chromium on this machine: install the package chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread; our queries beside it block nobody.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the running site, which its posters carry as well."""
    settings.SITE_ADDRESS = live_server.url
    return live_server.url


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    """A visitor's phone, in Vietnamese."""
    yield from _page(chromium, site, PHONE)


@pytest.fixture
def scriptless_phone(chromium: Browser, site: str) -> Iterator[Page]:
    """The same phone with scripts switched off."""
    yield from _page(chromium, site, PHONE | {"java_script_enabled": False})


@pytest.fixture(params=["with script", "without script"])
def any_phone(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    """Runs the test on a phone with script and on one without."""
    yield from _page(
        chromium, site, PHONE | {"java_script_enabled": request.param == "with script"}
    )


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator[Page]:
    """An official's or owner's screen."""
    yield from _page(chromium, site, DESK)


def sign_in(client: Client, page: Page, account: Account) -> None:
    """Let the page's browser be the one in which somebody signed in, with every step."""
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    kept = {"name": name, "value": client.cookies[name].value}
    page.context.add_cookies([kept | {"url": f"{settings.SITE_ADDRESS}/"}])


def type_in(page: Page, **typed: str) -> None:
    """Fill fields with the keyboard and send the form with Enter."""
    for name, text in typed.items():
        page.locator(f"main [name={name}]").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    """Press a button or follow a link of the main part with the keyboard."""
    found = page.locator("main").get_by_role("link", name=name)
    (found if found.count() else page.locator("main").get_by_role("button", name=name)).focus()
    page.keyboard.press("Enter")


def assert_accessible(page: Page) -> None:
    """Fail on anything axe finds on the page as it now is; needs script."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_fits(page: Page) -> None:
    """Fail where the page must be scrolled sideways."""
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room, f"{page.url} is {width} px wide on a screen of {room} px"


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page where the environment's SCREENSHOTS says, if it does."""
    if folder := os.environ.get("SCREENSHOTS"):
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)


def _page(chromium: Browser, site: str, screen: dict) -> Iterator[Page]:
    """Give out a page of its own, and fail afterwards on anything it complained of."""
    context = chromium.new_context(base_url=site, locale="vi-VN", **screen)
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    _listen(context, urlsplit(site).netloc, complaints)
    page = context.new_page()
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def _listen(context: BrowserContext, host: str, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        # A page answered with 422 is reported like a missing file: `answered` tells them apart.
        expected = message.text.startswith("Failed to load resource")
        if (message.type == "error" and not expected) or "Content Security Policy" in message.text:
            complaints.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        # A service worker fetches pages for the browser.
        is_page = response.request.resource_type == "document" or response.request.service_worker
        bearable = 500 if is_page else 400
        if response.status >= bearable:
            complaints.append(f"{response.status} for {response.url}")
        if urlsplit(response.url).netloc not in (host, ""):
            complaints.append(f"third party: {response.url}")

    context.on("console", said)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    context.on("response", answered)
