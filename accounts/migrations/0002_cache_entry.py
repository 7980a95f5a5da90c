"""The table where all workers count sign-in attempts; it need not survive a crash."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE cache_entry (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX cache_entry_expires ON cache_entry (expires);
            """,
            "DROP TABLE cache_entry",
        )
    ]
