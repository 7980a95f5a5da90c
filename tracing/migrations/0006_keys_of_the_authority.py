"""The sealing key is a model of authority; nothing in the database changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('authority', '0001_moved'),
        ('tracing', '0005_one_person'),
    ]

    # Whoever forgets where the keys stood needs that nobody refers to it any more.
    run_before = [
        ('declarations', '0010_keys_of_the_authority'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='case',
                    name='sealing_key',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authority.sealingkey'),
                ),
                migrations.AlterField(
                    model_name='contact',
                    name='sealing_key',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authority.sealingkey'),
                ),
            ],
        ),
    ]
