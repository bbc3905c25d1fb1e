"""Where the files lie: in a folder of their own in the media folder, which no backup takes along."""

import hashlib
import time
from pathlib import Path
from uuid import UUID

from documents import places
from itsm.exports.enums import State
from itsm.exports.models import Export

FOLDER = "exports"
ORPHAN_SECONDS = 3600
_PIECE = 1024 * 1024


def relative(name: UUID) -> str:
    """The file's path below the media folder; no part of it comes from outside."""
    return f"{FOLDER}/{name.hex}"


def kept(name: UUID) -> Path:
    """The file."""
    return places.root() / relative(name)


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def remove_orphans() -> int:
    """Delete what no ready export owns, once it is an hour old; return how many."""
    # The disk's own clock: a file's age is no business time.
    before = time.time() - ORPHAN_SECONDS
    old = [path for path in (places.root() / FOLDER).glob("*") if path.is_file() and path.stat().st_mtime < before]
    owned = {name.hex for name in Export.objects.filter(state=State.READY).values_list("file", flat=True)}
    gone = [path for path in old if path.name not in owned]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
