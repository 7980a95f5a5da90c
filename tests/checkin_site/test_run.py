"""`make run` as people use it: started, looked at, stopped, started again."""

import contextlib
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import zxingcpp
from django.conf import settings
from PIL import Image

from checkin_site.database.server import EmbeddedServer

SMALL = ("--venues", "106", "--visits", "300")


class Run:
    """A `manage.py run` with data of its own, read line by line."""

    def __init__(self, var: Path, port: int) -> None:
        environment = os.environ | {
            "PORT": str(port),
            "VAR_DIR": str(var),
            "STATIC_ROOT": str(var / "static"),
        }
        environment.pop("DATABASE_URL", None)
        self.var, self.port, self.address = var, port, f"http://127.0.0.1:{port}"
        # Not a pipe: nobody reads it while a test runs, and a full one stops who writes.
        printed, name = tempfile.mkstemp(prefix="printed ")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "default", "manage.py", "run", *SMALL],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        os.close(printed)
        self.printed, self.said = Path(name).open(encoding="utf-8"), ""  # noqa: SIM115
        Path(name).unlink()

    def until(self, words: str) -> str:
        """Read what it prints until these words are there; return all so far."""
        while words not in self.said:
            is_running = self.process.poll() is None
            time.sleep(0.05)
            self.said += self.printed.read()
            assert is_running or words in self.said, f"{words!r} was not said:\n{self.said}"
        return self.said

    def ready(self) -> "Run":
        """Read to the end of the picture of the QR code."""
        self.until("▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀")
        return self

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=20) as answer:
            return answer.read().decode()

    def manage(self, command: str) -> str:
        """Run another command beside it; return what it printed."""
        environment = os.environ | {"VAR_DIR": str(self.var), "PORT": str(self.port)}
        arguments = [sys.executable, "manage.py", command]
        return subprocess.check_output(arguments, cwd=settings.BASE_DIR, env=environment, text=True)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=60)
        if not self.printed.closed:
            self.said += self.printed.read()
            self.printed.close()
        return self.process.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(var: Path) -> Iterator[Run]:
    run = Run(var, free_port())
    try:
        yield run
    finally:
        run.stop()


@pytest.fixture(scope="module")
def first() -> Iterator[Run]:
    """A first start, by now stopped; its data can be started again."""
    var = Path(tempfile.mkdtemp(prefix="first start "))
    var.chmod(0o755)
    with running(var) as run:
        run.ready().stop()
        yield run
    EmbeddedServer(var / "postgres").stop()
    shutil.rmtree(var)


@pytest.fixture(scope="class")
def again(first: Run) -> Iterator[Run]:
    """The same site started again."""
    with running(first.var) as run:
        yield run.ready()


def sign_ins(said: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\S+@example\.com) +(\S+)", said, re.MULTILINE))


def token_in(html: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]


def poster(said: str) -> str:
    return re.search(r"HTTP://127\.0\.0\.1:\d+(/V/\w{8})", said)[1]


def test_a_first_start_prints_addresses_sign_ins_and_a_poster(first):
    assert f"The site runs: {first.address}/" in first.said
    assert f"{first.address}/accounts/login/" in first.said
    assert len(sign_ins(first.said)) == 6
    assert poster(first.said)


class Official:
    """One of the officials printed, signed in with a browser of their own.

    A code works once for each of them, so tests that follow at once take different ones.
    """

    def __init__(self, run: Run, place: int) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)
        email, password = list(sign_ins(run.said).items())[place]
        login = f"{run.address}/accounts/login/"
        second, _page = self.send(login, login=email, password=password)
        self.url, _page = self.send(second, code=run.manage("second_factor_code")[:6])

    def send(self, address: str, **typed: str) -> tuple[str, str]:
        """Fill in the form of a page; return where that leads, and what is there."""
        _url, form = self.fetch(address)
        filled = typed | {"csrfmiddlewaretoken": token_in(form)}
        return self.fetch(address, urlencode(filled).encode())

    def fetch(self, address: str, sent: bytes | None = None) -> tuple[str, str]:
        """Return where a page leads, and what is there; ask again while its database is away."""
        for _try in range(20):
            try:
                with self.browser.open(address, sent, timeout=30) as page:
                    return page.url, page.read().decode()
            except urllib.error.HTTPError as answer:
                if answer.code != 503:
                    raise
                time.sleep(0.5)
        raise AssertionError(f"{address}: away for too long")


