"""The scanner's word on a file: asked by clamd's protocol, noted once, and tried again when it fails."""

import logging
import socket

import pytest

from documents import clamd, scanning, storing, tasks, wakeups
from documents.checking import check
from documents.models import StoredFile
from itsm.audit.models import Event
from tests import factories
from tests.documents import makers
from tests.documents.clamd_server import Scanner
from tests.documents.test_storing import START, stored

NAME = "Eicar-Test-Signature"


def eicar() -> StoredFile:
    return storing.store(check(makers.upload("病毒.txt", makers.EICAR)), by=None, at=START)


def state(file: StoredFile) -> tuple[str, str]:
    file.refresh_from_db()
    return file.scan_state, file.finding


def test_clamd_sends_the_whole_content(tmp_path):
    content = bytes(range(256)) * 1000
    path = tmp_path / "a"
    path.write_bytes(content)
    with Scanner() as scanner, path.open("rb") as file:
        assert clamd.scan(file, scanner.address) == ""
    assert scanner.seen == [(b"zINSTREAM\0", content)]


def test_clamd_speaks_over_a_unix_socket(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(makers.EICAR)
    with Scanner(tmp_path / "clamd.ctl") as scanner, path.open("rb") as file:
        assert clamd.scan(file, scanner.address) == NAME


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"what?"])
def test_clamd_that_cannot_look_has_failed(tmp_path, answer):
    (tmp_path / "a").write_bytes(b"a")
    with Scanner(answer=answer) as scanner, (tmp_path / "a").open("rb") as file, pytest.raises(clamd.ScannerFailed):
        clamd.scan(file, scanner.address)


@pytest.mark.django_db
def test_scan_notes_that_a_file_is_clean(media, settings):
    file = stored()
    with Scanner() as scanner:
        settings.CLAMAV_ADDRESS = scanner.address
        scanning.scan(file, at=START)
    assert state(file) == ("clean", "")


@pytest.mark.django_db
def test_scan_locks_an_infected_file_away(media, settings):
    file = eicar()
    with Scanner() as scanner:
        settings.CLAMAV_ADDRESS = scanner.address
        scanning.scan(file, at=START)
    assert state(file) == ("infected", NAME)
    assert list(Event.objects.about(file).values_list("verb", "detail__finding")) == [("documents.quarantine", NAME)]


@pytest.mark.django_db
def test_scan_without_a_scanner_leaves_the_file_unscanned(media, settings):
    settings.CLAMAV_ADDRESS = ""
    file = eicar()
    scanning.scan(file, at=START)
    assert (state(file), scanning.sweep(at=START)) == (("unscanned", ""), 0)


@pytest.mark.django_db
def test_sweep_scans_what_a_dead_scanner_has_missed(media, settings, caplog):
    file, picture = eicar(), stored()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CLAMAV_ADDRESS = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with caplog.at_level(logging.CRITICAL):
        assert scanning.sweep(at=START) == 0
    assert state(file) == ("unscanned", "")
    with Scanner() as scanner:
        settings.CLAMAV_ADDRESS = scanner.address
        assert (scanning.sweep(at=START), scanning.sweep(at=START)) == (2, 0)
    assert (state(file), state(picture)) == (("infected", NAME), ("clean", ""))


@pytest.mark.django_db
def test_note_finding_keeps_the_first_word(media):
    file = scanning.note_finding(stored(), "Eicar", at=START)
    assert state(scanning.note_finding(file, "", at=START)) == ("infected", "Eicar")


@pytest.mark.django_db
def test_task_scans_one_file_and_forgets_one_that_is_gone(media, settings):
    file = eicar()
    with Scanner() as scanner:
        settings.CLAMAV_ADDRESS = scanner.address
        tasks.scan_file(file.pk)
        tasks.scan_file(10**9)
    assert state(file) == ("infected", NAME)


@pytest.mark.django_db
def test_store_wakes_the_scanner_after_the_commit(media, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.CLAMAV_ADDRESS = "tcp://127.0.0.1:1"
    sent = []
    monkeypatch.setattr(wakeups.current_app, "send_task", lambda name, args, **_: sent.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        file = stored()
        assert sent == []
    assert sent == [("documents.scan", [file.pk])]


@pytest.mark.django_db
def test_store_survives_a_dead_broker(media, settings, monkeypatch, django_capture_on_commit_callbacks, caplog):
    def dead(*args, **options):
        raise ConnectionError("refused")

    settings.CLAMAV_ADDRESS = "tcp://127.0.0.1:1"
    monkeypatch.setattr(wakeups.current_app, "send_task", dead)
    with caplog.at_level(logging.CRITICAL), django_capture_on_commit_callbacks(execute=True):
        file = stored()
    assert StoredFile.objects.get() == file
    assert factories.at("2026-09-24 09:00") == file.uploaded_at
