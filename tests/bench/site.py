"""A site of its own for measuring: own database, own server, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MOST = "1000000000"


@contextmanager
def running_site(folder: Path) -> Iterator[int]:
    """Yield the port of a site on an empty embedded database kept in this folder."""
    port = free_port()
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PORT": str(port),
        "WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "2"),
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "CHECK_INS_PER_MINUTE_AND_POSTER": _MOST,
        "CHECK_INS_PER_MINUTE_AND_SOURCE": _MOST,
        "NEW_PEOPLE_PER_MINUTE": _MOST,
    }
    os.environ |= environment
    _manage("compile_catalogues")
    _manage("collectstatic", "--noinput", "-v0")
    _manage("migrate", "-v0")
    for units in ("tra_vinh_2021.csv", "provinces_2021.csv"):
        _manage("load_units", f"districts/data/{units}", "-v0")
    _manage("create_keys", "--passphrase-stdin", answer="only for measuring")
    _manage("housekeeping")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "checkin_site.wsgi"],
        cwd=ROOT,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        _manage("stop_database")


def _manage(*arguments: str, answer: str = "") -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, input=answer, text=True, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the site did not start")
