"""How often a source did something lately; it need not survive a crash."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache_entry")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE accounts_limit (
                name bytea PRIMARY KEY,
                times integer NOT NULL,
                until timestamptz NOT NULL
            );
            CREATE INDEX accounts_limit_until ON accounts_limit (until);
            """,
            "DROP TABLE accounts_limit",
        )
    ]
