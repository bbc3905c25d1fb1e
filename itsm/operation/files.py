"""Files of a backup: written once, private, hashed while they are written, and forced to the disk."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from itsm.operation.manifest import Stored
from itsm.operation.vault import CHUNK, SUFFIX, Vault

PASSING = ("tmp", "exports")  # uploads on their way in, and files that are made anew when they are asked for


def media_tree(root: Path, always: set[str] = frozenset()) -> list[str]:
    """The paths below the media folder, without what only passes through; links are not followed."""
    found = set(always)
    for folder, names, files in os.walk(root):
        if Path(folder) == root:
            names[:] = [name for name in names if name not in PASSING]
        found |= {(Path(folder) / file).relative_to(root).as_posix() for file in files}
    return sorted(path for path in found if not (root / path).is_symlink())


def tree_size(root: Path) -> int:
    """Bytes of all files below the folder."""
    return sum((root / path).stat().st_size for path in media_tree(root) if (root / path).exists())


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read."""
    private_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        yield output


def private_folder(path: Path) -> None:
    """The folder and those above it that are missing, for the owner alone (parents=True would open those)."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=0o700)


class _Counted:
    """A source that notes size and hash of what was read from it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self.size, self.hash = source, 0, hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._source.read(size)
        self.size += len(part)
        self.hash.update(part)
        return part


def store(work: Path, path: str, source: BinaryIO, vault: Vault | None) -> Stored:
    """Write the source into the backup, encrypted if there is a vault; what it is, before and after."""
    plain, size, digest = _Counted(source), 0, hashlib.sha256()
    pieces = vault.encrypted(path, plain) if vault else iter(lambda: plain.read(CHUNK), b"")  # type: ignore[arg-type]
    with new_file(stored_path(work, path, is_encrypted=vault is not None)) as output:
        for piece in pieces:
            output.write(piece)
            size += len(piece)
            digest.update(piece)
    return Stored(path, plain.size, plain.hash.hexdigest(), size, digest.hexdigest())


def stored_path(folder: Path, path: str, *, is_encrypted: bool) -> Path:
    """Where a file of the manifest lies."""
    return folder / f"{path}{SUFFIX if is_encrypted else ''}"


def pieces(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def digest(parts: Iterable[bytes]) -> str:
    """SHA-256 in hexadecimal."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()


def sync(path: Path) -> None:
    """Force a file or a folder's list of names to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(root: Path) -> None:
    """Force everything below the folder to the disk."""
    for folder, _names, files in os.walk(root):
        for file in files:
            sync(Path(folder) / file)
        sync(Path(folder))
