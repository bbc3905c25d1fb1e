"""The buckets, in a table without a write-ahead log: they are asked often and may be lost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the table."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("filled_at", models.DateTimeField(db_index=True)),
                ("is_granted", models.BooleanField()),
            ],
        ),
        migrations.RunSQL("ALTER TABLE limits_bucket SET UNLOGGED", "ALTER TABLE limits_bucket SET LOGGED"),
    ]
