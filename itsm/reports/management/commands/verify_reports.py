"""manage.py verify_reports: every sealed report and assessment, held against its hash and the audit log."""

from django.core.management.base import BaseCommand, CommandError

from itsm.reports.assessment import sealing
from itsm.reports.monthly import verification


class Command(BaseCommand):
    """Exits 1 and names every seal that is not what was sealed."""

    help = "Hold every sealed report and assessment against its hash and against the audit log."

    def handle(self, **options: object) -> None:
        """Check them all."""
        count, faults = verification.verify()
        assessed, wrong = sealing.verify()
        for fault in faults:
            self.stderr.write(f"{fault.edition} #{fault.round}: {fault.sentence}")
        for label, sentence in wrong:
            self.stderr.write(f"{label}: {sentence}")
        if faults:
            raise CommandError(f"{len(faults)} of {count} sealed reports are not what was sealed.")
        if wrong:
            raise CommandError(f"{len(wrong)} of {assessed} sealed assessments are not what was sealed.")
        self.stdout.write(f"{count} sealed reports are whole.")
        if assessed:
            self.stdout.write(f"{assessed} sealed assessments are whole.")