class TestASecondStart:
    """These look at one, and leave it as it is."""

    def test_the_terminal_shows_a_code_that_a_phone_can_read(self, again):
        lines = [line for line in again.said.splitlines() if line and set(line) <= set("█▀▄ \xa0")]
        lit = [[letter in light for line in lines for letter in line] for light in ("█▀", "█▄")]
        width = len(lines[0])
        picture = Image.new("L", (width, 2 * len(lines)))
        for half, row in enumerate(lit):
            for place, on in enumerate(row):
                picture.putpixel((place % width, 2 * (place // width) + half), 255 * on)
        size = (picture.width * 6, picture.height * 6)
        [read] = zxingcpp.read_barcodes(picture.resize(size, Image.Resampling.NEAREST))
        assert read.text == f"HTTP://127.0.0.1:{again.port}{poster(again.said)}"

    def test_a_second_start_keeps_data_and_passwords(self, first, again):
        assert sign_ins(again.said) == sign_ins(first.said)
        assert poster(again.said) == poster(first.said)
        assert "stored" not in again.said
        assert "ready" in again.get("/readyz")
        assert 'name="full_name"' in again.get(poster(again.said))

    def test_the_printed_sign_in_opens_the_dashboard(self, again):
        assert Official(again, 0).url.startswith(f"{again.address}/dashboard/")


def test_the_worker_does_what_is_asked_for_also_after_its_database_died(again):
    official = Official(again, 1)
    _let_posters_be_made(again, official, "card")
    _kill_the_database(again)
    _let_posters_be_made(again, official, "a6")


def _let_posters_be_made(run: Run, official: Official, paper: str) -> None:
    posters = f"{run.address}/dashboard/29239/posters/"
    job, page = official.send(posters, paper=paper, which="all", make="yes")
    deadline = time.monotonic() + 90
    while "bang-ma-qr" not in page:
        assert time.monotonic() < deadline, page
        time.sleep(0.5)
        _url, page = official.fetch(job)


def test_where_no_demonstration_was_started_there_is_no_code(tmp_path):
    command = [sys.executable, "manage.py", "second_factor_code"]
    environment = os.environ | {"VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "make run" in done.stderr


def test_passwords_are_kept_in_a_file_that_only_its_owner_reads(first):
    kept = first.var / "demonstration.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert all(password in kept.read_text() for password in sign_ins(first.said).values())


def test_the_running_site_survives_the_death_of_its_database(again):
    _kill_the_database(again)
    assert 'name="full_name"' in again.get(poster(again.said))


def _kill_the_database(run: Run) -> None:
    """Kill it as a machine without memory does, and wait until the site has it back."""
    note = run.var / "postgres" / "data" / "postmaster.pid"
    os.kill(int(note.read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(urllib.error.HTTPError):
            assert "ready" in run.get("/readyz")
            return
        assert time.monotonic() < deadline


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_signal_stops_all_that_was_started(again, how):
    server = EmbeddedServer(again.var / "postgres")
    assert again.stop(how) == 0
    assert not (server.data / "postmaster.pid").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", again.port)) != 0


def test_a_database_that_another_run_uses_is_left_running(first, again):
    with running(first.var) as other:
        other.ready()
        assert again.stop() == 0
        assert "ready" in other.get("/readyz")


def test_a_taken_port_is_said_before_anything_is_started(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(tmp_path, taken.getsockname()[1])
        assert run.process.wait(60) == 1
        run.stop()
    assert f"Port {run.port} is taken" in run.said
    assert f"PORT={run.port + 1}" in run.said
    assert not (tmp_path / "postgres").exists()
