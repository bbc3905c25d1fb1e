"""The real restore: into an empty database and an empty folder of uploads, and then held to the same proof."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from itsm.operation import contents, facts, proof, scratch
from itsm.operation.backup import check_known
from itsm.operation.contents import Told
from itsm.operation.errors import Doubt
from itsm.operation.manifest import DUMP, Manifest


def restore(folder: Path, *, secret: str, told: Told = lambda done, total: None) -> Manifest:
    """Fill the product's own database and uploads from the backup. Raises Doubt, before the first change
    when anything is there already or the backup is not whole."""
    media = Path(settings.MEDIA_ROOT)
    _refuse_full(media)
    manifest, vault = contents.opened(folder, secret)
    contents.check(folder, manifest)
    check_known(manifest.facts.migrations)
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=media.parent) as name:
        state = Path(name)
        contents.unpack(folder, state, manifest, vault, told)
        database = facts.another().settings_dict
        scratch.fill(database, state / DUMP)
        _move(state / "media", media)
        proof.check(database, manifest, folder=state)
    return manifest


def _refuse_full(media: Path) -> None:
    with connection.cursor() as cursor:
        tables = facts.rows(cursor, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")[0][0]
    if tables:
        raise Doubt(f"The database {connection.settings_dict['NAME']} is not empty: it has {tables} tables.")
    if media.is_dir() and any(media.iterdir()):
        raise Doubt(f"The folder of the uploads is not empty: {media}")


def _move(source: Path, media: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, media, dirs_exist_ok=True)
