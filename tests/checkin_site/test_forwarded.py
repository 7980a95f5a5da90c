"""What a proxy tells counts if it is ours, and from its place; what clients say of themselves never."""

import socket
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.sources import source_of
from checkin_site.forwarded import Forwarded
from declarations.nonces import Nonce, Receipt
from documents.qr import symbol
from tests import make
from tests.processes import Served, serving
from tests.sent_links import send_newest

# What one may send in the hope that it is taken for a proxy's word.
FORGED = """X-Forwarded-For: 198.51.100.{n}|X-Forwarded-For: 198.51.100.{n}, 198.51.100.{n}
X-Forwarded-Proto: https|X-Forwarded-Protocol: ssl|X-Forwarded-Ssl: on|X-Forwarded-Scheme: https
X-Forwarded-Host: evil.example|X-Forwarded-Server: evil.example|X-Forwarded-Port: 4{n}
X-Forwarded-Prefix: /evil|X-Script-Name: /evil|X_Script_Name: /evil|Script-Name: /evil
SCRIPT_NAME: /evil|SCRIPT_NAME: /api|script_name: /me|SCRIPT_URL: /evil/|PATH_INFO: /me/|Path-Info: /me/
Forwarded: for=198.51.100.{n};host=evil.example;proto=https|X-Real-IP: 198.51.100.{n}
True-Client-IP: 198.51.100.{n}|CF-Connecting-IP: 198.51.100.{n}|X-Client-IP: 198.51.100.{n}
X-Cluster-Client-IP: 198.51.100.{n}|REMOTE_ADDR: 198.51.100.{n}|Remote-Addr: 198.51.100.{n}
REMOTE_USER: admin@example.vn|Remote-User: admin@example.vn|X-Remote-User: admin@example.vn
HTTP_X_FORWARDED_FOR: 198.51.100.{n}|X_Forwarded_For: 198.51.100.{n}|X_FORWARDED_PROTO: https
X-Original-URL: /me/|X-Rewrite-URL: /me/|X-HTTP-Method-Override: DELETE|Front-End-Https: on
wsgi.url_scheme: https|X-Url-Scheme: https|Via: 1.1 evil.example|Proxy: evil.example:80""".replace(
    "\n", "|"
).split("|")


def asked(site: Served, path: str, *lines: str, host: str = "") -> tuple[int, str, str]:
    """Send a request byte by byte as it is; return status, Location and page."""
    authority = urlsplit(site.url).netloc
    with socket.create_connection(authority.split(":"), timeout=20) as wire:
        head = [f"GET {path} HTTP/1.1", f"Host: {host or authority}", "Connection: close", *lines]
        wire.sendall("\r\n".join([*head, "", ""]).encode())
        answer = b"".join(iter(lambda: wire.recv(65536), b"")).decode()
    headers, _, body = answer.partition("\r\n\r\n")
    location = next((line for line in headers.split("\r\n") if line.startswith("Location")), "")
    return int(answer.split()[1]), location.removeprefix("Location: "), body


def statuses_of_pairing(site: Served, *said: str) -> list[int]:
    """Try pairing codes more often than one source may; `{n}` is another number each time."""
    return [
        asked(site, f"/s/pair/ABCD{n}/", *(line.format(n=n) for line in said))[0] for n in range(24)
    ]


def test_without_a_proxy_nobody_is_believed(served: Served):
    for path in ("/", "/venues/", "/api/openapi.json", "/evil/me/"):
        plainly = asked(served, path)
        for line in FORGED:
            assert asked(served, path, line.format(n=7)) == plainly, (path, line)
    singles = {line.split(":")[0].lower(): line for line in FORGED}
    assert 429 in statuses_of_pairing(served, *singles.values())


def test_of_a_proxy_s_list_its_own_place_counts(transactional_db, tmp_path):
    address = "https://khai-bao.example.vn"
    # As gunicorn would be by itself: the control.
    trusting = "--forwarder-headers SCRIPT_NAME,PATH_INFO --forwarded-allow-ips 127.0.0.1"
    settings = {"SITE_ADDRESS": address, "TRUSTED_PROXIES": "1", "GUNICORN_CMD_ARGS": trusting}
    with serving(tmp_path, **settings) as site:
        https = "X-Forwarded-Proto: https"
        assert 'action="/evil/language/"' in asked(site, "/evil/", "SCRIPT_NAME: /evil", https)[2]
        for proto, is_secure in (
            ("https", True), ("http, https", True), ("HTTPS", True),
            ("https, http", False), ("https,", False), ("http", False), ("wss", False),
        ):  # fmt: skip
            answer = asked(site, "/me/", f"X-Forwarded-Proto: {proto}", host="localhost")
            led = (200, "") if is_secure else (301, f"{address}/me/")
            assert answer[:2] == led, proto
        for line in FORGED:
            if not line.startswith("X-Forwarded-Proto"):
                assert asked(site, "/me/", line.format(n=7), host="localhost")[0] in (301, 500), (
                    line
                )
        behind = "X-Forwarded-For: 198.51.100.{n}, 203.0.113.7"
        assert 429 in statuses_of_pairing(site, https, behind)
        assert 429 not in statuses_of_pairing(site, https, "X-Forwarded-For: 198.51.100.{n}")


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "source"),
    [
        (0, "203.0.113.7", "", "203.0.113.7"),
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (1, "10.0.0.2", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.2", "6.6.6.6, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
        (2, "10.0.0.2", "198.51.100.1", "10.0.0.2"),
        (1, "10.0.0.2", "", "10.0.0.2"),
        (1, "10.0.0.2", "nobody", ""),
        (1, "10.0.0.2", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "", "198.51.100.1", "198.51.100.1"),  # by a socket of this machine
        (1, "::ffff:10.0.0.2", "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # past the proxy
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, peer, forwarded, source):
    settings.TRUSTED_PROXIES, settings.PROXY_ADDRESSES = proxies, [ip_network("10.0.0.0/8")]
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert source_of(passed_on(request)) == source
    assert "X-Forwarded-For" not in request.headers


def passed_on(request: HttpRequest) -> HttpRequest:
    Forwarded(lambda _request: HttpResponse())(request)
    return request


def test_whoever_connects_past_the_proxy_is_not_taken_for_it(settings):
    settings.TRUSTED_PROXIES, settings.PROXY_ADDRESSES = 1, [ip_network("10.0.0.2")]
    https = {"headers": {"x-forwarded-proto": "https"}}
    assert passed_on(RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", **https)).is_secure()
    assert not passed_on(RequestFactory().get("/", REMOTE_ADDR="10.0.0.3", **https)).is_secure()


def test_addresses_that_are_given_out_are_the_site_s_own(settings, venue, page, official_here):
    settings.SITE_ADDRESS = "https://khai-bao.example.vn"
    where = {"host": "localhost", "x_forwarded_host": "evil.example"}
    address = f"/r/{Receipt(venue.pk, Nonce.of(make.visit(venue).id)).token}/"
    shown = page.get(address, **where).response.content.decode()
    assert symbol(settings.SITE_ADDRESS + address).outline in shown
    assert symbol(f"http://localhost{address}").outline not in shown
    page.post("/accounts/forgotten/", {"email": official_here.email}, **where)
    send_newest()
    assert "https://khai-bao.example.vn/accounts/new-password/" in mail.outbox[-1].body
    assert "localhost" not in mail.outbox[-1].body
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400
