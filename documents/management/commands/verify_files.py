"""manage.py verify_files: every kept content against its hash."""

from django.core.management.base import BaseCommand, CommandError

from documents import sweeping


class Command(BaseCommand):
    """Reads every file; ends with exit code 1 when one is missing or altered."""

    help = "Compare every stored file with the hash that was noted when it came in."

    def handle(self, **options: object) -> None:
        """Verify once."""
        found = sweeping.verify()
        self.stdout.write(f"{found.whole} files are whole.")
        faults = [*(f"{uuid} is missing" for uuid in found.missing), *(f"{uuid} is altered" for uuid in found.altered)]
        if faults:
            raise CommandError("; ".join(faults[:20]))
