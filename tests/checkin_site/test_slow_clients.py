"""People who send and read slowly, without a proxy in front: whoever checks in notices nothing.

Over raw sockets, on two processes; each kind stops a site of gunicorn's own threads.
"""

import hashlib
import inspect
import re
import resource
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from gunicorn.http.unreader import Unreader
from gunicorn.workers import gthread

from checkin_site.connections import UnfinishedRequest
from tests.bench.load import Answer, Line, get, post
from tests.declarations.scene import TYPED
from tests.processes import Served, serving

# Of two processes: eighty clients of any kind are too many for it.
FULL = "--worker-connections 20"
SOONEST = 4.0  # seconds in which a check-in is answered
HEAD = b"POST /find/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
LARGE = b"GET /static/admin/js/vendor/jquery/jquery.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UNREAD = "an answer that is not read"
# What each sends at first, and then piece by piece.
SLOW = {
    "nothing": (b"", b""),
    "unfinished headers": (HEAD, b"X-Slow: 1\r\n"),
    "unfinished headers, byte by byte": (b"G", b"E"),
    "an unfinished body": (BODY + b"Content-Length: 1000\r\n\r\ncode=", b"A"),
    "a large unfinished body": (BODY + b"Content-Length: 9000000\r\n\r\n", b"A" * 100),
    "a body that waits for a word": (
        BODY + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
        b"",
    ),
    "a body in chunks": (BODY + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nA\r\n"),
    "a second request, unfinished": (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + HEAD, b""),
    UNREAD: (LARGE * 30, b""),
    "a kept connection": (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b""),
    "a connection that is not closed": (b"GET /healthz HTTP/1.0\r\n\r\n", b""),
}  # fmt: skip


@contextmanager
def slowly(
    site: Served, number: int, first: bytes, pause: float = 0.2
) -> Iterator[list[socket.socket]]:
    """Hold so many connections that have sent as much."""
    address = urlsplit(site.url)
    with ExitStack() as open_ones:
        lines = []
        for _each in range(number):
            line = open_ones.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", address.port))
            with suppress(OSError):
                line.sendall(first)
            lines.append(line)
        time.sleep(pause)
        yield lines


def seconds_of_a_check_in(site: Served, path: str, patience: float = SOONEST) -> float:
    """Open a poster's page, send its form, and return how long both took together."""
    begun = time.monotonic()
    page = _asked(site, get(path, "identity"), patience).body.decode()
    nonce = page.partition('name="nonce"')[2].partition('value="')[2].partition('"')[0]
    assert _asked(site, post(path, urlencode(TYPED | {"nonce": nonce})), patience).status == 303
    return time.monotonic() - begun


def _asked(site: Served, request: bytes, patience: float) -> Answer:
    """Ask over a connection of its own: a kept one may have to go meanwhile."""
    line = Line(urlsplit(site.url).port)
    line.socket.settimeout(patience)
    with line.socket:
        return line.ask(request)


def seconds_beside(
    site: Served, path: str, number: int, name: str, patience: float = SOONEST
) -> float:
    """Return how long a check-in takes beside so many clients that are slow in this way."""
    first, more = SLOW[name]
    with slowly(site, number, first) as lines:
        for line in lines:
            with suppress(OSError):
                line.sendall(more)
        return seconds_of_a_check_in(site, path, patience)


def statuses_of_pieces(site: Served, path: str) -> list[bytes]:
    """Send a form piece by piece once we may, and another request right behind it."""
    form = urlencode({"full_name": "A" * 100_000}).encode()
    head = BODY.replace(b"/find/", path.encode())
    length = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(form)
    with slowly(site, 1, head + length) as [line]:
        answers = line.recv(1 << 16)
        for start in range(0, len(form), 40_000):
            line.sendall(form[start : start + 40_000])
            time.sleep(0.05)
        line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        while piece := line.recv(1 << 16):
            answers += piece
    return re.findall(rb"HTTP/1\.\d (\d+)", answers)


@pytest.fixture
def warm(served: Served, poster_path: str) -> Served:
    """The site after its first check-in, which takes longest."""
    seconds_of_a_check_in(served, poster_path, patience=30)
    return served


def test_however_slowly_others_send_and_read_a_check_in_is_answered(
    warm: Served, poster_path: str
) -> None:
    """300 at once, and 16 and 64 of those who stopped the site."""
    took = {
        (name, 300): seconds_beside(warm, poster_path, 300, name) for name in SLOW if name != UNREAD
    }
    for name in ("unfinished headers", UNREAD):
        for number in (16, 64):
            took[name, number] = seconds_beside(warm, poster_path, number, name)
    assert max(took.values()) < SOONEST, took
    with slowly(warm, 1, b"GET /" + b"A" * 9000 + b" HTTP/1.1\r\n\r\n") as [line]:
        assert line.recv(100).startswith(b"HTTP/1.1 414")
    assert statuses_of_pieces(warm, poster_path)[1:] == [b"100", b"422", b"200"]
    assert warm.memory() < 300_000_000


def test_a_full_site_makes_room_for_who_checks_in(tmp_path: Path, poster_path: str) -> None:
    with serving(tmp_path, GUNICORN_CMD_ARGS=FULL) as site:
        seconds_of_a_check_in(site, poster_path, patience=30)  # the first one after the start
        took = {name: seconds_beside(site, poster_path, 80, name) for name in SLOW}
        assert max(took.values()) < SOONEST, took
        with slowly(site, 80, LARGE * 30, pause=1):
            assert seconds_of_a_check_in(site, poster_path) < SOONEST


def test_as_a_control_each_kind_stops_threads_alone(tmp_path: Path, poster_path: str) -> None:
    with serving(tmp_path, GUNICORN_CMD_ARGS=f"--worker-class gthread {FULL}") as threads:
        for name in SLOW:
            # It is well before, so that they are what stops it.
            seconds_of_a_check_in(threads, poster_path, patience=30)
            with pytest.raises(TimeoutError):
                seconds_beside(threads, poster_path, 80, name, patience=1)


def limit(site: Served, what: int, most: int) -> set[int]:
    """Let each process that answers have no more of something; return which they are."""
    for worker in site.workers:
        resource.prlimit(worker, what, (most, most))
    return site.workers


def test_no_process_ends_where_no_more_files_may_be_open(warm: Served, poster_path: str) -> None:
    workers = limit(warm, resource.RLIMIT_NOFILE, 120)
    large = BODY + b"Content-Length: 90000\r\n\r\n" + b"A" * 40_000
    with slowly(warm, 400, large):
        time.sleep(1)
    assert seconds_of_a_check_in(warm, poster_path) < SOONEST
    assert warm.workers == workers


def test_a_full_disk_is_told_to_who_sends_much(warm: Served, poster_path: str) -> None:
    workers = limit(warm, resource.RLIMIT_FSIZE, 50_000)
    with slowly(warm, 1, BODY + b"Content-Length: 90000\r\n\r\n" + b"A" * 80_000) as [line]:
        assert line.recv(100).startswith(b"HTTP/1.1 503")
    assert seconds_of_a_check_in(warm, poster_path) < SOONEST
    assert warm.workers == workers


def test_who_goes_before_the_word_comes_ends_no_process(warm: Served, poster_path: str) -> None:
    """The word is sent by the loop: a mistake there would end all requests of the process."""
    workers = warm.workers
    first, _more = SLOW["a body that waits for a word"]
    for cut in (0, 20) * 20:
        with slowly(warm, 1, first[:cut], pause=0.005) as [line]:
            # Closed so, the connection is reset, and what was sent can still be read.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.sendall(first[cut:])
    assert seconds_of_a_check_in(warm, poster_path) < SOONEST
    assert warm.workers == workers


def test_what_is_sent_at_once_is_answered_in_its_order(warm: Served) -> None:
    """Also behind the first 8 kB, of which gunicorn's parser has read and not used a part."""
    wanted = [b"200" if number % 7 % 3 else b"404" for number in range(200)]
    paths = {b"200": b"/healthz", b"404": b"/.git/config"}
    kept = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"A" * 70 + b"\r\n\r\n"
    requests = [b"GET " + paths[status] + kept for status in wanted]
    requests[-1] = requests[-1].replace(b"/1.1", b"/1.0")
    answers = b""
    with slowly(warm, 1, b"".join(requests)) as [line]:
        line.settimeout(10)
        while piece := line.recv(1 << 16):
            answers += piece
    assert re.findall(rb"HTTP/1\.\d (\d+)", answers) == wanted


def test_an_answer_that_breaks_off_ends_no_process(tmp_path: Path, poster_path: str) -> None:
    with serving(tmp_path, "tests.breaking_off") as site:
        seconds_of_a_check_in(site, poster_path, patience=30)
        workers = site.workers
        for _each in range(4):
            with slowly(site, 1, b"GET /breaks-off HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as [line]:
                assert line.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert seconds_of_a_check_in(site, poster_path) < SOONEST
        assert site.workers == workers


def test_what_is_only_announced_takes_no_room_from_others(warm: Served) -> None:
    """Of 268 MB for the bodies of a process each of these announces as much as is left."""
    sizes = [41_000_000] * 24 + [8_000_000] * 16 + [1_000_000] * 24 + [66_000] * 30
    large = BODY + b"Content-Length: 90000\r\n\r\n" + b"A" * 90_000
    with ExitStack() as announced:
        for size in sizes:
            head = BODY + b"Content-Length: %d\r\n\r\n" % size
            announced.enter_context(slowly(warm, 1, head, pause=0))
        for _each in range(6):
            with slowly(warm, 1, large) as [line]:
                assert not line.recv(100).startswith(b"HTTP/1.1 503")


def test_who_fills_the_room_for_bodies_keeps_nobody_out(tmp_path: Path, poster_path: str) -> None:
    """They send no more, or a byte now and then; the largest goes for whoever comes."""
    held = BODY + b"Content-Length: 8000000\r\n\r\n" + b"A" * 390_000
    large = BODY + b"Content-Length: 150000\r\n\r\n" + b"A" * 100_000
    with serving(tmp_path, "tests.breaking_off") as site, slowly(site, 24, held, pause=1):
        for _each in range(6):
            with slowly(site, 1, large) as [line]:
                line.sendall(b"A" * 50_000)
                assert not line.recv(100).startswith(b"HTTP/1.1 503")


def test_a_length_is_read_as_gunicorn_reads_it() -> None:
    """Else a request is answered without its body, and the body read as the next request."""
    for zeros in (b"", b"0" * 14, b"0" * 9000):
        request = UnfinishedRequest(now=0)
        with request.file:
            assert request.add(HEAD + b"Content-Length: %s99\r\n\r\n" % zeros, now=0) == 0
            assert not request.is_whole
            assert request.add(b"A" * 99, now=0) == 0
            assert request.is_whole


def test_gunicorns_worker_is_the_one_that_ours_was_written_for() -> None:
    """When it fails: read what changed there, hold connections.py against it, then write the digest."""
    written_for = "a53945c5d967888a"
    sources = "".join(map(inspect.getsource, (gthread.TConn, gthread.ThreadWorker, Unreader)))
    assert hashlib.sha256(sources.encode()).hexdigest()[:16] == written_for


def test_what_is_not_finished_in_time_is_let_go() -> None:
    request = UnfinishedRequest(now=0)
    assert request.add(HEAD, now=0) == 0
    assert not request.is_late(now=9)
    assert request.is_late(now=11)
    assert request.add(b"Content-Length: 99\r\n\r\n", now=9) == 0
    assert not request.is_late(now=20)
    assert request.is_late(now=25)  # nothing was heard
    assert request.add(b"A", now=31) == 0
    assert request.is_late(now=32)
    request.file.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"X: " + b"A" * 40_000, 431),
        (HEAD + b"Cookie: " + b"A" * 65_000 + b"\r\n\r\n", 431),
        (HEAD + b"Content-Length: 99999999\r\n\r\n", 413),
        (HEAD + b"Content-Length: 9999999999999999\r\n\r\n", 413),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", 411),
    ],
)
def test_what_no_page_sends_is_refused_before_it_is_here(sent: bytes, status: int) -> None:
    request = UnfinishedRequest(now=0)
    with request.file:
        assert request.add(sent, now=0) == status
