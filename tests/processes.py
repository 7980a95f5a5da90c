"""The site as it is served: gunicorn with its own settings and two processes, on a test's database."""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import connection

from tests.bench.site import free_port

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 30  # seconds
_CONNECTED = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass
class Served:
    """A site over real HTTP; `pid` is that of gunicorn's first process."""

    url: str
    pid: int

    @property
    def workers(self) -> set[int]:
        """The processes that answer."""
        return set(map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()))

    def memory(self) -> int:
        """Return the most bytes that any process that answers has ever held."""
        status = [Path(f"/proc/{worker}/status").read_text() for worker in self.workers]
        peaks = [line for text in status for line in text.splitlines() if line.startswith("VmHWM")]
        return max(int(line.split()[1]) * 1024 for line in peaks)

    @contextmanager
    def helpers_watched(self) -> Iterator[list[int]]:
        """Note until the end how many bytes the programs hold that these processes started."""
        noted, is_over = [0], Event()

        def look() -> None:
            while not is_over.wait(0.01):
                noted.append(self._helpers())

        with ThreadPoolExecutor(1) as watcher:
            watcher.submit(look)
            yield noted
            is_over.set()

    def _helpers(self) -> int:
        pages = 0
        for listed in (file for pid in self.workers for file in _tasks(pid)):
            with suppress(OSError):  # it has ended
                for helper in listed.read_text().split():
                    pages += int(Path(f"/proc/{helper}/statm").read_text().split()[1])
        return pages * resource.getpagesize()

    def seconds(self) -> float:
        """Return how many seconds of a core the processes that answer have used."""
        return sum(map(_seconds, self.workers))

    def database_seconds(self) -> float:
        """Return how many seconds of a core the database has used for whoever is connected."""
        with connection.cursor() as cursor:
            cursor.execute(_CONNECTED)
            return sum(_seconds(process) for (process,) in cursor.fetchall())


def _seconds(process: int) -> float:
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _tasks(pid: int) -> Iterator[Path]:
    """Yield the lists of what each thread of a process has started."""
    return Path(f"/proc/{pid}/task").glob("*/children")


@contextmanager
def serving(
    folder: Path, application: str = "checkin_site.wsgi", **environment: str
) -> Iterator[Served]:
    """Serve this test's database by two processes; more settings as in the environment."""
    port = free_port()
    own = {
        "DJANGO_SETTINGS_MODULE": "tests.served_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "SECRET_KEY": settings.SECRET_KEY,
        "HASH_KEY": settings.HASH_KEY,
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "MESSAGE_GATEWAY": "file",
        "MESSAGE_FILE": str(folder / "messages.txt"),
    }
    command = f"gunicorn --config gunicorn.conf.py --workers 2 {application}".split()
    with (folder / "site.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT, env=os.environ | own | environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        site = Served(f"http://127.0.0.1:{port}", server.pid)
        _wait_for(site, server)
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=_PATIENCE)


def _wait_for(site: Served, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError):
            urllib.request.urlopen(f"{site.url}/healthz", timeout=5).close()
            return
        time.sleep(0.05)
    raise TimeoutError("the site did not start")


@pytest.fixture
def served(transactional_db, tmp_path: Path) -> Iterator[Served]:
    """The site by two processes; what a test stores is seen by both. Its log is site.log."""
    with serving(tmp_path) as site:
        yield site
