"""What other sites send in somebody's name is refused, wherever it goes; old phones are let in."""

import re
from contextlib import closing
from http.client import HTTPConnection
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from checkin_site import other_sites
from declarations.models import Visit
from tests import dump, make, make_stations
from tests.house.addresses import ADDRESSES
from tests.page import Reader
from tests.stations.sending import chip, scan
from venues.models import Venue

OWN, EVIL = "http://testserver", "https://evil.example"
# What a browser says, and whether it is refused; `{own}` is the site itself.
SAID = [
    ({}, False),  # old phones, programs
    ({"Origin": "{own}"}, False),
    ({"Origin": "{own}", "Sec-Fetch-Site": "same-origin"}, False),
    ({"Sec-Fetch-Site": "none"}, False),  # restored after the browser was closed
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, False),
    ({"Referer": "{own}/me/"}, False),
    ({"Origin": "{own}", "Referer": EVIL}, False),
    ({"Origin": EVIL}, True),
    ({"Origin": "null"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": "none"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, True),
    ({"Origin": "{own}.evil.example"}, True),
    ({"Origin": "{own}@evil.example"}, True),
    ({"Origin": "{own}1"}, True),  # another port, or another name
    ({"Origin": "{own}, https://evil.example"}, True),
    ({"Origin": "https://testserver"}, True),
    ({"Origin": "file://"}, True),
    ({"Origin": "chrome-extension://abc"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, True),
    ({"Sec-Fetch-Site": "same-site"}, True),
    ({"Sec-Fetch-Site": "same-site", "Origin": "{own}"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Referer": "{own}/me/"}, True),
    ({"Sec-Fetch-Site": "same-origin,cross-site"}, True),
    ({"Sec-Fetch-Site": "anything"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": EVIL}, True),
    ({"Referer": f"{EVIL}/{{own}}/"}, True),
]  # fmt: skip
# How the site is reached (as posters print it, the host, over https?), and an origin of its own.
REACHED = [
    ("http://127.0.0.1:8000", "127.0.0.1:8000", False, "http://127.0.0.1:8000"),
    ("http://127.0.0.1:8000", "LOCALHOST:8000", False, "http://localhost:8000"),
    ("http://127.0.0.1:8000", "[::1]:8000", False, "http://[::1]:8000"),
    ("https://khai-bao.example.vn", "khai-bao.example.vn", True, "https://khai-bao.example.vn"),
    ("https://khai-bao.example.vn", "khai-bao.example.vn:443", True, "HTTPS://Khai-Bao.example.vn"),
    # Behind a proxy that tells of neither name nor https.
    ("https://khai-bao.example.vn", "127.0.0.1:8000", False, "https://khai-bao.example.vn"),
    ("https://khai-báo.example.vn", "127.0.0.1:8000", False, "https://xn--khai-bo-mwa.example.vn"),
    ("http://127.0.0.1:8000", "127.0.0.1:8000", False, "https://partner.example.vn"),
    ("http://127.0.0.1:8000", "127.0.0.1:8000", False, "https://a.b.example.org:8443"),
]  # fmt: skip


def said(headers: dict[str, str], own: str) -> dict[str, str]:
    return {name: value.format(own=own) for name, value in headers.items()}


@pytest.fixture
def remembered(venue: Venue) -> Client:
    """A phone that remembers two people."""
    make.sealing_key()
    client = Client()
    client.cookies["memory"] = make_stations.memory_of_two()
    return client


def is_forgotten(client: Client, **headers: str) -> bool:
    answer = client.post("/me/forget/", headers=headers)
    assert answer.status_code == (403 if "memory" not in answer.cookies else 303)
    return "memory" in answer.cookies


@pytest.mark.parametrize(("headers", "is_refused"), SAID)
def test_a_phone_forgets_only_when_its_own_page_says_so(remembered, headers, is_refused):
    assert is_forgotten(remembered, **said(headers, OWN)) is not is_refused


def test_without_the_guard_any_site_could_wipe_a_phone(remembered, monkeypatch):
    monkeypatch.setattr(other_sites, "is_foreign", lambda request: False)
    assert all(is_forgotten(remembered, **said(headers, OWN)) for headers, _ in SAID)


@pytest.mark.parametrize(("address", "host", "is_secure", "own"), REACHED)
def test_the_site_knows_itself_by_all_its_names(
    remembered, settings, address, host, is_secure, own
):
    settings.SITE_ADDRESS, settings.ALLOWED_HOSTS = address, ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://partner.example.vn", "https://*.example.org:8443"]
    where = {"headers": {"Host": host, "Origin": own}, "secure": is_secure}
    assert remembered.post("/me/forget/", **where).status_code == 303
    scheme, _, authority = own.partition("://")
    foreign = f"ftp://{authority}", f"{own}1", f"{own}.evil.vn", f"{scheme}://x@{authority}", EVIL
    for other in foreign:
        where["headers"]["Origin"] = other
        assert remembered.post("/me/forget/", **where).status_code == 403, other


def test_a_proxy_that_does_not_tell_of_https_keeps_nobody_out(remembered):
    vouched = {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}
    assert is_forgotten(remembered, **vouched)


def test_two_processes_refuse_what_comes_over_the_wire(served):
    make.sealing_key()
    with closing(HTTPConnection(urlsplit(served.url).netloc)) as connection:
        for (headers, is_refused), method in product(SAID, ("POST", "PUT", "DELETE", "PATCH")):
            cookie = {"Cookie": "memory=x"}
            connection.request(method, "/me/forget/", b"a=b", said(headers, served.url) | cookie)
            answer = connection.getresponse()
            answer.read()
            done = 303 if method == "POST" else 405
            assert answer.status == (403 if is_refused else done), (method, headers)
            assert ("memory=" in (answer.headers["Set-Cookie"] or "")) == (answer.status == 303)
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


ACTS = [line.removeprefix("POST ") for line in ADDRESSES if line.startswith("POST ")]


def filled(line: str) -> str:
    typed = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: typed.get(part[1] or "", "x"), line)


def test_nothing_that_another_site_sends_reaches_any_page(
    official_here: Account, monkeypatch, caplog
):
    client = Client()
    client.force_login(official_here, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/dashboard/")  # from now on the session is listed
    before = sorted(dump.rows())
    for line in ACTS:
        answer = client.post(filled(line), {"a": "b"}, headers={"Sec-Fetch-Site": "same-site"})
        assert answer.status_code == 403, line
        assert not answer.cookies, line
    assert sorted(dump.rows()) == before
    assert "x/leave" not in caplog.text
    monkeypatch.setattr(other_sites, "is_foreign", lambda request: False)
    reached = [client.post(filled(line), {}, headers={"Origin": EVIL}).status_code for line in ACTS]
    assert len(ACTS) > 70
    assert reached.count(403) < len(ACTS) / 2


@pytest.mark.parametrize("language", ["vi", "km", "en"])
def test_who_is_refused_reads_what_to_do(page: Reader, language: str):
    refused = page.speaking(language).post("/me/forget/", {}, 403, sec_fetch_site="cross-site")
    assert refused.language == language
    assert "no-store" in refused.response["Cache-Control"]
    # In the two others as well: a chosen language's cookie does not come with another site's form.
    assert {part.get("lang") for part in refused.root.iter() if part.get("lang")} == {
        "vi", "km", "en",
    }  # fmt: skip
    chosen = page.post("/language/", {"next": "/", "language": language}, 302)
    assert page.follow(chosen).h1


def test_a_door_s_program_is_told_as_the_interface_describes(venue):
    make.sealing_key()
    station = make_stations.station(venue)
    batch = {"sent_at": timezone.now().isoformat(), "scans": [scan(chip(1))]}
    address = f"/s/{station.key}/scans/"
    answer = Client().post(address, batch, "application/json", headers={"Origin": EVIL})
    assert (answer.status_code, list(answer.json())) == (403, ["sentence"])
    assert not Visit.objects.exists()
    described = Client().get("/api/openapi.json").json()["paths"]["/s/{key}/scans/"]
    assert "403" in described["post"]["responses"]
    assert Client().post(address, batch, "application/json").status_code == 200


LOOKS = [
    ({"Site": "cross-site", "Mode": "no-cors", "Dest": "image"}, 403),
    ({"Site": "same-site", "Mode": "no-cors", "Dest": "script"}, 403),
    ({"Site": "cross-site", "Mode": "cors", "Dest": "empty"}, 403),
    ({"Site": "same-site", "Mode": "navigate", "Dest": "iframe"}, 403),
    ({"Site": "cross-site", "Mode": "navigate", "Dest": "embed"}, 403),
    ({"Site": "cross-site", "Mode": "navigate", "Dest": "document"}, 200),
    ({"Site": "same-origin", "Mode": "no-cors", "Dest": "image"}, 200),
    ({"Site": "cross-site"}, 200),
    ({"Site": "none", "Mode": "navigate", "Dest": "document"}, 200),
    ({}, 200),
]


@pytest.mark.parametrize(("fetch", "status"), LOOKS)
def test_another_site_can_link_here_and_measure_nothing(remembered, fetch, status, monkeypatch):
    headers = {f"Sec-Fetch-{name}": value for name, value in fetch.items()}
    assert remembered.get("/me/", headers=headers).status_code == status
    prefetch = headers | {"Sec-Purpose": "prefetch;prerender"}
    assert remembered.get("/me/", headers=prefetch).status_code == 403
    monkeypatch.setattr(other_sites, "looks_in", lambda request: False)
    assert remembered.get("/me/", headers=prefetch).status_code == 200


def test_every_answer_says_to_whom_it_belongs(page: Reader):
    for address, status in (("/", 200), ("/static/css/base.css", 200), ("/nowhere/", 404)):
        response = page.get(address, status).response
        response.close()
        headers = response.headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
    shown = page.get("/me/").response
    assert shown["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
