"""The tables and views that a drill has of its own, made anew for each one.

Every table of authority, declarations and tracing is shadowed but for those named here, so that a
new model is apart unless somebody decided otherwise. Every view is the drill's own: it reads these
tables.
"""

from typing import Any

from django.apps import apps
from django.db import connection

from database.apart import SCHEMA, apart
from database.statements import lock_named

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
# No address of a drill means anybody outside of it: ids begin where real ones do not get to.
_FIRST_ID = 900_000_001
_IDENTITIES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = %s AND is_identity = 'YES'
"""
# Read while the drill has no tables yet, so that a view names its tables without a schema. What an
# extension or an administrator keeps among ours is no matter of a drill.
_OURS = """
WITH RECURSIVE ours(oid) AS (
    SELECT oid FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%(tables)s)
    UNION
    SELECT reading.ev_class FROM ours JOIN pg_depend ON refclassid = 'pg_class'::regclass
        AND refobjid = ours.oid AND classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite reading ON reading.oid = objid
)
SELECT relname AS viewname, pg_get_viewdef(oid) AS definition, oid FROM pg_class JOIN ours USING (oid)
WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
"""
_VIEWS = f"SELECT format('%%I', viewname), definition FROM ({_OURS}) ours ORDER BY oid"  # noqa: S608
_LOCK = "tracing: tables of a drill"
_WHOLE = """
SELECT array_agg(tablename::text) @> %(tables)s::text[] FROM pg_tables WHERE schemaname = %(schema)s
"""
# A column that a migration adds under a running drill is not in the drill's tables.
_SAME = """
SELECT NOT EXISTS (
    SELECT relname, attname, atttypid FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'public' AND relname = ANY (%(tables)s) AND attnum > 0 AND NOT attisdropped
    EXCEPT
    SELECT relname, attname, atttypid FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = %(schema)s AND relname = ANY (%(tables)s) AND attnum > 0 AND NOT attisdropped
)
"""
# However the views are written here and there, they differ in nothing but the schema.
_SAME_VIEWS = f"""
SELECT NOT EXISTS (
    SELECT viewname, replace(definition, 'public.', '') FROM ({_OURS}) ours
    EXCEPT
    SELECT viewname, replace(definition, %(schema)s || '.', '') FROM pg_views
    WHERE schemaname = %(schema)s
)
"""  # noqa: S608


def shadowed() -> list[str]:
    """Return the names of the tables that a drill has of its own."""
    floors = [apps.get_app_config(name) for name in _FLOORS]
    models = [model for floor in floors for model in floor.get_models(include_auto_created=True)]
    return sorted({model._meta.db_table for model in models if model._meta.managed} - SHARED)


def hold() -> None:
    """Keep the tables, or their absence, as they are until the transaction ends.

    Dropped under a request they would be looked for among real people from then on.
    """
    lock_named(_LOCK, is_shared=True)


def take() -> None:
    """Wait until nobody holds the tables, and keep others off until the transaction ends."""
    lock_named(_LOCK)


def make() -> None:
    """Make the tables anew, empty, as the real ones now are; take them first.

    Identities, checks, indexes and comments come along; foreign keys and triggers do not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute(_VIEWS, {"tables": shadowed()})
        views = cursor.fetchall()
        for table in shadowed():
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        cursor.execute(_IDENTITIES, [SCHEMA])
        for table, column in cursor.fetchall():
            cursor.execute(
                f"ALTER TABLE {SCHEMA}.{table} ALTER COLUMN {column} RESTART WITH {_FIRST_ID}"
            )
        with apart():
            for view, definition in views:
                cursor.execute(f"CREATE VIEW {view} AS {definition}")


def drop() -> None:
    """Drop the tables with everybody in them; take them first."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)


def is_whole() -> bool:
    """Whether all is there as the site now needs it; no, after an upgrade changed a table or view.

    What is missing would be looked for among real people.
    """
    parameters: dict[str, Any] = {"tables": shadowed(), "schema": SCHEMA}
    with connection.cursor() as cursor:
        for statement in (_WHOLE, _SAME, _SAME_VIEWS):
            cursor.execute(statement, parameters)
            if not cursor.fetchone()[0]:
                return False
    return True
