"""Start-up checks: `manage.py check --deploy`, and the refusals of the web server before it opens."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from itsm.operation import schema

LOOPBACK = ("127.", "::1", "localhost")


@register(Tags.security, deploy=True)
def media_is_writable(app_configs: object, **options: Any) -> list[CheckMessage]:
    """Uploads must find their place."""
    return [Error(sentence, id="operation.E001") for sentence in media_faults()]


@register(Tags.security, deploy=True)
def secrets_are_set(app_configs: object, **options: Any) -> list[CheckMessage]:
    """What the product runs without, but an operator misses."""
    found = []
    if not settings.HEALTH_TOKEN:
        found.append(checks.Warning("HEALTH_TOKEN is missing: /health/deep answers nobody.", id="operation.W001"))
    if not settings.BACKUP_KEY and not settings.BACKUP_UNENCRYPTED:
        found.append(checks.Warning("BACKUP_KEY is missing: a backup needs --passphrase-file.", id="operation.W002"))
    return found


@register(Tags.database, deploy=True)
def database_is_migrated(app_configs: object, databases: Iterable[str] | None = None, **options: Any) -> list[Error]:
    """Only when asked with --database default, since it connects."""
    if "default" not in (databases or ()):
        return []
    return [Error(sentence, id="operation.E002") for sentence in schema_faults()]


def media_faults() -> list[str]:
    """A sentence when uploads cannot be kept."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [f"The folder of the uploads cannot be made: {error}"]
    return [] if os.access(folder, os.W_OK | os.X_OK) else [f"The folder of the uploads is not writable: {folder}"]


def schema_faults() -> list[str]:
    """A sentence when the database answers and lacks tables; a silent database is not this check's business."""
    try:
        missing = schema.missing()
    except DatabaseError:
        return []
    if not missing:
        return []
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return [f"The database is not up to date: {missing[0]}{more} is missing. Run: manage.py migrate"]


def bind_faults(hosts: Iterable[str]) -> list[str]:
    """A sentence when DEBUG would show the inside of the product to other machines."""
    outside = [host for host in hosts if not host.startswith(LOOPBACK)] if settings.DEBUG else []
    return [f"DEBUG is on and the web would listen on {host or 'every address'}; 127.0.0.1 only." for host in outside]


def web_faults(hosts: Iterable[str]) -> list[str]:
    """Every reason for the web not to open, a sentence each."""
    return [*bind_faults(hosts), *media_faults(), *schema_faults()]
