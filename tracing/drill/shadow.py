"""The tables that a drill has of its own, made anew for each one.

Every table of authority, declarations and tracing is shadowed but for those named here, so that a new model
is apart unless somebody decided otherwise.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from database.apart import SCHEMA

# Keys and who may open with them are real: tracers practise the real unlocking.
SHARED = {
    "declarations_sealingkey",
    "declarations_wrappedkey",
    "declarations_keyholder",
    "declarations_heldkey",
    "declarations_unlocking",
    "declarations_deletionrecord",
    "tracing_rule",
    "tracing_drill",
}
_FLOORS = ("authority", "declarations", "tracing")
_GONE = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
_MADE = f"CREATE SCHEMA {SCHEMA}"
# Identities, checks, indexes and comments come along; foreign keys and triggers do not.
_LIKE = f"CREATE TABLE {SCHEMA}.{{table}} (LIKE public.{{table}} INCLUDING ALL)"
# No address of a drill means anybody outside of it: ids begin where real ones do not get to.
_FIRST_ID = 900_000_001
_IDENTITIES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = %s AND is_identity = 'YES'
"""
_RESTARTED = f"ALTER TABLE {SCHEMA}.{{}} ALTER COLUMN {{}} RESTART WITH {_FIRST_ID}"
_TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtext('tracing: tables of a drill'))"
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('tracing: tables of a drill'))"
_WHOLE = """
SELECT array_agg(tablename::text) @> %(tables)s::text[] FROM pg_tables WHERE schemaname = %(schema)s
"""
# A column that a migration adds under a running drill is not in the drill's tables.
_COLUMNS = """
    SELECT relname, attname, atttypid FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = '{schema}' AND relname = ANY (%(tables)s) AND attnum > 0 AND NOT attisdropped
"""
_SAME = f"""
SELECT NOT EXISTS (
    {_COLUMNS.format(schema="public")} EXCEPT {_COLUMNS.format(schema=SCHEMA)}
)
"""


def shadowed() -> list[str]:
    """Return the names of the tables that a drill has of its own."""
    return sorted(set(_tables()) - SHARED)


def hold() -> None:
    """Keep the tables, or their absence, as they are until the transaction ends.

    Dropped under a request they would be looked for among real people from then on.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER)


def take() -> None:
    """Wait until nobody holds the tables, and keep others off until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)


def make() -> None:
    """Make the tables anew, empty, as the real ones now are; take them first."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        cursor.execute(_MADE)
        for table in shadowed():
            cursor.execute(_LIKE.format(table=table))
        cursor.execute(_IDENTITIES, [SCHEMA])
        for table, column in cursor.fetchall():
            cursor.execute(_RESTARTED.format(table, column))


def drop() -> None:
    """Drop the tables with everybody in them; take them first."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)


def is_whole() -> bool:
    """Whether every table is there as the site now needs it; no, after an upgrade changed one.

    What is missing would be looked for among real people.
    """
    given: dict[str, Any] = {"tables": shadowed(), "schema": SCHEMA}
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, given)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_SAME, given)
        return bool(cursor.fetchone()[0])


def _tables() -> Iterator[str]:
    for floor in _FLOORS:
        for model in apps.get_app_config(floor).get_models(include_auto_created=True):
            if model._meta.managed:
                yield model._meta.db_table
