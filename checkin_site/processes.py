"""Processes of their own that `make run` starts beside itself and ends in order, as the web server."""

import multiprocessing
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.db import connections
from gunicorn.app.wsgiapp import WSGIApplication

HOST = "127.0.0.1"
_PATIENCE = 60  # seconds until the first answer, on a slow machine
_GRACE = 15  # seconds to end what is under way


class WebServerError(Exception):
    """The web server cannot serve; the sentence says why."""


class Companion:
    """A process forked from this one, which has read all of the site already.

    In a session of its own Ctrl-C does not reach it: we end it in order.
    """

    def __init__(self, main: Callable[[], None]) -> None:
        self.main = main
        self.process = multiprocessing.get_context("fork").Process(target=self._be)

    @property
    def is_alive(self) -> bool:
        return self.process.pid is not None and self.process.is_alive()

    def start(self) -> None:
        connections.close_all()  # a connection is no good to two processes
        self.process.start()

    def ended_within(self, seconds: float) -> bool:
        """Wait so long at most; return whether it ended by itself."""
        self.process.join(seconds)
        return not self.process.is_alive()

    def stop(self) -> None:
        """End what is under way, then the process."""
        if self.process.pid is None or not self.process.is_alive():
            return
        self.process.terminate()
        if not self.ended_within(_GRACE):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()

    def _be(self) -> None:
        os.setsid()
        os.chdir(settings.BASE_DIR)
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)
        self.main()


class WebServer(Companion):
    def __init__(self, port: int) -> None:
        super().__init__(lambda: _serve(port))
        self.port = port

    def require_a_free_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except PermissionError as error:
                raise WebServerError(
                    f"Port {self.port} is for root alone. Choose one above 1023: PORT=8001"
                ) from error
            except OSError as error:
                raise WebServerError(
                    f"Port {self.port} is taken by another program. "
                    f"Stop that one, or choose another port: PORT={self.port + 1}"
                ) from error

    def start(self) -> None:
        """Start gunicorn and wait until it answers."""
        super().start()
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if not self.is_alive or time.monotonic() > deadline:
                raise WebServerError("The web server did not start; its reason stands above.")
            time.sleep(0.05)

    def _answers(self) -> bool:
        address = f"http://{HOST}:{self.port}/healthz"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except HTTPError:
            return True
        except (URLError, OSError):
            return False
        return True


def _serve(port: int) -> None:
    """Be gunicorn from here on."""
    sys.argv = ["gunicorn", "--config", "gunicorn.conf.py", "--bind", f"{HOST}:{port}"]
    sys.argv += ["--workers", f"{settings.WEB_CONCURRENCY}", "checkin_site.wsgi:application"]
    WSGIApplication().run()
