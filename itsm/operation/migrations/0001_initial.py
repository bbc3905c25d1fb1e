"""Runs, the scheduler's sign of life, and search functions that survive a restore."""

from django.db import migrations, models

from tickets import search


class Migration(migrations.Migration):

    initial = True

    dependencies = [("tickets", "0001_search")]

    operations = [
        # A dump of the functions as they were could not be restored.
        migrations.RunSQL(search.BIND, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('swept_at', models.DateTimeField()),
                ('uptime_seconds', models.FloatField()),
                ('boot_id', models.CharField(max_length=36)),
                ('stepped_at', models.DateTimeField(null=True)),
                ('step_seconds', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='heartbeat_single')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('backup', 'Backup'), ('drill', 'Restore drill'), ('restore', 'Restore'), ('verification', 'Audit log check')], max_length=12)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_ok', models.BooleanField(null=True)),
                ('sentence', models.TextField(blank=True)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', '-started_at'], name='run_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('is_ok', None)), models.Q(('ended_at__isnull', False), ('is_ok__isnull', False)), _connector='OR'), name='run_ended_pair'), models.CheckConstraint(condition=models.Q(('kind__in', ['backup', 'drill', 'restore', 'verification'])), name='run_kind_known')],
            },
        ),
    ]
