"""A committed desk with uploads, and backups of it."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection

from itsm.operation import backup
from itsm.operation.backup import Backup
from tests import factories
from tests.tickets.stages import Desk

SECRET = "a-secret-of-the-tests-that-is-long-enough"
AT = factories.at("2026-09-24 18:00")
UPLOADS = {"3f/one": b"a picture " * 1000, "9a/two": b"a letter"}
_STORED = """
    CREATE TABLE documents_storedfile (
        id bigserial PRIMARY KEY, uuid uuid, sha256 text, size bigint, path text
    )
"""


@pytest.fixture
def uploads(transactional_db: None, tmp_path: Path, settings: object) -> Iterator[Path]:
    """Two uploads on the disk, and their rows in a table as the documents keep them."""
    settings.MEDIA_ROOT, settings.SEALS_FOLDER = tmp_path / "media", tmp_path / "seals"
    with connection.cursor() as cursor:
        cursor.execute(_STORED)
        for path, content in UPLOADS.items():
            (settings.MEDIA_ROOT / path).parent.mkdir(parents=True)
            (settings.MEDIA_ROOT / path).write_bytes(content)
            row = [uuid.uuid4(), hashlib.sha256(content).hexdigest(), len(content), path]
            cursor.execute("INSERT INTO documents_storedfile (uuid, sha256, size, path) VALUES (%s, %s, %s, %s)", row)
    yield settings.MEDIA_ROOT
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS documents_storedfile")


@pytest.fixture
def desk(uploads: Path, hospital: ModuleType) -> Desk:
    """A desk with tickets of several states."""
    made = Desk()
    for state in ("new", "in_progress", "closed"):
        made.ticket(state)
    return made


@pytest.fixture
def plain(desk: Desk, tmp_path: Path) -> Backup:
    """A backup without encryption."""
    return backup.make(tmp_path / "backups", secret="", at=AT)


@pytest.fixture
def encrypted(desk: Desk, tmp_path: Path) -> Backup:
    """A backup with encryption."""
    return backup.make(tmp_path / "backups", secret=SECRET, at=AT)
