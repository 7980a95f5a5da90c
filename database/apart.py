"""Working on tables apart from those of people: an exercise must never touch anybody real.

Another schema of the database holds tables of the same names; within `apart()` every statement
finds those first. The setting ends with its transaction, so that no later request inherits it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

SCHEMA = "drill"
_apart: ContextVar[bool] = ContextVar("apart", default=False)


@contextmanager
def apart() -> Iterator[None]:
    """Let everything within find the tables apart, in one transaction.

    Where the transaction goes on, as inside another one, the setting is taken back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
        outside = _apart.set(True)
        try:
            yield
        finally:
            _apart.reset(outside)
        if not connection.needs_rollback:
            cursor.execute("SELECT set_config('search_path', %s, true)", [before])


def is_apart() -> bool:
    """Whether what runs now works on an exercise's tables."""
    return _apart.get()
