"""Why somebody is looked for before there is a case; and outsiders, whom no officer sees alone.

The previous release does not know the column: it is null there.
"""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('authority', '0001_moved'),
        ('districts', '0002_reform_census_points'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='reveal',
            name='outsiders',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, db_comment='who of them lives outside the area; null: there are only too many people', null=True, size=None),
        ),
        migrations.AlterField(
            model_name='disclosure',
            name='purpose',
            field=models.CharField(choices=[('recognise', 'to recognise the person in a case'), ('call', 'to call the person'), ('follow_up', "to follow up on the person's health"), ('list', 'to hand a list to those who follow up'), ('correct', 'to correct details'), ('trace', 'to trace whom a case met'), ('reported', 'as an illness was reported'), ('met', 'as a case met the person'), ('asked', 'as the person asked for it')], max_length=16),
        ),
        migrations.AlterField(
            model_name='reveal',
            name='purpose',
            field=models.CharField(choices=[('recognise', 'to recognise the person in a case'), ('call', 'to call the person'), ('follow_up', "to follow up on the person's health"), ('list', 'to hand a list to those who follow up'), ('correct', 'to correct details'), ('trace', 'to trace whom a case met'), ('reported', 'as an illness was reported'), ('met', 'as a case met the person'), ('asked', 'as the person asked for it')], max_length=16),
        ),
    ]
