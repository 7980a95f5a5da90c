"""How often somebody did something lately, counted exactly however many ask at once."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from districts.days import day_start, local_day

from .turns import BusyError, TooSlowError

# The count of a period that is over begins anew; a few other old counts are swept on the way.
_COUNT = """
WITH swept AS (
    DELETE FROM accounts_limit WHERE name IN (
        SELECT name FROM accounts_limit
        WHERE until < %(now)s AND name <> %(name)s LIMIT %(swept)s FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO accounts_limit AS kept (name, times, until)
VALUES (%(name)s, %(times)s, %(until)s)
ON CONFLICT (name) DO UPDATE SET
    times = CASE WHEN kept.until <= %(now)s THEN excluded.times ELSE kept.times + excluded.times END,
    until = CASE WHEN kept.until <= %(now)s THEN excluded.until ELSE kept.until END
WHERE kept.until <= %(now)s OR kept.times < %(most)s
RETURNING times
"""
_GIVE_BACK = "UPDATE accounts_limit SET times = GREATEST(times - 1, 0) WHERE name = %(name)s"
_NO_MOST = 2**31 - 1


@dataclass(frozen=True)
class Limit:
    """How often an act may be done by one source in a period, or in a local day where none is named."""

    act: str
    most: int
    period: timedelta | None = None

    def take(self, source: str, now: datetime, times: int = 1) -> int:
        """Count an act and return its number; 0, and nothing counted, where it is one too many."""
        if self.most < 1:
            return 0
        left = self.period or day_start(local_day(now) + timedelta(days=1)) - now
        return _counted(_name(self.act, source), self.most, now, now + left, times)

    def give_back(self, source: str) -> None:
        """Take an act back that was counted and came to nothing, or was no misuse."""
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, {"name": _name(self.act, source)})

    @contextmanager
    def given_back_when_busy(self, source: str) -> Iterator[None]:
        """Take a try back at which nobody looked, since too many wanted one at once."""
        try:
            yield
        except TooSlowError:
            raise
        except BusyError:
            self.give_back(source)
            raise


def count(act: str, source: str, period: timedelta, now: datetime) -> int:
    """Count an act of a source once more; return its number within the running period."""
    return _counted(_name(act, source), _NO_MOST, now, now + period)


def _counted(name: bytes, most: int, now: datetime, until: datetime, times: int = 1) -> int:
    counted: dict[str, Any] = {"name": name, "most": most, "now": now, "until": until}
    counted["times"] = times
    # Several limits may be taken in one transaction: it would hold rows that others wait for.
    counted["swept"] = 10 if most == _NO_MOST else 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, counted)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _name(act: str, source: str) -> bytes:
    """Sources are kept hashed: an address is personal data."""
    return _hashed(f"{act}|{source}")[:16]


def hashed_key(key: str, prefix: str, version: int) -> str:
    """Return the key of what the sign-in library counts: its own has the sender's address in it."""
    return _hashed(f"{prefix}|{version}|{key}").hex()


def _hashed(text: str) -> bytes:
    return hmac.digest(settings.HASH_KEY.encode(), text.encode(), hashlib.sha256)
