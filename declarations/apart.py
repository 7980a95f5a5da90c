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


def is_apart() -> bool:
    """Whether what runs now works on the tables apart."""
    return _apart.get()


@contextmanager
def apart() -> Iterator[None]:
    """Let everything within find the tables apart, in one transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
        before = _apart.set(True)
        try:
            yield
        finally:
            _apart.reset(before)
