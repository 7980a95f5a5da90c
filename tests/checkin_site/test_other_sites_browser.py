"""Pages of other sites in a real Chromium, which try what they can with somebody's phone."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from checkin_site import other_sites
from declarations.models import Visit
from tests import make, make_stations
from tests.browser import PHONE
from tests.declarations.scene import TYPED, address_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBMITTING = "<form id=f method=post action='{to}'>{fields}</form><script>f.submit()</script>"
# Each is sent by itself as soon as the page is open.
ATTACKS = {
    "a form": SUBMITTING,
    "a form as text": SUBMITTING.replace("method=post", "method=post enctype=text/plain"),
    "a form in a sandbox": "<iframe sandbox='allow-scripts allow-forms allow-top-navigation' srcdoc=\""
    + SUBMITTING.replace("<form", "<form target=_top")
    + '"></iframe>',
    "a page that tells nobody where it is": "<meta name=referrer content=no-referrer>" + SUBMITTING,
    "a fetch": "<script>fetch('{to}', {{method: 'POST', mode: 'no-cors', credentials: 'include', "
    "body: '{{}}'}}).finally(() => document.title = 'sent')</script>",
    "a beacon": "<script>navigator.sendBeacon('{to}', 'a=b'); setTimeout(() => document.title = 'sent', 300)"
    "</script>",
}
MEASURING = """<script>
(async () => {
  const of = (name, more) => new Promise((done) => {
    const element = Object.assign(document.createElement(name), more);
    element.onload = () => done("load");
    element.onerror = () => done("error");
    document.body.append(element);
  });
  const answers = [
    await of("img", { src: "TO" }), await of("script", { src: "TO" }),
    await of("link", { rel: "stylesheet", href: "TO" }),
    await fetch("TO", { mode: "no-cors", credentials: "include" }).then(() => "load", () => "error"),
    await fetch("TO", { credentials: "include" }).then(() => "load", () => "error"),
  ];
  document.title = answers.join(" ");
})();
</script>"""


class OtherSite:
    """A server of somebody else: 127.0.0.1 is another site than localhost, another port the same."""

    def __init__(self) -> None:
        self.html = ""
        shown = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(f"<!doctype html><body>{shown.html}".encode())

            def log_message(self, *_about: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, host: str) -> str:
        return f"http://{host}:{self.server.server_port}/"


@pytest.fixture(scope="module")
def other_site() -> Iterator[OtherSite]:
    site = OtherSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def context(chromium: Browser, site: str, venue) -> Iterator[BrowserContext]:
    """A phone that remembers two people."""
    make.sealing_key()
    context = chromium.new_context(locale="vi-VN", **PHONE)
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "memory", "value": make_stations.memory_of_two(), "url": site}])
    yield context
    context.close()


@pytest.fixture
def attacked(context: BrowserContext, site: str, other_site: OtherSite) -> Callable[..., Page]:
    """Open a page of the other site in the phone, and wait until it has done what it does."""

    def attack(html: str, host: str, to: str) -> Page:
        assert site.startswith("http://localhost:")
        other_site.html = html
        page = context.new_page()
        page.goto(other_site.at(host))
        page.wait_for_function(f"document.title != '' || location.href.startsWith('{site}')")
        page.wait_for_load_state()
        return page

    return attack


def memory(context: BrowserContext) -> str:
    return next((each["value"] for each in context.cookies() if each["name"] == "memory"), "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_page_of_another_site_makes_a_phone_forget(context, attacked, site, host, monkeypatch):
    kept, to = memory(context), f"{site}/me/forget/"
    for name, html in ATTACKS.items():
        page = attacked(html.format(to=to, fields=""), host, to)
        assert memory(context) == kept, name
        if page.url == to:
            page.reload()  # asks the browser to send it once more
            assert "không được gửi từ trang của chúng tôi" in page.inner_text("h1"), name
            assert memory(context) == kept, name
        page.close()
    monkeypatch.setattr(other_sites, "is_foreign", lambda request: False)
    attacked(ATTACKS["a form"].format(to=to, fields=""), host, to)
    assert memory(context) == ""


def test_no_page_of_another_site_makes_a_phone_somebody_elses(
    context, attacked, site, venue, monkeypatch
):
    kept, to = memory(context), f"{site}{address_of(venue)}"
    stranger = context.browser.new_context()
    form = stranger.new_page()
    form.goto(to)
    typed = TYPED | {"nonce": form.locator("[name=nonce]").first.input_value()}
    fields = "".join(f"<input name='{name}' value='{text}'>" for name, text in typed.items())
    for host in ("127.0.0.1", "localhost"):
        page = attacked(SUBMITTING.format(to=to, fields=fields), host, to)
        assert page.locator("h1").count() == 1
        assert (memory(context), Visit.objects.count()) == (kept, 0)
    monkeypatch.setattr(other_sites, "is_foreign", lambda request: False)
    attacked(SUBMITTING.format(to=to, fields=fields), "127.0.0.1", to)
    assert memory(context) not in ("", kept)
    assert Visit.objects.count() == 1
    stranger.close()


def test_a_page_of_another_site_measures_the_same_of_everything(
    context, attacked, site, monkeypatch
):
    pages = [MEASURING.replace("TO", f"{site}{address}") for address in ("/me/", "/nowhere/")]
    for html in pages:
        for host in ("127.0.0.1", "localhost"):
            assert attacked(html, host, "").title() == "error error error error error"
    monkeypatch.setattr(other_sites, "looks_in", lambda request: False)
    assert attacked(pages[0], "localhost", "").title() == "error error error error error"
    monkeypatch.delitem(settings.POLICIES, "Cross-Origin-Resource-Policy")
    assert "load" in attacked(pages[0], "localhost", "").title()


def test_a_window_of_another_site_opens_a_page_and_holds_no_thread(context, attacked, site):
    page = attacked("<title>x</title>", "localhost", "")
    with page.expect_popup() as opened:
        page.evaluate(f"() => {{ window.shown = window.open('{site}/me/') }}")
    shown = opened.value
    assert "N.V.T" in shown.inner_text("main")  # a link: the phone is known
    assert shown.evaluate("window.opener") is None
    assert page.evaluate("shown.closed")  # for all that the opener can tell


def test_a_link_leads_to_a_door_that_its_worker_serves(context, attacked, site, venue):
    door = f"{site}/s/{make_stations.station(venue).key}/"
    page = context.new_page()
    page.goto(door)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    page = attacked(f"<title>x</title><a href='{door}'>door</a>", "127.0.0.1", "")
    with page.expect_navigation() as led:
        page.click("a")
    assert (led.value.status, led.value.from_service_worker) == (200, True)
    assert page.locator("#door").count() == 1
