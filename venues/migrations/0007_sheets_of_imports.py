"""An import tells of several sheets; what it told of one becomes the first of them.

`headings` and `columns` stay in the table, with a default, until the previous release is gone.
"""

from django.db import migrations, models

_MOVED = """
UPDATE venues_import
SET sheets = jsonb_build_array(jsonb_build_object(
    'number', 1, 'name', '', 'headings', headings, 'heading_row', 0, 'columns', columns,
    'not_used', '[]'::jsonb, 'letters', '', 'unread', NULL, 'passed', '{}'::jsonb))
WHERE headings <> '[]'
"""
_DEFAULTS = """
ALTER TABLE venues_import
    ALTER COLUMN headings SET DEFAULT '[]', ALTER COLUMN columns SET DEFAULT '{}'
"""
_NO_DEFAULTS = """
ALTER TABLE venues_import
    ALTER COLUMN headings DROP DEFAULT, ALTER COLUMN columns DROP DEFAULT
"""


class Migration(migrations.Migration):
    dependencies = [("venues", "0006_imports")]

    operations = [
        migrations.AddField(
            "import",
            "sheets",
            models.JSONField(
                db_comment="how each sheet was read: see Import.sheet", db_default=[], default=list
            ),
        ),
        migrations.AddField(
            "import",
            "corrections",
            models.JSONField(
                db_comment="[column, what was found, what it means], for all rows",
                db_default=[],
                default=list,
            ),
        ),
        migrations.AddField(
            "importrow",
            "sheet",
            models.PositiveSmallIntegerField(
                db_comment="its place in the workbook", db_default=1, default=1
            ),
        ),
        migrations.AddField(
            "importrow",
            "around",
            models.JSONField(
                db_comment="the section it stands in, and odd cells by place",
                db_default={},
                default=dict,
            ),
        ),
        migrations.RunSQL(_MOVED, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_DEFAULTS, _NO_DEFAULTS)],
            [
                migrations.RemoveField("import", "headings"),
                migrations.RemoveField("import", "columns"),
            ],
        ),
        migrations.RemoveConstraint("importrow", "import_row_is_kept_once"),
        migrations.AddConstraint(
            "importrow",
            models.UniqueConstraint(
                fields=("listed_in", "sheet", "row"), name="import_row_of_sheet_is_kept_once"
            ),
        ),
        migrations.RemoveIndex("importrow", "import_row_by_state"),
        migrations.AddIndex(
            "importrow",
            models.Index(
                fields=["listed_in", "state", "sheet", "row"], name="import_row_by_state_and_sheet"
            ),
        ),
    ]
