"""The demo's operation: the audit log is checked and sealed, and the desk is backed up once."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from itsm.operation import verification


def run(*, at: datetime, output: OutputWrapper) -> None:
    """After the demo is committed: a backup reads what is there, and the chain is linked by then."""
    verification.verify(by=None, at=at)
    try:
        call_command("backup", to=Path(settings.STATE_DIR) / "backups", passphrase_file=None, keep=2, stdout=output)
    except CommandError as error:  # a demo without PostgreSQL's programs is still a demo
        output.write(str(error))
