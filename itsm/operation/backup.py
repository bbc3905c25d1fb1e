"""Making a backup: one snapshot of the database, the uploads, and a manifest that names every byte.

A run works in a folder with the ending .partial and renames it at the very end, so a run that was
broken off never looks finished.
"""

import fcntl
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from itsm import version
from itsm.operation import facts, files, programs, schema
from itsm.operation.errors import Doubt
from itsm.operation.manifest import DUMP, MARK, NAME, PARTIAL, Facts, Manifest, Stored
from itsm.operation.vault import Vault

FOLDER_NAME = re.compile(r"itsm-\d{8}-\d{6}")
SALT_BYTES = 16
_SPARE = 1.2
_ALONE = ".lock"
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """A finished backup."""

    folder: Path
    manifest: Manifest

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.stored_size for file in self.manifest.files)


def make(to: Path, *, secret: str, at: datetime, told: Told = lambda done, total: None) -> Backup:
    """Write a backup below `to` and return it. told: called with the files done and to do.

    secret: the operator's key; without one the files lie there as they are. Raises Doubt and leaves
    nothing behind, when there is no room, another run is under way, or the dump fails.
    """
    files.private_folder(to)
    with _alone(to):
        _clear_partial(to)
        name = f"itsm-{timezone.localtime(at):%Y%m%d-%H%M%S}"
        if (to / name).exists():
            raise Doubt(f"{to / name} is there already.")
        work = to / f"{name}{PARTIAL}"
        work.mkdir(mode=0o700)
        try:
            manifest = _fill(work, secret=secret, at=at, told=told)
            files.sync_tree(work)
            work.rename(to / name)
            files.sync(to)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return Backup(to / name, manifest)


def prune(to: Path, *, keep: int) -> list[Path]:
    """Delete the oldest finished backups but `keep` (at least one stays); return what was deleted."""
    finished = sorted(folder for folder in to.iterdir() if FOLDER_NAME.fullmatch(folder.name) and _is_good(folder))
    old = finished[: -max(1, keep)]
    for folder in old:
        shutil.rmtree(folder)
    return old


def _is_good(folder: Path) -> bool:
    """Whether its manifest can be read and misses no upload; anything else is left to a person."""
    try:
        return not Manifest.of((folder / NAME).read_bytes()).lost_media
    except (OSError, Doubt):
        return False


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """One run at a time in this folder; the kernel frees it when a run is killed."""
    descriptor = os.open(to / _ALONE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Doubt(f"Another backup into {to} is under way.") from error
        yield
    finally:
        os.close(descriptor)


def _clear_partial(to: Path) -> None:
    for left in to.glob(f"itsm-*{PARTIAL}"):
        shutil.rmtree(left, ignore_errors=True)


def _fill(work: Path, *, secret: str, at: datetime, told: Told) -> Manifest:
    salt = secrets.token_bytes(SALT_BYTES) if secret else b""
    vault = Vault(secret, salt) if secret else None
    with _snapshot() as (cursor, snapshot):
        _check_room(cursor, work)
        found, wanted = facts.read(cursor), facts.media(cursor)
        server = facts.rows(cursor, "SHOW server_version")[0][0]
        tree = files.media_tree(Path(settings.MEDIA_ROOT), {upload.path for upload in wanted})
        told(0, len(tree) + 1)
        stored = [_dump(work, snapshot, vault)]
    for done, path in enumerate(tree, 1):
        told(done, len(tree) + 1)
        if kept := _copy(work, path, vault):
            stored.append(kept)
    told(len(tree) + 1, len(tree) + 1)
    manifest = _manifest(found, stored, at=at, server=server, salt=salt, vault=vault, lost=_lost(wanted, stored))
    _write(work / NAME, manifest.as_bytes())
    if vault:
        _write(work / MARK, vault.mark("manifest", manifest.as_bytes()).encode())
    return manifest


def _manifest(
    found: Facts,
    stored: list[Stored],
    *,
    at: datetime,
    server: str,
    salt: bytes,
    vault: Vault | None,
    lost: list[str],
) -> Manifest:
    return Manifest(
        created_at=at.isoformat(timespec="seconds"),
        version=version.VERSION,
        commit=version.commit(),
        database_version=server,
        facts=found,
        salt=salt.hex(),
        key_mark=vault.mark("key", b"") if vault else "",
        files=stored,
        lost_media=lost,
    )


def _lost(wanted: list[facts.Media], stored: list[Stored]) -> list[str]:
    """Uploads that have a row and no file, or another content than their row says."""
    there = {file.path: (file.sha256, file.size) for file in stored}
    return [upload.path for upload in wanted if there.get(f"media/{upload.path}") != (upload.sha256, upload.size)]


@contextmanager
def _snapshot() -> Iterator[tuple[Any, str]]:
    """A cursor that sees one moment only, and the name under which pg_dump sees the same moment."""
    other = facts.another()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # The dump may take an hour, and this transaction has nothing to do meanwhile.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield cursor, facts.rows(cursor, "SELECT pg_export_snapshot()")[0][0]
            other.rollback()
    finally:
        other.close()


def _check_room(cursor: Any, work: Path) -> None:
    database = facts.rows(cursor, "SELECT pg_database_size(current_database())")[0][0]
    needed = int((database + files.tree_size(Path(settings.MEDIA_ROOT))) * _SPARE)
    free = shutil.disk_usage(work).free
    if free < needed:
        raise Doubt(f"Not enough room in {work.parent}: {free >> 20} MB free, {needed >> 20} MB may be needed.")


def _dump(work: Path, snapshot: str, vault: Vault | None) -> Stored:
    database = facts.another().settings_dict
    options = ("--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s")
    with subprocess.Popen(  # noqa: S603  our own words and a program that we looked up
        programs.command("pg_dump", database, *options, "--exclude-table-data=limits_bucket"),
        env=programs.environment(database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as dumping:
        assert dumping.stdout is not None
        assert dumping.stderr is not None
        try:
            stored = files.store(work, DUMP, dumping.stdout, vault)
        except BaseException:
            dumping.kill()
            raise
        said = dumping.stderr.read().decode(errors="replace")
    if dumping.returncode:
        raise Doubt(f"The database could not be dumped: {programs.last_words(said)}")
    return stored


def _copy(work: Path, path: str, vault: Vault | None) -> Stored | None:
    """Copy one upload; one that is gone by now was not yet kept, or its row is looked for at the end."""
    with suppress(FileNotFoundError), _opened(Path(settings.MEDIA_ROOT) / path) as source:
        return files.store(work, f"media/{path}", source, vault)
    return None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as source:
        yield source


def _write(path: Path, content: bytes) -> None:
    with files.new_file(path) as output:
        output.write(content)


def check_known(migrations: list[str]) -> None:
    """Refuse a database whose migrations this version does not know. Raises Doubt."""
    known = {f"{app}.{name}" for app, name in schema.expected()}
    strange = sorted(set(migrations) - known)
    if strange:
        raise Doubt(f"The backup is of another version of the product: this one does not know {strange[0]}.")
