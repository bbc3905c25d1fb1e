"""The operator's key for backups: a file for this run, or the setting; without one only where that is allowed."""

from pathlib import Path

from django.conf import settings

from itsm.operation.errors import Doubt

LEAST = 12


def secret(passphrase_file: Path | None) -> str:
    """The key, or nothing when none is set. Raises Doubt when the file cannot be read or is too short."""
    if passphrase_file is None:
        return settings.BACKUP_KEY
    try:
        text = passphrase_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Doubt(f"The passphrase file cannot be read: {error}") from error
    if len(text) < LEAST:
        raise Doubt(f"The passphrase needs at least {LEAST} characters.")
    return text


def secret_to_write(passphrase_file: Path | None) -> str:
    """The same for a new backup, which must be encrypted unless BACKUP_UNENCRYPTED says otherwise."""
    found = secret(passphrase_file)
    if not found and not settings.BACKUP_UNENCRYPTED:
        raise Doubt(
            "No key: set BACKUP_KEY or name a --passphrase-file. BACKUP_UNENCRYPTED=1 writes everything as it is."
        )
    return found
