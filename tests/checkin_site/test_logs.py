"""What outsiders are turned down for is counted and logged, and never fills the disk."""

import re
import resource
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from tests.processes import Served, serving

from .test_slow_clients import BODY, HEAD, limit, slowly

TOKEN = "Qqo"
HOST = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CAUSES = {
    "no request": b"BAD\r\n\r\n",
    "a foreign host": b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a form without its token": b"POST /accounts/sign-in/" + HOST + b"Content-Length: 0\r\n\r\n",
    "a code that leads nowhere": b"GET /r/nothing/" + HOST + b"\r\n",
    "in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    "no such method": b"PUT /" + HOST + b"Content-Length: 0\r\n\r\n",
}


@pytest.fixture
def site(transactional_db, tmp_path: Path):
    with serving(tmp_path, METRICS_TOKEN=TOKEN) as site:
        yield site


def answered(site: Served, sent: bytes) -> bytes:
    with slowly(site, 1, sent, pause=0) as [line]:
        return line.recv(100)


def counted(site: Served) -> Counter[str]:
    asked = urllib.request.Request(f"{site.url}/metrics")
    asked.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(asked) as answer:
        text = answer.read().decode()
    return Counter({kind: int(n) for kind, n in re.findall(r'reason="(\w+)"} (\d+)', text)})


def test_what_is_refused_before_a_thread_has_it_is_counted_and_logged(site: Served, tmp_path: Path):
    limit(site, resource.RLIMIT_FSIZE, 50_000)
    for status, sent in {
        411: CAUSES["in chunks"],
        413: HEAD + b"Content-Length: 99999999\r\n\r\n",
        431: HEAD + b"X: " + b"A" * 40_000,
        503: BODY + b"Content-Length: 90000\r\n\r\n" + b"A" * 80_000,
    }.items():
        assert answered(site, sent).startswith(b"HTTP/1.1 %d" % status)
    assert +counted(site) == {"not_understood": 1, "too_large": 2, "busy": 1}
    assert (tmp_path / "site.log").read_text().count("turned down: ") == 4


def test_nothing_that_an_outsider_sends_is_logged_without_end(site: Served, tmp_path: Path):
    lines, log = {}, tmp_path / "site.log"
    for cause, sent in CAUSES.items():
        before = len(log.read_text())
        for _time in range(200):
            assert answered(site, sent)
        said = re.findall(r"^\d{4}-\d\d-\d\d ", log.read_text()[before:], re.MULTILINE)
        lines[cause] = len(said)
    assert max(lines.values()) <= 2 * 2 * 20  # another minute may have begun; two processes answer
    assert lines["a form without its token"] >= 20, lines


def test_a_look_at_the_head_of_a_page_is_worth_no_line(site: Served, tmp_path: Path):
    for path in (b"/", b"/r/nothing/", b"/static/css/base.css"):
        assert answered(site, b"HEAD %s" % path + HOST + b"\r\n").startswith(b"HTTP/1.1 ")
    assert "body" not in (tmp_path / "site.log").read_text()


def test_programs_of_http_1_0_are_told_no_word_they_do_not_know(site: Served):
    for version, word in ((b"1.0", b""), (b"1.1", b"HTTP/1.1 100 Continue")):
        head = BODY.replace(b"1.1", version) + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        with slowly(site, 1, head) as [line]:
            line.settimeout(1)
            try:
                told = line.recv(100)
            except TimeoutError:
                told = b""
            assert told.strip() == word
            line.sendall(b"code=")
            assert line.recv(100)
