import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('declarations', '0009_people_by_phone'),
        ('stations', '0002_people'),
        ('venues', '0006_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Acquaintance',
            fields=[
                ('said_hash', models.UUIDField()),
                ('venue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='venues.venue')),
                ('visitor', models.ForeignKey(db_comment='null where it was two people', db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, to='declarations.visitor')),
                ('pk', models.CompositePrimaryKey('said_hash', 'venue', blank=True, editable=False, primary_key=True, serialize=False)),
                ('phone_hash', models.UUIDField(db_comment='of the phone that was told', null=True)),
                ('told_on', models.DateField(db_comment='the local day on which this phone was told first')),
                ('seen_on', models.DateField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='scan',
            name='said_hash',
            field=models.UUIDField(db_comment='keyed hash of a card, or of what was typed', null=True),
        ),
        migrations.AddField(
            model_name='station',
            name='asked',
            field=models.PositiveIntegerField(db_comment='people it asked about within that hour', db_default=0),
        ),
        migrations.AddField(
            model_name='station',
            name='asking_since',
            field=models.DateTimeField(db_comment='beginning of the hour counted', null=True),
        ),
        migrations.AddField(
            model_name='station',
            name='crowded_at',
            field=models.DateTimeField(db_comment='when it last asked about more people than a door can let in', null=True),
        ),
        migrations.AddField(
            model_name='station',
            name='newest_at',
            field=models.DateTimeField(db_comment='moment of the newest scan: a queue sends the oldest first', null=True),
        ),
        migrations.AlterField(
            model_name='scan',
            name='outcome',
            field=models.PositiveSmallIntegerField(choices=[(0, 'You may enter'), (1, 'Ask the person on duty'), (2, 'Do not enter')], db_comment='of what was answered at this scan', null=True),
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(condition=models.Q(('said_hash__isnull', False)), fields=['said_hash', 'at'], name='scan_by_what_was_said'),
        ),
    ]
