"""A committed desk with uploads, and backups of it."""

import hashlib
import uuid
from pathlib import Path
from types import ModuleType

import pytest

from documents import places
from documents.enums import Kind
from documents.models import StoredFile
from itsm.operation import backup
from itsm.operation.backup import Backup
from tests import factories
from tests.tickets.stages import Desk

SECRET = "a-secret-of-the-tests-that-is-long-enough"
AT = factories.at("2026-09-24 18:00")
_KEYS = [uuid.UUID(int=0x3F << 120), uuid.UUID(int=0x9A << 120)]
ONE, TWO = map(places.relative, _KEYS)
UPLOADS = {ONE: b"a picture " * 1000, TWO: b"a letter"}


@pytest.fixture
def uploads(transactional_db: None, tmp_path: Path, settings: object) -> Path:
    """Two uploads on the disk, and their rows."""
    settings.MEDIA_ROOT, settings.SEALS_FOLDER = tmp_path / "media", tmp_path / "seals"
    for key, (path, content) in zip(_KEYS, UPLOADS.items(), strict=True):
        (settings.MEDIA_ROOT / path).parent.mkdir(parents=True)
        (settings.MEDIA_ROOT / path).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        StoredFile.objects.create(
            uuid=key, name="附件.txt", kind=Kind.TXT, size=len(content), sha256=digest, uploaded_at=AT
        )
    return settings.MEDIA_ROOT


@pytest.fixture
def desk(uploads: Path, hospital: ModuleType) -> Desk:
    """A desk with tickets of several states."""
    made = Desk()
    for state in ("new", "in_progress", "closed"):
        made.ticket(state)
    return made


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a good backup of each sort lies once it was made."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def plain(desk: Desk, tmp_path: Path) -> Backup:
    """A backup without encryption."""
    return backup.make(tmp_path / "backups", secret="", at=AT)


@pytest.fixture
def encrypted(desk: Desk, tmp_path: Path) -> Backup:
    """A backup with encryption."""
    return backup.make(tmp_path / "backups", secret=SECRET, at=AT)
