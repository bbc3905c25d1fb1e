"""The restore drill: passes on a good backup, and names what is wrong with every broken one."""

import io
import json
import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from itsm.audit.models import Event
from itsm.operation import backup, drill, facts, files, scratch
from itsm.operation.backup import Backup
from itsm.operation.errors import Doubt
from itsm.operation.manifest import Manifest
from itsm.operation.models import Run
from itsm.operation.vault import CHUNK, Vault
from tests import servers
from tests.operation.conftest import AT, ONE, SECRET, TWO
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain(request, kept, tmp_path) -> Backup:
    """A copy of a good backup without encryption."""
    return copied(request, kept / "plain", tmp_path)


@pytest.fixture
def encrypted(request, kept, tmp_path) -> Backup:
    """A copy of a good backup with encryption."""
    return copied(request, kept / "encrypted", tmp_path)


def copied(request: pytest.FixtureRequest, good: Path, to: Path) -> Backup:
    """The good backup, to be broken; the first test that asks has it made, of a desk of its own."""
    if not good.exists():
        request.getfixturevalue("desk")
        backup.make(good, secret=SECRET if good.name == "encrypted" else "", at=AT)
    [made] = shutil.copytree(good, to / "backups").glob("itsm-*")
    return Backup(made, Manifest.of((made / "manifest.json").read_bytes()))


def doubt(folder: Path, secret: str = "") -> str:
    """The sentence with which the drill ends; fails when it passes."""
    with pytest.raises(Doubt) as found:
        drill.rehearse(folder, secret=secret)
    return str(found.value)


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest of a plain backup, which nothing vouches for."""
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(said)
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")


def relist(folder: Path) -> None:
    """Make the manifest agree with the files, as a backup of something broken would."""

    def change(said: dict[str, Any]) -> None:
        for file in said["files"]:
            content = (folder / file["path"]).read_bytes()
            file["size"] = file["stored_size"] = len(content)
            file["sha256"] = file["stored_sha256"] = files.digest([content])

    rewrite(folder, change)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def databases() -> list[str]:
    with connection.cursor() as cursor:
        return [name for (name,) in facts.rows(cursor, "SELECT datname FROM pg_database")]


def redump(to: Path, statement: str) -> Backup:
    """A backup of the database after a forger's statement, without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
    return backup.make(to, secret="", at=AT + timedelta(hours=1))


# Good ones


@pytest.mark.parametrize("secret", ["", SECRET], ids=["plain", "encrypted"])
def test_a_good_backup_passes_and_leaves_nothing_behind(desk, tmp_path, monkeypatch, secret):
    monkeypatch.setattr(scratch, "PREFIX", own := f"itsm_drill_{uuid.uuid4().hex[:8]}_")
    made, before = backup.make(tmp_path / "backups", secret=secret, at=AT), Ticket.objects.count()
    assert drill.rehearse(made.folder, secret=secret) == made.manifest
    left = [name for name in databases() if name.startswith(own)]
    assert (left, Ticket.objects.count()) == ([], before)


def test_the_command_keeps_the_result_and_tells_the_audit_log(plain):
    call_command("restore_drill", str(plain.folder))
    run = Run.objects.get()
    assert (run.kind, run.is_ok, run.sentence.startswith("itsm-20260924-180000: 3 files, ")) == ("drill", True, True)
    assert Event.objects.get(verb="operation.drill").detail["ok"] is True


def test_the_command_keeps_a_doubt_and_fails(plain):
    (plain.folder / "manifest.json").unlink()
    with pytest.raises(CommandError, match=r"has no manifest\.json"):
        call_command("restore_drill", str(plain.folder))
    assert (Run.objects.get().is_ok, Event.objects.get(verb="operation.drill").detail["ok"]) == (False, False)


# Broken files


def test_a_missing_manifest(plain):
    (plain.folder / "manifest.json").unlink()
    assert doubt(plain.folder) == "The backup has no manifest.json; without it nothing can be checked."


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read(plain, content):
    (plain.folder / "manifest.json").write_bytes(content)
    assert doubt(plain.folder).startswith(("manifest.json cannot be read: ", "The backup is of format"))


def test_a_manifest_of_another_format(plain):
    rewrite(plain.folder, lambda said: said.update(format=2))
    assert doubt(plain.folder) == "The backup is of format 2; this version reads 1."


def test_a_folder_that_was_never_finished(plain):
    half = plain.folder.rename(plain.folder.with_name("itsm-20260924-180000.partial"))
    assert doubt(half) == "This backup was never finished: its folder still has the name of a run in progress."


def test_no_folder_at_all(tmp_path):
    assert doubt(tmp_path / "nowhere") == f"There is no backup folder {tmp_path / 'nowhere'}."


def test_a_missing_upload(plain):
    (plain.folder / f"media/{TWO}").unlink()
    assert doubt(plain.folder) == f"Missing in the backup: media/{TWO}."


def test_an_unlisted_file(plain):
    (plain.folder / "media/9a/three").write_bytes(b"?")
    assert doubt(plain.folder) == "Not listed in manifest.json: media/9a/three."


