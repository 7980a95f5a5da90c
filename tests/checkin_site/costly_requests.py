"""Requests of outsiders that were made to cost: every public address, with all it can be sent."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode, urlsplit

from tests.bench.load import Answer, Line, get
from tests.processes import Served

TOKEN = "a" * 32
MOST = 200_000  # bytes of a body; more is refused by its length
# Long texts that are slow to match, to fold, to compare or to write out.
TEXTS = {
    "marks": "a\u0323\u0302" * 20_000,
    "one letter": "a" * 60_000,
    "digits": "9" * 60_000,
    "spaces": " " * 60_000 + "x",
    "words": "xã phường ấp 3, " * 4_000,
    "expanding": "\ufdfa" * 15_000,
    "openings": '(["<{' * 12_000,
    "commas": ",".join("1" * 10_000),
    "dots": "a." * 20_000 + "@" + "b." * 10_000,
    "base64": "A" * 60_000 + "=",
    "numbers": "0912345678 " * 6_000,
}
QUERY = {
    "page": "1000000000",
    "q": "ấ" * 200,
    "show": "x" * 300,
    "list": "9999-99-99",
    "next": "/" * 300,
}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def addresses(poster: str, key: str) -> list[str]:
    """Return what anybody may open, with a poster's address and a station's key."""
    long = quote("A" * 3000)
    code = poster.split("/")[2]
    return [
        "/", "/find/", poster, f"/v/{long}/", f"/r/{long}/", f"/r/{long}/leave/", "/notices/",
        "/notices/dismiss/", "/me/", "/me/card.pdf", "/me/card.png", "/me/family.pdf",
        "/me/confirm/", "/me/forget/", "/venues/register/", "/venues/confirm/", "/language/",
        "/accounts/login/", "/accounts/sign-in/", "/accounts/forgotten/", f"/s/{key}/",
        f"/s/{key}/decode/", f"/s/{long}/", f"/s/pair/{code}/", f"/p/{code}/",
        "/api/openapi.json", "/healthz", "/readyz", f"/static/{long}", f"/venues/{code}/poster.pdf",
    ]  # fmt: skip


def requests_of(site: Served, address: str, texts: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield what an address is sent, each with a name."""
    cookies = f"Cookie: csrftoken={TOKEN}; memory={'A' * 6000}; sessionid={'s' * 300}"
    query = f"{address}?{urlencode(QUERY)}"
    yield "query", get(query, "gzip", cookies, f"Accept-Language: {'vi-VN;q=0.9,' * 300}vi")
    names = names_on(site, address)
    for name in texts:
        share = max(1, MOST // 3 // max(1, len(names)))
        fields = dict.fromkeys(names, TEXTS[name][:share])
        body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN}).encode()[:MOST]
        yield name, posted(address, body, FORM, cookies)
    yield "many fields", posted(address, b"&".join([b"a=1"] * 40_000), FORM, cookies)
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    kind = "multipart/form-data; boundary=x"
    yield "many parts", posted(address, part * 3000 + b"--x--\r\n", kind, cookies)


def of_a_door(key: str) -> Iterator[tuple[str, bytes]]:
    """Yield batches that are deep, wide or no batches."""
    scan = '{"id":"%s","text":"%s"},'
    bodies = {
        "deep": "[" * 100_000,
        "deep objects": '{"scans":' * 20_000,
        "a long number": '{"scans":[' + "9" * 200_000 + "]}",
        "many scans": '{"scans":[' + (scan % ("x", "9" * 20)) * 4000 + "]}",
        "long texts": '{"scans":[' + scan % ("x", "|" * 190_000) + "]}",
    }
    for name, body in bodies.items():
        yield name, posted(f"/s/{key}/scans/", body.encode(), JSON, "")


def names_on(site: Served, address: str) -> list[str]:
    """Return the names of the fields on a page."""
    page = sent(site, get(address, "identity")).body.decode(errors="replace")
    return list(dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)))


def posted(address: str, body: bytes, kind: str, *headers: str) -> bytes:
    lines = (
        f"POST {address} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {kind}",
        *filter(None, headers),
    )
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


def sent(site: Served, request: bytes) -> Answer:
    line = Line(urlsplit(site.url).port)
    with line.socket:
        return line.ask(request)


def costs(site: Served, poster: str, key: str, texts: list[str]) -> dict[tuple[str, str], float]:
    """Send everything once; return how many seconds of a core each took. Nothing may be a 5xx."""
    spent = {}
    asked: list[tuple[str, Callable[[], Iterator[tuple[str, bytes]]]]] = [
        *(
            (each[:40], lambda each=each: requests_of(site, each, texts))
            for each in addresses(poster, key)
        ),
        ("/s/…/scans/", lambda: of_a_door(key)),
    ]
    for address, requests in asked:
        for name, request in requests():
            before = site.seconds()
            status = sent(site, request).status
            assert status < 500, (address, name)
            spent[address, name] = site.seconds() - before
    return spent
