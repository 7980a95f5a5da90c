"""Statements beside Django's: kept in files of their own, planned once, and locks with a name.

A file stands beside the module that runs it, whole and runnable in psql. A prepared statement is
planned once for each connection and then only run. A lock ends with its transaction.
"""

import re
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from psycopg import RawCursor


def statement_of(module: str, name: str) -> str:
    """Return the statement of the file `name`.sql beside a module (its `__file__`).

    A parameter is written as psql's own: `:'since'::timestamptz`, so that
    `psql -v since=2021-11-24 -f name.sql` runs the file as it is; here it becomes `%(since)s`.
    """
    text = Path(module).with_name(f"{name}.sql").read_text()
    bare = re.sub(r"^\s*--.*\n", "", text, flags=re.MULTILINE).replace("%", "%%")
    return re.sub(r"(?<!:):'(\w+)'", r"%(\1)s", bare).strip()


# A cursor learns how to send each type of value: every thread keeps one for its connection.
_kept = threading.local()


def rows_prepared(statement: str, **parameters: Any) -> list[Any]:
    """Run a statement with its parameters apart from its text; return its rows, if it has any.

    Django writes parameters into the text, so that the database must plan it anew each time.
    That is right for most pages and too dear for a check-in, whose planning costs more than its
    work, and for a door's batch.

    Lists go as one text each, which the statement casts to its array: the driver's own way looks
    at every element three times, and a door's batch has a thousand.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    if getattr(_kept, "connection", None) is not raw:
        _kept.connection, _kept.cursor = raw, RawCursor(raw)
    # Wrapped as Django wraps its own, so that errors and statements are seen as its own.
    wrapped: Any = connection._prepare_cursor  # type: ignore[attr-defined]  # noqa: SLF001
    cursor = wrapped(_kept.cursor)
    text, names = _numbered(statement)
    values = [parameters[name] for name in names]
    cursor.execute(text, [array(value) if isinstance(value, list) else value for value in values])
    return list(cursor.fetchall()) if cursor.description else []


def array(values: list[Any]) -> str:
    """Return a list of one kind as PostgreSQL writes an array: uuids, numbers, times, texts, bytes."""
    kinds = set(map(type, values))
    if kinds == {UUID}:  # the most by far: written all at once
        return f"{{{b''.join([value.int.to_bytes(16) for value in values]).hex(',', 16)}}}"
    if len(kinds) == 1:
        return f"{{{','.join(map(_WRITTEN[kinds.pop()], values))}}}"
    return f"{{{','.join([_WRITTEN[type(value)](value) for value in values])}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_WRITTEN: dict[type, Callable[[Any], str]] = {
    UUID: attrgetter("hex"),
    bool: {True: "t", False: "f"}.__getitem__,
    int: str,
    str: _quoted,
    datetime: lambda value: f'"{value.isoformat()}"',
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    NoneType: lambda _value: "NULL",
}


@lru_cache(maxsize=1 << 9)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with numbers for names, as the server takes it, and the names in order.

    The driver would do so each time: it remembers no statement of more than 4,096 characters.
    """
    named = re.compile(r"%\((\w+)\)s")
    names = tuple(dict.fromkeys(named.findall(statement)))
    text = named.sub(lambda match: f"${names.index(match[1]) + 1}", statement)
    return text.replace("%%", "%"), names


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
