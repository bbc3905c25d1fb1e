"""Checking a backup's files against its manifest, before anything of it is used."""

from collections.abc import Callable
from pathlib import Path

from itsm.operation import files
from itsm.operation.errors import Doubt
from itsm.operation.manifest import DUMP, MARK, NAME, Manifest, Stored, load
from itsm.operation.vault import Vault

Told = Callable[[int, int], None]


def opened(folder: Path, secret: str) -> tuple[Manifest, Vault | None]:
    """The manifest, and the vault of an encrypted backup. Raises Doubt at a wrong key or a changed manifest."""
    manifest, content = load(folder)
    if not manifest.is_encrypted:
        return manifest, None
    if not secret:
        raise Doubt("The backup is encrypted; set BACKUP_KEY or name a --passphrase-file.")
    try:
        vault = Vault(secret, bytes.fromhex(manifest.salt))
    except ValueError as error:
        raise Doubt(f"{NAME} cannot be read: {error}") from error
    if vault.mark("key", b"") != manifest.key_mark:
        raise Doubt("The key does not fit: this backup was made with another one.")
    try:
        mark = (folder / MARK).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise Doubt(f"The backup has no readable {MARK}, which vouches for {NAME}.") from error
    if vault.mark("manifest", content) != mark:
        raise Doubt(f"{NAME} was changed after the backup was made.")
    return manifest, vault


def check(folder: Path, manifest: Manifest) -> None:
    """Exactly the listed files are there, in their listed size and content. Raises Doubt."""
    if manifest.lost_media:
        raise Doubt(f"Uploads were missing when the backup was made: {_named(manifest.lost_media)}.")
    wanted = {files.stored_path(folder, file.path, is_encrypted=manifest.is_encrypted): file for file in manifest.files}
    if DUMP not in {file.path for file in manifest.files}:
        raise Doubt(f"{NAME} lists no {DUMP}.")
    own = {folder / NAME, folder / MARK}
    there = {path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()} - own
    if missing := sorted(set(wanted) - there):
        raise Doubt(f"Missing in the backup: {_named([str(path.relative_to(folder)) for path in missing])}.")
    if strange := sorted(there - set(wanted)):
        raise Doubt(f"Not listed in {NAME}: {_named([str(path.relative_to(folder)) for path in strange])}.")
    for path, file in wanted.items():
        _check_stored(path, file)


def _check_stored(path: Path, file: Stored) -> None:
    size = path.lstat().st_size
    if path.is_symlink():
        raise Doubt(f"{file.path} is a link, not a file.")
    if size == 0 and file.stored_size:
        raise Doubt(f"{file.path} is empty.")
    if size != file.stored_size:
        raise Doubt(f"{file.path} has {size} bytes, not {file.stored_size}: it was cut off or changed.")
    if files.digest(files.pieces(path)) != file.stored_sha256:
        raise Doubt(f"{file.path} was changed: its hash is not the one in {NAME}.")


def unpack(folder: Path, to: Path, manifest: Manifest, vault: Vault | None, told: Told) -> None:
    """Write every file as it was into `to`, and check what it is then. Raises Doubt."""
    for done, file in enumerate(manifest.files, 1):
        target = to / file.path
        if not target.resolve().is_relative_to(to.resolve()):
            raise Doubt(f"{file.path} would lie outside of the backup.")
        with files.new_file(target) as output:
            for piece in _plain(folder, file, vault):
                output.write(piece)
        if (target.stat().st_size, files.digest(files.pieces(target))) != (file.size, file.sha256):
            raise Doubt(f"{file.path} is not what was backed up: its hash differs.")
        told(done, len(manifest.files))


def _plain(folder: Path, file: Stored, vault: Vault | None) -> object:
    path = files.stored_path(folder, file.path, is_encrypted=vault is not None)
    if vault is None:
        yield from files.pieces(path)
        return
    with path.open("rb") as source:
        yield from vault.decrypted(file.path, source)


def _named(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
