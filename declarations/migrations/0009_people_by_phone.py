"""The new index is made, and the old one dropped, while check-ins go on."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('declarations', '0008_people'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='visitor',
            index=models.Index(fields=['phone_hash', 'fold'], name='visitor_by_phone'),
        ),
        migrations.AlterField(
            model_name='visitor',
            name='phone_hash',
            field=models.UUIDField(),
        ),
        ValidateConstraint(
            model_name='visit',
            name='visit_has_a_known_evidence',
        ),
        ValidateConstraint(
            model_name='visit',
            name='visit_lasts_at_most_thirty_days',
        ),
        ValidateConstraint(
            model_name='visit',
            name='visit_over_a_day_is_marked_as_long',
        ),
        ValidateConstraint(
            model_name='visit',
            name='visit_is_possible_before_it_is_seen',
        ),
    ]
