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
    ]
