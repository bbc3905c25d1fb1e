"""Checking a restored database against its manifest. Every difference is a Doubt with its own sentence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itsm.operation import facts, scratch
from itsm.operation.backup import check_known
from itsm.operation.errors import Doubt
from itsm.operation.manifest import Facts, Manifest

_MIGRATE = ("migrate", "--verbosity=0", "--skip-checks")
_VERIFY = ("verify_audit", "--skip-checks")


def check(database: Mapping[str, Any], manifest: Manifest, *, folder: Path) -> None:
    """Rows, uploads, audit log, numbers, ids and a page of the restored copy. folder: its state. Raises Doubt."""
    other = facts.another(database["NAME"])
    try:
        with other.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            _compare(facts.read(cursor), manifest.facts)
            for step in (_media, _numbers, _sequences):
                step(cursor, manifest)
    finally:
        other.close()
    _ask(database, folder, "The database cannot be brought up to date", "manage.py", *_MIGRATE)
    _ask(database, folder, "The audit log of the restored database is damaged", "manage.py", *_VERIFY)
    _ask(database, folder, "The restored product does not show its pages", "-m", "itsm.operation.sample")


def _compare(restored: Facts, listed: Facts) -> None:
    check_known(restored.migrations)
    if changed := sorted(set(restored.migrations) ^ set(listed.migrations)):
        raise Doubt(f"The restored database has other migrations than the manifest: {changed[0]}.")
    for table in sorted(restored.counts.keys() | listed.counts.keys()):
        here, there = restored.counts.get(table), listed.counts.get(table)
        if here != there:
            raise Doubt(f"Table {table} has {_rows(here)} after the restore, but {_rows(there)} in the manifest.")
    if (restored.audit_seq, restored.audit_hash) != (listed.audit_seq, listed.audit_hash):
        raise Doubt(
            f"The audit log ends at link {restored.audit_seq} after the restore,"
            f" but at link {listed.audit_seq} with its own hash in the manifest."
        )
    if restored.counters != listed.counters:
        raise Doubt("The counters of the numbers are not those in the manifest.")


def _rows(count: int | None) -> str:
    return "no table" if count is None else f"{count} rows"


def _media(cursor: Any, manifest: Manifest) -> None:
    there = {file.path: (file.sha256, file.size) for file in manifest.files}
    for upload in facts.media(cursor):
        found = there.get(f"media/{upload.path}")
        if found is None:
            raise Doubt(f"Upload {upload.path} has a row in the database, but no file in the backup.")
        if found != (upload.sha256, upload.size):
            raise Doubt(f"Upload {upload.path} is another file than its row says.")


def _numbers(cursor: Any, manifest: Manifest) -> None:
    for day, last in facts.last_numbers(cursor).items():
        counter = manifest.facts.counters.get(day, 0)
        if counter < last:
            raise Doubt(f"The counter of {day} stands at {counter}, but number {last} is taken already.")


def _sequences(cursor: Any, manifest: Manifest) -> None:
    if late := facts.late_sequences(cursor):
        raise Doubt(f"The next id of {late[0]} is taken already.")


def _ask(database: Mapping[str, Any], folder: Path, failed: str, *command: str) -> None:
    """Ask the product itself, on the restored database; an older backup is brought up to date first."""
    code, said = scratch.ask(database, *command, folder=folder)
    if code:
        first = next((line for line in said.splitlines() if _tells(line)), "it gave no reason")
        raise Doubt(f"{failed}: {first}")


def _tells(line: str) -> bool:
    """Whether a line says what is wrong, rather than where, or something beside it."""
    return bool(line.strip()) and not line.startswith(("Traceback", " ")) and "Warning" not in line
