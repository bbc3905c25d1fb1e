"""manage.py restore FOLDER --yes: fills an empty database and an empty folder of uploads from a backup."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.operation import keys, recovery, runs
from itsm.operation.enums import Kind
from itsm.operation.errors import Doubt
from itsm.progress import Progress


class Command(BaseCommand):
    """Refuses a database that has a table, and uploads that have a file; see docs/operation.md."""

    help = "Restore a backup into the product's own, empty database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, with which key, and the word that one means it."""
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of BACKUP_KEY")
        parser.add_argument("--yes", action="store_true", help="this fills the product's own database")

    def handle(self, *, folder: Path, passphrase_file: Path | None, yes: bool, **options: object) -> None:
        """Restore, compare, and keep the result in the restored database."""
        if not yes:
            raise CommandError("This fills the product's own database; say --yes.")
        started_at = timezone.now()
        try:
            with Progress("files", 1, self.stdout) as progress:

                def told(done: int, total: int) -> None:
                    progress.total = total
                    progress.show(done)

                manifest = recovery.restore(folder, secret=keys.secret(passphrase_file), told=told)
        except (Doubt, OSError) as error:
            raise CommandError(f"The restore ended. {error}") from error
        run = runs.begin(Kind.RESTORE, at=started_at)
        sentence = f"{folder.name}: the state of {manifest.created_at}."
        runs.end(run, by=None, at=timezone.now(), is_ok=True, sentence=sentence, detail={"folder": str(folder)})
        self.stdout.write(f"Restored and equal. {sentence} Start the services again.")
