"""A transaction's events are linked together, in time that grows with their number only."""

from django.db import migrations

from itsm.audit import sql


class Migration(migrations.Migration):
    """Replaces the function behind the deferred trigger; links that are there stay as they are."""

    dependencies = [("audit", "0002_triggers")]
    operations = [migrations.RunSQL(sql.LINK_TOGETHER, migrations.RunSQL.noop)]
