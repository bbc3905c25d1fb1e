"""manage.py sweep_orphans: the nightly sweep of the media folder, by hand."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents import sweeping


class Command(BaseCommand):
    """Deletes files without rows; names rows without files and then ends with exit code 1."""

    help = "Delete files without rows and patient data past its time; report rows without files."

    def handle(self, **options: object) -> None:
        """Sweep once."""
        swept = sweeping.sweep(at=timezone.now())
        self.stdout.write(f"{swept.removed} orphans deleted, {swept.erased} files erased after their time.")
        if swept.missing:
            raise CommandError(f"{len(swept.missing)} files are missing: {', '.join(swept.missing[:20])}")
