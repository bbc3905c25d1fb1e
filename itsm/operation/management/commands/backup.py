"""manage.py backup --to FOLDER: database and uploads, encrypted, with a manifest of every byte."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.operation import backup, keys, runs
from itsm.operation.enums import Kind
from itsm.operation.errors import Doubt
from itsm.progress import Progress

INCOMPLETE = 3


class Command(BaseCommand):
    """Exit code 0: done. 1: nothing was made. 3: made, but uploads are missing that the database knows."""

    help = "Back up the database and the uploads into a new folder below FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, with which key, and how many to keep."""
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of BACKUP_KEY")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="delete all good ones but the newest N")

    def handle(self, *, to: Path, passphrase_file: Path | None, keep: int, **options: object) -> None:
        """Make it, note it, then delete old ones if it is good."""
        run = runs.begin(Kind.BACKUP, at=timezone.now())
        try:
            made = self._make(to, keys.secret_to_write(passphrase_file))
        except Exception as error:
            runs.end(run, by=None, at=timezone.now(), is_ok=False, sentence=f"No backup: {error}")
            if isinstance(error, Doubt | OSError):
                raise CommandError(f"No backup was made. {error}") from error
            raise
        lost = made.manifest.lost_media
        deleted = backup.prune(to, keep=keep) if keep > 0 and not lost else []
        detail = {
            "folder": str(made.folder),
            "bytes": made.size,
            "files": len(made.manifest.files),
            "rows": sum(made.manifest.facts.counts.values()),
            "audit_seq": made.manifest.facts.audit_seq,
            "encrypted": made.manifest.is_encrypted,
            "deleted": [folder.name for folder in deleted],
        }
        sentence = f"{len(lost)} uploads are missing, the first: {lost[0]}" if lost else made.folder.name
        runs.end(run, by=None, at=timezone.now(), is_ok=not lost, sentence=sentence, detail=detail)
        self.stdout.write(f"{made.folder}: {detail['files']} files, {made.size} bytes, {detail['rows']} rows.")
        if lost:
            raise CommandError(f"The backup is not complete: {sentence}", returncode=INCOMPLETE)

    def _make(self, to: Path, secret: str) -> backup.Backup:
        with Progress("files", 1, self.stdout) as progress:

            def told(done: int, total: int) -> None:
                progress.total = total
                progress.show(done)

            return backup.make(to, secret=secret, at=timezone.now(), told=told)
