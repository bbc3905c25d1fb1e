"""Where files lie: below MEDIA_ROOT, outside of everything that a web server serves, under random names."""

import os
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

FILE_MODE, FOLDER_MODE = 0o640, 0o750
TMP = "tmp"
THUMB_ENDING = ".thumb"


def root() -> Path:
    """The media folder."""
    return Path(settings.MEDIA_ROOT)


def incoming() -> Path:
    """The folder of what is not kept yet; on the same disk, so that keeping is a rename."""
    folder = root() / TMP
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


def new_temporary() -> Path:
    """A new, empty file in the folder of what is not kept yet."""
    descriptor, path = tempfile.mkstemp(dir=incoming())
    os.close(descriptor)
    return Path(path)


def relative(uuid: UUID) -> str:
    """The kept file's path below the media folder: 3f/3f2a….; no part of it comes from outside."""
    return f"{uuid.hex[:2]}/{uuid.hex}"


def kept(uuid: UUID) -> Path:
    """The kept file."""
    return root() / relative(uuid)


def thumb(uuid: UUID) -> Path:
    """The kept picture's thumbnail."""
    return root() / f"{relative(uuid)}{THUMB_ENDING}"


def move(source: Path, target: Path) -> None:
    """Rename a finished file to its kept place, so that it survives a power cut once this returns."""
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    source.chmod(FILE_MODE)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
