"""manage.py restore_drill FOLDER: restores a backup beside the product and compares everything."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.operation import drill, keys, runs
from itsm.operation.enums import Kind
from itsm.operation.errors import Doubt
from itsm.operation.manifest import Manifest
from itsm.progress import Progress


class Command(BaseCommand):
    """Exit code 0 only when the restored copy is equal in everything that is compared."""

    help = "Rehearse a restore into a scratch database and folder; nothing of the product is touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, with which key."""
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of BACKUP_KEY")

    def handle(self, *, folder: Path, passphrase_file: Path | None, **options: object) -> None:
        """Rehearse, and keep the result for the health page."""
        run = runs.begin(Kind.DRILL, at=timezone.now())
        detail: dict[str, object] = {"folder": str(folder)}
        try:
            manifest = self._rehearse(folder, keys.secret(passphrase_file))
        except Exception as error:
            runs.end(run, by=None, at=timezone.now(), is_ok=False, sentence=str(error), detail=detail)
            if isinstance(error, Doubt | OSError):
                raise CommandError(f"The backup cannot be trusted. {error}") from error
            raise
        rows = sum(manifest.facts.counts.values())
        sentence = f"{folder.name}: {len(manifest.files)} files, {rows} rows, {manifest.facts.audit_seq} audit events."
        detail |= {"files": len(manifest.files), "rows": rows, "audit_seq": manifest.facts.audit_seq}
        runs.end(run, by=None, at=timezone.now(), is_ok=True, sentence=sentence, detail=detail)
        self.stdout.write(f"The backup was restored and is equal. {sentence}")

    def _rehearse(self, folder: Path, secret: str) -> Manifest:
        with Progress("files", 1, self.stdout) as progress:

            def told(done: int, total: int) -> None:
                progress.total = total
                progress.show(done)

            return drill.rehearse(folder, secret=secret, told=told)
