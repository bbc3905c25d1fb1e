"""Keeping a file: where it lies, under what name, and what happens when the disk or the transaction fails."""

import logging
import stat

import pytest
from django.db import IntegrityError, transaction

from documents import checking, places, sweeping
from documents.errors import FileRefused
from documents.models import StoredFile
from documents.storing import erase, store
from itsm.audit.models import Event
from tests import factories
from tests.documents import makers

pytestmark = pytest.mark.django_db
START = factories.at("2026-09-24 09:00")


def checked(name: str = "截图.png", content: bytes = b"") -> checking.Checked:
    return checking.check(makers.upload(name, content or makers.picture()))


def stored(**options: object) -> StoredFile:
    return store(checked(), by=None, at=START, **options)


def files(media) -> list[str]:
    return sorted(path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file())


def test_store_keeps_the_content_under_a_random_name(media):
    file = stored()
    name = f"{file.uuid.hex[:2]}/{file.uuid.hex}"
    assert files(media) == sorted([name, f"{name}.thumb"])
    assert checking.digest(places.kept(file.uuid)) == file.sha256


def test_store_lets_no_stranger_read_the_content(media):
    path = places.kept(stored().uuid)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o640, 0o750)


def test_store_notes_who_brought_what(media):
    nurse = factories.user("CLI", name="王医生")
    file = store(checked(), by=nurse, at=START)
    assert (file.name, file.kind, file.uploader, file.uploader_name) == ("截图.png", "png", nurse, "王医生")
    assert (file.width, file.height, file.level, file.patient_data) == (120, 80, 2, False)
    assert (file.uploaded_at, file.scan_state) == (START, "unscanned")


def test_store_counts_patient_data_as_level_3(media):
    assert stored(patient_data=True).level == 3


def test_store_refuses_a_level_above_the_limit(media, settings):
    settings.FILE_MAX_LEVEL = 2
    with pytest.raises(FileRefused):
        stored(patient_data=True)
    assert (StoredFile.objects.count(), files(media)) == (0, [])


def test_store_on_a_full_disk_writes_no_row(media, monkeypatch, caplog):
    def full(source, target):
        raise OSError(28, "No space left on device")

    waiting = checked()
    monkeypatch.setattr(places, "move", full)
    with caplog.at_level(logging.CRITICAL), pytest.raises(FileRefused, match="磁盘已满"):
        store(waiting, by=None, at=START)
    assert StoredFile.objects.count() == 0


def test_check_on_an_unwritable_disk_is_refused_in_a_sentence(media, monkeypatch, caplog):
    def unwritable():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(places, "incoming", unwritable)
    with caplog.at_level(logging.CRITICAL), pytest.raises(FileRefused, match="磁盘已满或不可写"):
        checked()


def test_store_in_a_failed_transaction_leaves_a_file_that_the_sweep_takes(media, monkeypatch):
    with transaction.atomic():
        stored()
        transaction.set_rollback(True)
    assert (StoredFile.objects.count(), len(files(media))) == (0, 2)
    assert sweeping.remove_orphans() == 0
    monkeypatch.setattr(sweeping, "ORPHAN_SECONDS", -10)
    assert (sweeping.remove_orphans(), files(media)) == (2, [])


def test_erase_takes_the_content_and_keeps_the_row(media, django_capture_on_commit_callbacks):
    file = stored(patient_data=True)
    with django_capture_on_commit_callbacks(execute=True):
        erase(file, at=START)
    file.refresh_from_db()
    assert (file.erased_at, files(media)) == (START, [])
    assert Event.objects.about(file).values_list("verb", flat=True)[0] == "documents.erase"


def test_erase_twice_is_noted_once(media):
    file = stored()
    erase(erase(file, at=START), at=factories.at("2026-09-25 09:00"))
    assert (Event.objects.about(file).count(), StoredFile.objects.get().erased_at) == (1, START)


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "exe"},
        {"size": 0},
        {"level": 6},
        {"sha256": "x" * 64},
        {"width": 5, "height": None},
        {"scan_state": "clean"},
        {"scan_state": "infected", "scanned_at": START},
        {"scan_state": "unscanned", "finding": "Eicar"},
    ],
    ids=str,
)
def test_the_database_refuses(media, columns):
    file = stored()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**columns)
