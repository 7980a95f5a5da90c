"""Codes of one asking each, and the sessions of an account.

The former table of codes stays for processes of the previous release that still write to it; the
phone numbers in it go now. A later release drops it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_code_told")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="OneTimeCode")],
            database_operations=[
                migrations.RunSQL("DELETE FROM accounts_onetimecode", migrations.RunSQL.noop)
            ],
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "asking",
                    models.BinaryField(
                        db_comment="keyed hash of browser, purpose and phone",
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("expires_at", models.DateTimeField()),
                ("tries_left", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "db_table": "accounts_one_time_code",
                "indexes": [models.Index(fields=["expires_at"], name="code_by_end")],
            },
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("began_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_comment="whatever is done in it until then")),
                ("last_used_at", models.DateTimeField(db_comment="to a few minutes")),
                (
                    "device",
                    models.CharField(
                        blank=True, db_comment="such as Chrome, Android", max_length=60
                    ),
                ),
                (
                    "network",
                    models.CharField(blank=True, db_comment="never a whole address", max_length=50),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("began_at"))),
                        name="session_ends_after_it_began",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="signinevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "Signed in"),
                    ("password_refused", "A wrong password was typed"),
                    ("factor_refused", "The second step failed"),
                    ("factor_added", "Second step added"),
                    ("factor_renamed", "Passkey renamed"),
                    ("factor_removed", "Second step removed"),
                    ("factors_reset", "All second steps taken away"),
                    ("recovery_code_used", "Signed in with a recovery code"),
                    ("recovery_codes_made", "New recovery codes made"),
                    ("password_changed", "Password changed"),
                    ("reset_asked", "A link for a new password was sent"),
                    ("sessions_ended", "Signed out everywhere else"),
                    ("session_ended", "Signed out on another device"),
                    ("joined", "Invited, and accepted"),
                    ("changed", "Name, role or area changed"),
                    ("closed", "Account closed"),
                    ("reopened", "Account opened again"),
                    ("code_told", "An official told a code for the landline"),
                ],
                max_length=20,
            ),
        ),
    ]
