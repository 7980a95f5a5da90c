"""The model says `details` of what the column calls `told`; the table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0006_keys_of_the_authority")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("caseevent", "told", "details"),
                migrations.AlterField(
                    "caseevent",
                    "details",
                    models.JSONField(
                        db_column="told",
                        db_comment="what changed, without anything that names",
                        default=dict,
                    ),
                ),
            ]
        )
    ]
