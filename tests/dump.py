"""The whole database as text, as a dump would have it."""

from collections.abc import Iterator

from django.db import connection


def rows() -> Iterator[str]:
    """Every row of every table, as text; what is binary stands there in hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            yield from (f"{table} {row}" for (row,) in cursor.fetchall())
