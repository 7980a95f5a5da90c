"""Prepared statements keep one plan; only the check-in uses any (declarations.prepared)."""

from django.db import migrations

_SET = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I {}', current_database());
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _SET.format("SET plan_cache_mode = force_generic_plan"),
            _SET.format("RESET plan_cache_mode"),
        )
    ]
