"""Insert-only tables and the chain, kept by the database itself."""

from django.db import migrations

from itsm.audit import sql


class Migration(migrations.Migration):
    """Installs the triggers and the head of the chain."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(sql.INSTALL, sql.REMOVE)]
