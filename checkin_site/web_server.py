"""The web server that serves the site: gunicorn, as a process of its own."""

import socket
import sys
import time
import urllib.request
from urllib.error import HTTPError, URLError

from django.conf import settings
from gunicorn.app.wsgiapp import WSGIApplication

from .companion import Companion

HOST = "127.0.0.1"
_PATIENCE = 60  # seconds until the first answer, on a slow machine


class WebServerError(Exception):
    """The web server cannot serve; the sentence says why."""


class WebServer(Companion):
    """Gunicorn on a port of this machine."""

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
