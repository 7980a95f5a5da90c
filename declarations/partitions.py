"""Tables kept in one part for each local day, so that forgetting a day is dropping its part."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel

from database.statements import lock_named
from districts.days import day_period, local_day

from .models import Declaration, Visit


class CreatePartitionedModel(CreateModel):
    """Creates a model's table partitioned by range of one of its columns."""

    def __init__(self, *args: Any, partitioned_by: str, **kwargs: Any) -> None:
        self.partitioned_by = partitioned_by
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, kwargs | {"partitioned_by": self.partitioned_by}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any
    ) -> None:
        plain = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{plain} PARTITION BY RANGE ({self.partitioned_by})"
        try:
            super().database_forwards(app_label, schema_editor, *states)
        finally:
            schema_editor.sql_create_table = plain


class DailyTable(NamedTuple):
    """A table in the database by its name, and its parts."""

    name: str

    def part(self, day: date) -> str:
        """Return the name of the part that holds a local day."""
        return f"{self.name}_{day:%Y%m%d}"

    def days(self) -> list[date]:
        """Return the local days there are parts for, oldest first."""
        statement = """
        SELECT part.relname FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
        WHERE inhparent = %s::regclass ORDER BY part.relname
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.name])
            names = [name for (name,) in cursor.fetchall()]
        return [date.fromisoformat(name.removeprefix(f"{self.name}_")) for name in names]

    def make(self, first: date, last: date) -> list[date]:
        """Make the missing parts for these days, both included; return the days made.

        A part is made apart and then attached: that takes no lock a check-in waits for.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            # Migrations and housekeeping in two processes must not make the same part at once.
            lock_named("parts of a table")
            known = set(self.days())
            wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            missing = [day for day in wanted if day not in known]
            for day in missing:
                table, part, (start, end) = self.name, self.part(day), day_period(day)
                cursor.execute(f"CREATE TABLE {part} (LIKE {table} INCLUDING ALL)")
                cursor.execute(
                    f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM (%s) TO (%s)",
                    [start.isoformat(), end.isoformat()],
                )
        return missing

    def drop(self, day: date) -> None:
        """Drop the part of a local day, with everything in it."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute(f"DROP TABLE IF EXISTS {self.part(day)}")


# Visits, then declarations.
KEPT_BY_DAY = DailyTable(Visit._meta.db_table), DailyTable(Declaration._meta.db_table)


def make_days(moments: Iterable[datetime]) -> None:
    """Make the parts that visits and declarations of these moments need."""
    days = {local_day(moment) for moment in moments}
    for table in KEPT_BY_DAY:
        table.make(min(days) - timedelta(days=1), max(days))
