"""The restore drill: a backup is believed once it has been restored beside the product and compared."""

import shutil
import tempfile
from pathlib import Path

from itsm.operation import contents, proof, scratch
from itsm.operation.backup import check_known
from itsm.operation.contents import Told
from itsm.operation.errors import Doubt
from itsm.operation.manifest import DUMP, Manifest


def rehearse(folder: Path, *, secret: str, told: Told = lambda done, total: None) -> Manifest:
    """Restore the backup into a scratch database and folder, compare everything, and drop both.

    The product's own database and uploads are not touched. Raises Doubt at the first difference.
    """
    manifest, vault = contents.opened(folder, secret)
    contents.check(folder, manifest)
    check_known(manifest.facts.migrations)
    with tempfile.TemporaryDirectory(prefix="itsm-drill-") as name:
        state = Path(name)
        needed, free = sum(file.size for file in manifest.files), shutil.disk_usage(state).free
        if free < needed:
            raise Doubt(f"Not enough room in {state.parent}: {free >> 20} MB free, {needed >> 20} MB needed.")
        contents.unpack(folder, state, manifest, vault, told)
        with scratch.database() as database:
            scratch.fill(database, state / DUMP)
            proof.check(database, manifest, folder=state)
    return manifest
