"""The web server that serves the site: gunicorn, as a process of its own."""

import multiprocessing
import os
import signal
import socket
import sys
import time
import urllib.request
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.db import connections
from gunicorn.app.wsgiapp import WSGIApplication

HOST = "127.0.0.1"
_PATIENCE = 60  # seconds until the first answer, on a slow machine
_GRACE = 15  # seconds to end the requests under way


class WebServerError(Exception):
    """The web server cannot serve; the sentence says why."""


class WebServer:
    """Gunicorn on a port of this machine.

    It is forked from this process, which has read all of the site already. In a session of its
    own Ctrl-C does not reach it: we end it in order.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.process = multiprocessing.get_context("fork").Process(target=_serve, args=(port,))

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
        connections.close_all()  # a connection is no good to two processes
        self.process.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if not self.process.is_alive() or time.monotonic() > deadline:
                raise WebServerError("The web server did not start; its reason stands above.")
            time.sleep(0.05)

    def ended_within(self, seconds: float) -> bool:
        """Wait so long at most; return whether the web server ended by itself."""
        self.process.join(seconds)
        return not self.process.is_alive()

    def stop(self) -> None:
        """End the requests under way, then gunicorn."""
        if self.process.pid is None or not self.process.is_alive():
            return
        self.process.terminate()
        if not self.ended_within(_GRACE):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()

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
    os.setsid()
    os.chdir(settings.BASE_DIR)
    sys.argv = ["gunicorn", "--config", "gunicorn.conf.py", "--bind", f"{HOST}:{port}"]
    sys.argv += ["--workers", f"{settings.WEB_CONCURRENCY}", "checkin_site.wsgi:application"]
    WSGIApplication().run()
