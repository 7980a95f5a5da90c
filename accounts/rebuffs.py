"""What limits and guards turned down: logged and counted by what it was, never by whom."""

import ctypes
import logging
import multiprocessing
from enum import StrEnum

logger = logging.getLogger("rebuffs")
_PATIENCE = 0.2  # seconds; a process that was killed while it counted keeps no other from it


class Rebuff(StrEnum):
    """Why somebody was turned down: few words, fixed, and none of anybody."""

    LIMIT = "limit"  # too often within a time
    BUSY = "busy"  # too many at once
    FORBIDDEN = "forbidden"  # a page of others, a form from elsewhere or without its token
    UNKNOWN_SECRET = "unknown_secret"  # noqa: S105 - a key, receipt or link that leads nowhere
    ENDED = "ended"  # a key or link that worked once
    PLAIN_HTTP = "plain_http"  # a secret address that was sent without encryption
    TOO_LARGE = "too_large"
    NOT_UNDERSTOOD = "not_understood"
    WRONG_CODE = "wrong_code"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a word for the log
    WRONG_FACTOR = "wrong_factor"
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - a word for the log


_PLACES = {kind: place for place, kind in enumerate(Rebuff)}
# Made before the processes are, which then share it.
_counts = multiprocessing.Array(ctypes.c_uint64, len(Rebuff), lock=False)
_lock = multiprocessing.Lock()


def rebuff(kind: Rebuff, route: str = "") -> None:
    """Count a request that was turned down, and log it; `route` is an address without its values."""
    is_mine = _lock.acquire(timeout=_PATIENCE)
    try:
        _counts[_PLACES[kind]] += 1
    finally:
        if is_mine:
            _lock.release()
    where = f" at /{route}" if route else ""
    logger.warning("turned down: %s%s", kind, where, extra={"kind": kind})


def counted() -> dict[Rebuff, int]:
    """Return how many of each kind all processes turned down since the site started."""
    return {kind: _counts[place] for kind, place in _PLACES.items()}
