"""A search is written down as well, before there is a case: the check is wider than it was."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('authority', '0002_looks_without_a_name')]

    operations = [
        migrations.RemoveConstraint(
            model_name='disclosure',
            name='disclosure_has_a_case_and_a_number',
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(models.Q(('case_number', ''), _negated=True), ('purpose__in', ['reported', 'met', 'asked']), _connector='OR')), name='disclosure_has_a_number_and_a_case_or_is_a_search'),
        ),
    ]
