"""Locks with a name: who takes one waits until nobody else has it; it ends with the transaction."""

from typing import Literal

from django.db import connection

# The two numbers are older than the names; a release beside the previous one needs the same.
_NUMBERS = {"disclosures": 4_096_001, "parts of a table": 49_852_021}

Table = Literal["declarations_presence", "dashboards_suspicion", "districts_unit"]


def lock_named(name: str | int, *, is_shared: bool = False) -> None:
    """Wait for the lock of this name; several may share one, and none then has it alone.

    What has a number of its own, of at most 63 bits, is locked by that.
    """
    number = name if isinstance(name, int) else _NUMBERS.get(name)
    lock = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(coalesce(%s, hashtext(%s)))", [number, str(name)])


def lock_table(table: Table) -> None:
    """Wait until nobody else writes to a table; others may read it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
