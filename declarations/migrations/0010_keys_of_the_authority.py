"""The keys and the log of looks are models of authority; nothing in the database changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('authority', '0001_moved'),
        ('declarations', '0009_people_by_phone'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name='heldkey',
                    name='key',
                ),
                migrations.RemoveField(
                    model_name='heldkey',
                    name='keyholder',
                ),
                migrations.RemoveField(
                    model_name='keyholder',
                    name='account',
                ),
                migrations.RemoveField(
                    model_name='keyholder',
                    name='admitted_by',
                ),
                migrations.RemoveField(
                    model_name='unlocking',
                    name='keyholder',
                ),
                migrations.RemoveField(
                    model_name='reveal',
                    name='asked_by',
                ),
                migrations.RemoveField(
                    model_name='reveal',
                    name='second_officer',
                ),
                migrations.AlterField(
                    model_name='version',
                    name='sealing_key',
                    field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='authority.sealingkey'),
                ),
                migrations.RemoveField(
                    model_name='wrappedkey',
                    name='key',
                ),
                migrations.AlterField(
                    model_name='declaration',
                    name='sealing_key',
                    field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='authority.sealingkey'),
                ),
                migrations.AlterField(
                    model_name='visitor',
                    name='sealing_key',
                    field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='authority.sealingkey'),
                ),
                migrations.DeleteModel(
                    name='Disclosure',
                ),
                migrations.DeleteModel(
                    name='HeldKey',
                ),
                migrations.DeleteModel(
                    name='Keyholder',
                ),
                migrations.DeleteModel(
                    name='Unlocking',
                ),
                migrations.DeleteModel(
                    name='Reveal',
                ),
                migrations.DeleteModel(
                    name='WrappedKey',
                ),
                migrations.DeleteModel(
                    name='SealingKey',
                ),
            ],
        ),
    ]
