"""What a backup holds, who may read it, and that a broken run never looks finished."""

import json
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.models import StoredFile
from itsm.audit.models import Event, Head
from itsm.operation import backup, files, programs
from itsm.operation.errors import Doubt
from itsm.operation.models import Run
from tests import servers
from tests.operation.conftest import AT, ONE, SECRET, TWO, UPLOADS
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_it_holds_the_database_the_uploads_and_the_manifest(plain):
    assert plain.folder.name == "itsm-20260924-180000"
    assert tree(plain.folder) == ["database.dump", "manifest.json", f"media/{ONE}", f"media/{TWO}"]


def test_the_manifest_says_what_the_database_held(plain):
    said, head = plain.manifest.facts, Head.objects.get()
    assert (said.audit_seq, said.audit_hash) == (head.seq, head.hash)
    assert (said.counts["tickets_ticket"], said.counts["audit_event"]) == (3, Event.objects.count())
    assert said.counters == {"GD20260924": 3}
    assert "tickets.0002_initial" in said.migrations
    assert "limits_bucket" not in said.counts


def test_everything_in_it_is_private(encrypted):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in encrypted.folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in encrypted.folder.rglob("*") if path.is_dir()}
    assert (modes, folders, stat.S_IMODE(encrypted.folder.stat().st_mode)) == ({0o600}, {0o700}, 0o700)


def test_nothing_of_an_encrypted_one_can_be_read(encrypted):
    names = ["database.dump.enc", "manifest.json", "manifest.mark", f"media/{ONE}.enc", f"media/{TWO}.enc"]
    assert tree(encrypted.folder) == names
    content = b"".join((encrypted.folder / name).read_bytes() for name in names)
    assert [word in content for word in (b"PGDMP", b"a picture", b"a letter", b"GD20260924-0001")] == [False] * 4


def test_what_is_written_after_the_snapshot_is_not_in_it(desk, tmp_path, monkeypatch):
    before, dump = Ticket.objects.count(), backup._dump

    def meanwhile(*arguments):
        desk.ticket()
        return dump(*arguments)

    monkeypatch.setattr(backup, "_dump", meanwhile)
    made = backup.make(tmp_path / "backups", secret="", at=AT)
    assert (made.manifest.facts.counts["tickets_ticket"], Ticket.objects.count()) == (before, before + 1)
    call_command("restore_drill", str(made.folder))


def test_uploads_on_their_way_in_are_left_out(desk, uploads, tmp_path):
    (uploads / "tmp").mkdir()
    (uploads / "tmp" / "half").write_bytes(b"half")
    made = backup.make(tmp_path / "backups", secret="", at=AT)
    assert [file.path for file in made.manifest.files] == ["database.dump", *(f"media/{path}" for path in UPLOADS)]


def test_an_upload_that_was_erased_after_its_time_is_not_missed(desk, uploads, tmp_path):
    StoredFile.objects.filter(size=len(UPLOADS[TWO])).update(erased_at=AT)
    (uploads / TWO).unlink()
    assert backup.make(tmp_path / "backups", secret="", at=AT).manifest.lost_media == []


@pytest.mark.parametrize("broken", ["dump", "rename", "copy"])
def test_a_broken_run_leaves_nothing_behind(desk, tmp_path, monkeypatch, broken):
    def fail(*arguments, **options):
        raise OSError("no space left on device")

    target = {"dump": (files, "store"), "rename": (Path, "rename"), "copy": (backup, "_copy")}[broken]
    monkeypatch.setattr(*target, fail)
    with pytest.raises(OSError, match="no space"):
        backup.make(tmp_path / "backups", secret="", at=AT)
    assert tree(tmp_path / "backups") == [".lock"]


def test_a_killed_run_is_cleared_away_by_the_next(desk, tmp_path):
    left = tmp_path / "backups" / "itsm-20260101-000000.partial"
    left.mkdir(parents=True)
    (left / "database.dump").write_bytes(b"half")
    backup.make(tmp_path / "backups", secret="", at=AT)
    assert [path.name for path in sorted((tmp_path / "backups").glob("itsm-*"))] == ["itsm-20260924-180000"]


def test_a_second_run_into_the_same_folder_is_refused(desk, tmp_path):
    with backup._alone(tmp_path), pytest.raises(Doubt, match="under way"):
        backup.make(tmp_path, secret="", at=AT)