def test_a_dump_of_no_bytes(plain):
    (plain.folder / "database.dump").write_bytes(b"")
    assert doubt(plain.folder) == "database.dump is empty."


def test_a_truncated_dump(plain):
    size = plain.manifest.files[0].size
    (plain.folder / "database.dump").write_bytes((plain.folder / "database.dump").read_bytes()[:-1000])
    assert doubt(plain.folder) == f"database.dump has {size - 1000} bytes, not {size}: it was cut off or changed."


def test_a_dump_that_was_cut_before_it_was_listed(plain):
    content = (plain.folder / "database.dump").read_bytes()
    (plain.folder / "database.dump").write_bytes(content[: len(content) // 2])
    relist(plain.folder)
    assert doubt(plain.folder).startswith("The dump cannot be restored: pg_restore: error: ")


def test_a_changed_byte_in_the_dump(plain):
    flip(plain.folder / "database.dump", -2000)
    assert doubt(plain.folder) == "database.dump was changed: its hash is not the one in manifest.json."


def test_a_wrong_hash_in_the_manifest(plain):
    rewrite(plain.folder, lambda said: said["files"][1].update(stored_sha256="0" * 64))
    assert doubt(plain.folder) == f"media/{ONE} was changed: its hash is not the one in manifest.json."


def test_a_wrong_plain_hash_in_the_manifest(plain):
    rewrite(plain.folder, lambda said: said["files"][1].update(sha256="0" * 64))
    assert doubt(plain.folder) == f"media/{ONE} is not what was backed up: its hash differs."


def test_swapped_uploads(plain):
    one, two = plain.folder / f"media/{ONE}", plain.folder / f"media/{TWO}"
    shutil.move(one, one.with_name("x"))
    shutil.move(two, one)
    shutil.move(one.with_name("x"), two)
    assert doubt(plain.folder).startswith(f"media/{ONE} has 8 bytes, not 10000")


def test_swapped_uploads_that_the_manifest_agrees_with(plain):
    test_swapped_uploads(plain)
    relist(plain.folder)
    assert doubt(plain.folder) == f"Upload {ONE} is another file than its row says."


def test_an_upload_that_the_manifest_does_not_know_either(plain):
    (plain.folder / f"media/{TWO}").unlink()
    rewrite(plain.folder, lambda said: said["files"].pop())
    assert doubt(plain.folder) == f"Upload {TWO} has a row in the database, but no file in the backup."


def test_an_upload_that_was_lost_before_the_backup(desk, uploads, tmp_path):
    (uploads / ONE).unlink()
    made = backup.make(tmp_path / "backups", secret="", at=AT)
    assert doubt(made.folder) == f"Uploads were missing when the backup was made: {ONE}."


def test_a_path_that_leads_out_of_the_backup(plain):
    (plain.folder / f"media/{TWO}").rename(plain.folder.parent / "outside")
    rewrite(plain.folder, lambda said: said["files"][2].update(path="../outside"))
    assert "../outside" in doubt(plain.folder)


def test_a_link_in_place_of_a_file(plain):
    target = plain.folder / f"media/{TWO}"
    target.unlink()
    target.symlink_to("/etc/hostname")
    assert doubt(plain.folder) == f"media/{TWO} is a link, not a file."


# Encrypted ones


def test_a_wrong_key(encrypted):
    assert doubt(encrypted.folder, SECRET + "x") == "The key does not fit: this backup was made with another one."


def test_no_key(encrypted):
    assert doubt(encrypted.folder) == "The backup is encrypted; set BACKUP_KEY or name a --passphrase-file."


def test_a_changed_manifest_of_an_encrypted_one(encrypted):
    rewrite(encrypted.folder, lambda said: said["facts"]["counts"].update(tickets_ticket=4))
    assert doubt(encrypted.folder, SECRET) == "manifest.json was changed after the backup was made."


def test_a_missing_mark(encrypted):
    (encrypted.folder / "manifest.mark").unlink()
    assert doubt(encrypted.folder, SECRET).startswith("The backup has no readable manifest.mark")


def test_a_changed_byte_of_an_encrypted_dump(encrypted):
    flip(encrypted.folder / "database.dump.enc", 500)
    assert doubt(encrypted.folder, SECRET).startswith("database.dump was changed: its hash")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_the_vault_gives_back_what_it_was_given(tmp_path, size):
    vault, content = Vault(SECRET, b"s" * 16), bytes(range(256)) * (size // 256 + 1)
    sealed = b"".join(vault.encrypted("a", io.BytesIO(content[:size])))
    assert b"".join(vault.decrypted("a", io.BytesIO(sealed))) == content[:size]


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[: 8 + CHUNK + 16],
        lambda sealed: sealed[:8] + sealed[8 + CHUNK + 16 :],
        lambda sealed: sealed + b"x",
        lambda sealed: b"X" + sealed[1:],
        lambda sealed: sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
    ],
    ids=["cut", "last chunk gone", "first chunk gone", "longer", "head", "one bit"],
)
def test_the_vault_finds_every_change(change):
    vault = Vault(SECRET, b"s" * 16)
    sealed = b"".join(vault.encrypted("a", io.BytesIO(b"x" * (CHUNK + 50))))
    with pytest.raises(Doubt):
        b"".join(vault.decrypted("a", io.BytesIO(change(sealed))))


def test_one_file_cannot_stand_for_another():
    vault = Vault(SECRET, b"s" * 16)
    sealed = b"".join(vault.encrypted("media/a", io.BytesIO(b"same")))
    with pytest.raises(Doubt, match="media/b cannot be decrypted"):
        b"".join(vault.decrypted("media/b", io.BytesIO(sealed)))


# Broken contents


def test_a_count_that_differs(plain):
    rewrite(plain.folder, lambda said: said["facts"]["counts"].update(tickets_ticket=4))
    assert doubt(plain.folder) == "Table tickets_ticket has 3 rows after the restore, but 4 rows in the manifest."


def test_a_table_that_is_missing(plain):
    rewrite(plain.folder, lambda said: said["facts"]["counts"].update(tickets_more=0))
    assert doubt(plain.folder) == "Table tickets_more has no table after the restore, but 0 rows in the manifest."


def test_a_migration_that_this_version_does_not_know(plain):
    rewrite(plain.folder, lambda said: said["facts"]["migrations"].append("tickets.9999_future"))
    sentence = "The backup is of another version of the product: this one does not know tickets.9999_future."
    assert doubt(plain.folder) == sentence


def test_another_migration_state_than_the_manifest_says(plain):
    rewrite(plain.folder, lambda said: said["facts"]["migrations"].remove("tickets.0002_initial"))
    assert "has other migrations than the manifest: tickets.0002_initial" in doubt(plain.folder)


def test_an_audit_head_that_differs(plain):
    rewrite(plain.folder, lambda said: said["facts"].update(audit_seq=said["facts"]["audit_seq"] + 1))
    assert doubt(plain.folder).startswith("The audit log ends at link ")


def test_an_audit_log_whose_tail_was_cut(desk, tmp_path):
    made = redump(
        tmp_path / "backups",
        "DELETE FROM audit_link WHERE seq = (SELECT seq FROM audit_head)",
    )
    sentence = doubt(made.folder)
    assert sentence.startswith("The audit log of the restored database is damaged: ")
    assert "stands outside the chain" in sentence


def test_an_audit_row_that_was_changed(desk, tmp_path):
    made = redump(
        tmp_path / "backups", "UPDATE audit_event SET actor_name = '丙' WHERE id = (SELECT min(id) FROM audit_event)"
    )
    assert "was changed" in doubt(made.folder)


def test_a_counter_behind_the_numbers_in_use(desk, tmp_path):
    made = redump(tmp_path / "backups", "UPDATE numbering_counter SET last = 2")
    assert doubt(made.folder) == "The counter of GD20260924 stands at 2, but number 3 is taken already."


def test_counters_that_differ_from_the_manifest(plain):
    rewrite(plain.folder, lambda said: said["facts"]["counters"].update(GD20260924=9))
    assert doubt(plain.folder) == "The counters of the numbers are not those in the manifest."


def test_a_sequence_behind_the_ids(desk, tmp_path):
    made = redump(tmp_path / "backups", "SELECT setval('tickets_ticket_id_seq', 1)")
    assert doubt(made.folder) == "The next id of tickets_ticket.id is taken already."


def test_a_page_that_is_not_shown(desk, tmp_path):
    made = redump(tmp_path / "backups", "ALTER TABLE catalog_system RENAME COLUMN name TO title")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_system RENAME COLUMN title TO name")
    assert doubt(made.folder).startswith("The restored product does not show its pages: ")


# The product's own database


def test_only_scratch_databases_are_made_and_dropped():
    with pytest.raises(AssertionError, match="only scratch databases"):
        scratch._execute(facts.another(), "DROP DATABASE {name}", connection.settings_dict["NAME"])


def test_restore_refuses_a_database_that_is_not_empty(plain):
    with pytest.raises(CommandError, match=r"is not empty: it has \d+ tables"):
        call_command("restore", str(plain.folder), "--yes")


def test_restore_asks_for_the_word(plain):
    with pytest.raises(CommandError, match="say --yes"):
        call_command("restore", str(plain.folder))


def test_restore_fills_an_empty_database_and_the_uploads(encrypted, tmp_path):
    key = tmp_path / "key"
    key.write_text(SECRET)
    state = tmp_path / "new"
    state.mkdir()
    with scratch.database() as empty:
        variables = servers.environment("redis+socket:///nowhere", database=scratch.url(empty), STATE_DIR=str(state))
        command = ("restore", str(encrypted.folder), "--yes", "--passphrase-file", str(key))
        with servers.manage(variables, tmp_path, *command) as restoring:
            assert restoring.wait(60) == 0, servers.tail(tmp_path, "manage")
        with facts.another(empty["NAME"]).cursor() as cursor:
            assert facts.rows(cursor, "SELECT kind, is_ok FROM operation_run") == [("restore", True)]
            assert facts.count_rows(cursor)["tickets_ticket"] == 3
            cursor.connection.close()
    assert (state / f"media/{TWO}").read_bytes() == b"a letter"
