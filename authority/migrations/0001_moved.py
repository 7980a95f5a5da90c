"""The keys and the log of looks stood in declarations: this floor takes them over with their tables.

Nothing in the database changes.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('declarations', '0009_people_by_phone'),
        ('districts', '0002_reform_census_points'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Keyholder',
                    fields=[
                        ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_key', models.BinaryField(max_length=32)),
                        ('salt', models.BinaryField(max_length=16, null=True)),
                        ('operations', models.PositiveIntegerField(db_comment='Argon2id passes', null=True)),
                        ('memory', models.PositiveIntegerField(db_comment='Argon2id memory, bytes', null=True)),
                        ('wrapped', models.BinaryField(max_length=72, null=True)),
                        ('made_at', models.DateTimeField()),
                        ('admitted_at', models.DateTimeField(blank=True, null=True)),
                        ('removed_at', models.DateTimeField(blank=True, null=True)),
                        ('account', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keyholder', to=settings.AUTH_USER_MODEL)),
                        ('admitted_by', models.ForeignKey(blank=True, db_comment='null: by the ceremony or the recovery sheet', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'declarations_keyholder',
                    },
                ),
                migrations.CreateModel(
                    name='Reveal',
                    fields=[
                        ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_at', models.DateTimeField(db_index=True)),
                        ('case_number', models.CharField(max_length=40)),
                        ('purpose', models.CharField(choices=[('recognise', 'to recognise the person in a case'), ('call', 'to call the person'), ('follow_up', "to follow up on the person's health"), ('list', 'to hand a list to those who follow up'), ('correct', 'to correct details')], max_length=16)),
                        ('people', models.PositiveIntegerField()),
                        ('digest', models.BinaryField(db_comment='of the sorted visitors and the fields', max_length=32)),
                        ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                        ('refused_at', models.DateTimeField(blank=True, null=True)),
                        ('used_at', models.DateTimeField(blank=True, null=True)),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('second_officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'declarations_reveal',
                    },
                ),
                migrations.CreateModel(
                    name='SealingKey',
                    fields=[
                        ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_key', models.BinaryField(max_length=32)),
                        ('created_at', models.DateTimeField()),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'db_table': 'declarations_sealingkey',
                        'constraints': [models.CheckConstraint(condition=models.Q(('retired_at', None), ('retired_at__gte', models.F('created_at')), _connector='OR'), name='sealing_key_retires_after_it_is_made')],
                    },
                ),
                migrations.CreateModel(
                    name='HeldKey',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField(db_comment='sealed box for the keyholder: the private half')),
                        ('keyholder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held', to='authority.keyholder')),
                        ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='authority.sealingkey')),
                    ],
                    options={
                        'db_table': 'declarations_heldkey',
                    },
                ),
                migrations.CreateModel(
                    name='Unlocking',
                    fields=[
                        ('session_hash', models.UUIDField(primary_key=True, serialize=False)),
                        ('share', models.BinaryField(db_comment='private half XOR the random bytes in the cookie', max_length=32)),
                        ('opened_at', models.DateTimeField()),
                        ('used_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(db_comment='however often it is used', db_index=True)),
                        ('keyholder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unlockings', to='authority.keyholder')),
                    ],
                    options={
                        'db_table': 'declarations_unlocking',
                    },
                ),
                migrations.CreateModel(
                    name='WrappedKey',
                    fields=[
                        ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('holder', models.CharField(max_length=100)),
                        ('salt', models.BinaryField(max_length=16)),
                        ('operations', models.PositiveIntegerField(db_comment='Argon2id passes')),
                        ('memory', models.PositiveIntegerField(db_comment='Argon2id memory, bytes')),
                        ('wrapped', models.BinaryField(max_length=72)),
                        ('created_at', models.DateTimeField()),
                        ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wrapped', to='authority.sealingkey')),
                    ],
                    options={
                        'db_table': 'declarations_wrappedkey',
                    },
                ),
                migrations.CreateModel(
                    name='Disclosure',
                    fields=[
                        ('number', models.BigIntegerField(db_comment='1, 2, 3 … without a gap', primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('officer_name', models.CharField(max_length=254)),
                        ('unit_name', models.CharField(max_length=200)),
                        ('case_number', models.CharField(max_length=40)),
                        ('purpose', models.CharField(choices=[('recognise', 'to recognise the person in a case'), ('call', 'to call the person'), ('follow_up', "to follow up on the person's health"), ('list', 'to hand a list to those who follow up'), ('correct', 'to correct details')], max_length=16)),
                        ('visitor', models.UUIDField()),
                        ('mask', models.CharField(max_length=40)),
                        ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                        ('together', models.PositiveIntegerField(db_comment='how many people were looked at at once')),
                        ('second_officer_name', models.CharField(blank=True, max_length=254)),
                        ('mac', models.BinaryField(db_comment='HMAC over the mac before and this row', max_length=32)),
                        ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.unit')),
                        ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to=settings.AUTH_USER_MODEL)),
                        ('second_officer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'declarations_disclosure',
                        'indexes': [models.Index(fields=['visitor', 'at'], name='disclosure_by_visitor'), models.Index(fields=['officer', 'at'], name='disclosure_by_officer'), models.Index(fields=['case_number'], name='disclosure_by_case')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('case_number', ''), _negated=True), ('number__gte', 1)), name='disclosure_has_a_case_and_a_number')],
                    },
                ),
                migrations.AddConstraint(
                    model_name='keyholder',
                    constraint=models.UniqueConstraint(condition=models.Q(('account', None), ('removed_at', None)), fields=('account',), name='one_recovery_sheet_is_in_force', nulls_distinct=False),
                ),
                migrations.AddConstraint(
                    model_name='keyholder',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('account', None), ('wrapped', None)), models.Q(('removed_at__isnull', False), ('wrapped', None)), models.Q(('account__isnull', False), ('removed_at', None), ('wrapped__isnull', False)), _connector='OR'), name='keyholder_keeps_a_wrapped_half_while_a_tracer'),
                ),
                migrations.AddConstraint(
                    model_name='reveal',
                    constraint=models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None), _connector='OR'), name='reveal_is_confirmed_or_refused'),
                ),
                migrations.AddConstraint(
                    model_name='reveal',
                    constraint=models.CheckConstraint(condition=models.Q(('second_officer', None), models.Q(('second_officer', models.F('asked_by')), _negated=True), _connector='OR'), name='reveal_is_decided_by_somebody_else'),
                ),
                migrations.AddConstraint(
                    model_name='reveal',
                    constraint=models.CheckConstraint(condition=models.Q(('used_at', None), ('confirmed_at__isnull', False), _connector='OR'), name='reveal_is_used_after_it_is_confirmed'),
                ),
                migrations.AddConstraint(
                    model_name='heldkey',
                    constraint=models.UniqueConstraint(fields=('key', 'keyholder'), name='keyholder_holds_a_key_once'),
                ),
                migrations.AddConstraint(
                    model_name='unlocking',
                    constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('opened_at'))), name='unlocking_ends_after_it_opens'),
                ),
                migrations.AddConstraint(
                    model_name='wrappedkey',
                    constraint=models.UniqueConstraint(fields=('key', 'holder'), name='holder_wraps_a_key_once'),
                ),
            ],
        ),
    ]
