"""The site with room for few bodies, and an address whose answer breaks off, as a file that is deleted."""

from collections.abc import Iterator
from typing import Any

from checkin_site import connections, wsgi

connections._ALL_BODIES = 2_000_000


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer as the site does, but for `/breaks-off`."""
    if environ["PATH_INFO"] != "/breaks-off":
        return wsgi.application(environ, start_response)
    start_response("200 OK", [("Content-Length", "5000")])
    return _broken_off()


def _broken_off() -> Iterator[bytes]:
    yield b"A" * 1000
    raise LookupError
