"""How often somebody did something lately, counted exactly however many ask at once."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

# The count of a period that is over begins anew; a few other old counts are swept on the way.
_COUNT = """
WITH swept AS (
    DELETE FROM accounts_limit WHERE name IN (
        SELECT name FROM accounts_limit
        WHERE until < %(now)s AND name <> %(name)s LIMIT 10 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO accounts_limit AS kept (name, times, until)
VALUES (%(name)s, 1, %(until)s)
ON CONFLICT (name) DO UPDATE SET
    times = CASE WHEN kept.until < %(now)s THEN 1 ELSE kept.times + 1 END,
    until = CASE WHEN kept.until < %(now)s THEN excluded.until ELSE kept.until END
RETURNING times
"""


def count(act: str, source: str, period: timedelta, now: datetime) -> int:
    """Count an act of a source once more; return its number within the running period.

    Sources are kept hashed: an address is personal data.
    """
    name = _hashed(f"{act}|{source}")[:16]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"name": name, "now": now, "until": now + period})
        return int(cursor.fetchone()[0])


def hashed_key(key: str, prefix: str, version: int) -> str:
    """Return the key of what the sign-in library counts: its own has the sender's address in it."""
    return _hashed(f"{prefix}|{version}|{key}").hex()


def _hashed(text: str) -> bytes:
    return hmac.digest(settings.HASH_KEY.encode(), text.encode(), hashlib.sha256)
