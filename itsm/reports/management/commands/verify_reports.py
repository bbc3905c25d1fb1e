"""manage.py verify_reports: every sealed report, held against its hash and the audit log."""

from django.core.management.base import BaseCommand, CommandError

from itsm.reports.monthly import verification


class Command(BaseCommand):
    """Exits 1 and names every seal that is not what was sealed."""

    help = "Hold every sealed report against its hash and against the audit log."

    def handle(self, **options: object) -> None:
        """Check them all."""
        count, faults = verification.verify()
        for fault in faults:
            self.stderr.write(f"{fault.edition} #{fault.round}: {fault.sentence}")
        if faults:
            raise CommandError(f"{len(faults)} of {count} sealed reports are not what was sealed.")
        self.stdout.write(f"{count} sealed reports are whole.")
