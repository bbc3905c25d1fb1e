"""What a backup says about itself: manifest.json, and its mark when the backup is encrypted."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from itsm.operation.errors import Doubt

FORMAT = 1
NAME = "manifest.json"
MARK = "manifest.mark"
DUMP = "database.dump"
PARTIAL = ".partial"


@dataclass(frozen=True)
class Stored:
    """One file: as it is (size in bytes, sha256), and as it lies in the backup."""

    path: str
    size: int
    sha256: str
    stored_size: int
    stored_sha256: str


@dataclass(frozen=True)
class Facts:
    """What the database held at the moment of the snapshot."""

    counts: dict[str, int]
    migrations: list[str]
    audit_seq: int
    audit_hash: str
    counters: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """Everything that a restore is held against."""

    created_at: str
    version: str
    commit: str
    database_version: str
    facts: Facts
    salt: str = ""
    key_mark: str = ""
    files: list[Stored] = field(default_factory=list)
    lost_media: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def is_encrypted(self) -> bool:
        """Whether the files need a key."""
        return bool(self.salt)

    def as_bytes(self) -> bytes:
        """The text of manifest.json."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Read it back. Raises Doubt when it is not one of ours."""
        try:
            said: dict[str, Any] = json.loads(content)
            if said.get("format") != FORMAT:
                raise Doubt(f"The backup is of format {said.get('format')!r}; this version reads {FORMAT}.")
            said["facts"] = Facts(**said["facts"])
            said["files"] = [Stored(**file) for file in said["files"]]
            return cls(**said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Doubt(f"{NAME} cannot be read: {error}") from error


def load(folder: Path) -> tuple[Manifest, bytes]:
    """The manifest of a finished backup and its text. Raises Doubt."""
    if folder.name.endswith(PARTIAL):
        raise Doubt("This backup was never finished: its folder still has the name of a run in progress.")
    if not folder.is_dir():
        raise Doubt(f"There is no backup folder {folder}.")
    try:
        content = (folder / NAME).read_bytes()
    except OSError as error:
        raise Doubt(f"The backup has no {NAME}; without it nothing can be checked.") from error
    return Manifest.of(content), content