def test_too_little_room_is_said_before_the_first_byte(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_SPARE", 10**9)
    with pytest.raises(Doubt, match=r"Not enough room in .*: [0-9]+ MB free, [0-9]+ MB may be needed"):
        backup.make(tmp_path / "backups", secret="", at=AT)


def test_a_failing_dump_says_why(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "environment", lambda database: {"PGOPTIONS": "-c no_such_setting=1"})
    with pytest.raises(Doubt, match=r"The database could not be dumped: .*no_such_setting"):
        backup.make(tmp_path / "backups", secret="", at=AT)


def test_the_password_is_not_on_the_command_line():
    database = {
        "HOST": "h",
        "PORT": "1",
        "USER": "u",
        "NAME": "n",
        "PASSWORD": "the-password",
        "OPTIONS": {"sslmode": "require"},
    }
    words = programs.command("pg_dump", database)
    said = programs.environment(database)
    assert ("the-password" in " ".join(words), said["PGPASSWORD"], said["PGSSLMODE"]) == (
        False,
        "the-password",
        "require",
    )


# Keeping


def test_prune_keeps_the_newest_and_what_it_does_not_know(desk, tmp_path):
    to = tmp_path / "backups"
    made = [backup.make(to, secret="", at=AT + timedelta(days=day)).folder.name for day in range(4)]
    (to / "itsm-20200101-000000").mkdir()
    (to / "notes").mkdir()
    assert [folder.name for folder in backup.prune(to, keep=2)] == made[:2]
    assert sorted(path.name for path in to.iterdir() if path.is_dir()) == ["itsm-20200101-000000", *made[2:], "notes"]


def test_prune_never_takes_the_last_one(plain):
    assert backup.prune(plain.folder.parent, keep=0) == []


# The command


def test_the_command_writes_a_run_and_an_audit_row(desk, tmp_path, settings):
    settings.BACKUP_KEY = SECRET
    call_command("backup", "--to", str(tmp_path / "backups"))
    run = Run.objects.get()
    event = Event.objects.get(verb="operation.backup")
    assert (run.kind, run.is_ok, run.detail["files"], run.detail["encrypted"]) == ("backup", True, 3, True)
    assert (event.object_id, event.detail["ok"], event.actor_name) == (run.pk, True, "")


def test_the_command_refuses_to_write_without_a_key(desk, tmp_path, settings):
    settings.BACKUP_KEY, settings.BACKUP_UNENCRYPTED = "", False
    with pytest.raises(CommandError, match="No key: set BACKUP_KEY"):
        call_command("backup", "--to", str(tmp_path / "backups"))
    assert (Run.objects.get().is_ok, (tmp_path / "backups").exists()) == (False, False)


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_lost_upload_is_named_and_no_old_backup_deleted(plain, uploads, settings, change):
    settings.BACKUP_UNENCRYPTED = True
    (uploads / TWO).unlink() if change == "missing" else (uploads / TWO).write_bytes(b"another")
    with pytest.raises(CommandError, match=f"1 uploads are missing, the first: {TWO}") as ended:
        call_command("backup", "--to", str(plain.folder.parent), "--keep", "1")
    assert (ended.value.returncode, plain.folder.exists(), Run.objects.get().is_ok) == (3, True, False)


def test_a_killed_process_leaves_no_finished_backup(desk, tmp_path):
    variables = servers.environment("redis+socket:///nowhere", BACKUP_UNENCRYPTED="1", STATE_DIR=str(tmp_path))
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "pg_dump").write_text("#!/bin/sh\necho half; exec sleep 60\n")
    (slow / "pg_dump").chmod(0o755)
    variables["ITSM_PG_BIN"] = str(slow)
    with servers.manage(variables, tmp_path, "backup", "--to", str(tmp_path / "backups")) as started:
        from tests.parallel import until

        until(
            lambda: list((tmp_path / "backups").glob("*.partial/database.dump")),
            20,
            lambda: servers.tail(tmp_path, "manage"),
        )
        servers.kill(started)
    names = [path.name for path in (tmp_path / "backups").glob("itsm-*")]
    assert [name.endswith(".partial") for name in names] == [True]
    assert Run.objects.get().ended_at is None


def test_manifest_is_sorted_json(plain):
    text = (plain.folder / "manifest.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_the_programs_are_of_one_release():
    asked = [[programs.find(name), "--version"] for name in ("pg_dump", "pg_restore")]
    told = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for command in asked]
    assert len({words.split()[-1] for words in told}) == 1
