"""A list that a process of the release before checks tells of its one sheet as such a process did."""

from django.db import migrations

_TOLD = """
CREATE FUNCTION venues_import_of_one_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sheets := jsonb_build_array(jsonb_build_object(
        'number', 1, 'name', '', 'headings', NEW.headings, 'heading_row', 0,
        'columns', NEW.columns, 'not_used', '[]'::jsonb, 'letters', '', 'unread', NULL,
        'passed', '{}'::jsonb));
    RETURN NEW;
END $$;
CREATE TRIGGER import_of_one_sheet BEFORE INSERT OR UPDATE ON venues_import
FOR EACH ROW WHEN (NEW.headings <> '[]' AND NEW.sheets = '[]')
EXECUTE FUNCTION venues_import_of_one_sheet();
UPDATE venues_import SET sheets = '[]' WHERE headings <> '[]' AND sheets = '[]';
"""
_NOT_TOLD = """
DROP TRIGGER import_of_one_sheet ON venues_import;
DROP FUNCTION venues_import_of_one_sheet();
"""


class Migration(migrations.Migration):
    dependencies = [("venues", "0007_sheets_of_imports")]

    operations = [migrations.RunSQL(_TOLD, _NOT_TOLD)]
