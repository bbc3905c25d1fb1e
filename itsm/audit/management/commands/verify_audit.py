"""manage.py verify_audit: is the audit log whole?"""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from itsm.audit import chain
from itsm.audit.models import Head


class Command(BaseCommand):
    """Names every changed, deleted or cut part of the audit log; exits 1 if there is one."""

    help = "Check every hash of the audit log and name what was changed, deleted or cut off."

    def handle(self, **options: object) -> None:
        """Print the faults, or the length and last hash of a whole chain."""
        if Head._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. First run: ./desk manage migrate")
        faults = list(chain.verify())
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The audit log is damaged: {len(faults)} faults.")
        head = Head.objects.get()
        self.stdout.write(f"The audit log is whole: {head.seq} events, last hash {head.hash}.")
