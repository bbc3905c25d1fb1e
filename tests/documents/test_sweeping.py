"""Disk and table in step: orphans go, the kept stays, and what is missing or altered ends in exit code 1."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents import places, storing, sweeping
from documents.models import StoredFile
from tests.documents.test_storing import START, files, stored

pytestmark = pytest.mark.django_db


def age(path: Path, seconds: int = 2 * 3600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    moment = time.time() - seconds
    os.utime(path, (moment, moment))
    return path


def told(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_sweep_deletes_old_files_without_rows(media):
    file = stored()
    for path in (places.kept(file.uuid), places.thumb(file.uuid)):
        age(path)
    age(media / "3f" / ("3f" + "0" * 30))
    age(media / "3f" / ("3f" + "0" * 30 + ".thumb"))
    age(media / "tmp" / "tmpabc")
    age(media / "3f" / "strange")
    assert told("sweep_orphans") == "4 orphans deleted, 0 files erased after their time.\n"
    assert files(media) == sorted([places.relative(file.uuid), f"{places.relative(file.uuid)}.thumb"])


def test_sweep_leaves_young_files_and_foreign_folders_alone(media):
    age(media / "tmp" / "young", seconds=60)
    age(media / "backup" / "old")
    assert (sweeping.remove_orphans(), files(media)) == (0, ["backup/old", "tmp/young"])


def test_sweep_deletes_the_content_of_an_erased_file(media):
    file = stored()
    storing.erase(file, at=START)  # the test's transaction never commits, as after a crash
    for path in (places.kept(file.uuid), places.thumb(file.uuid)):
        age(path)
    assert (sweeping.remove_orphans(), files(media)) == (2, [])


def test_sweep_names_rows_without_files(media):
    file = stored()
    places.kept(file.uuid).unlink()
    with pytest.raises(CommandError, match=str(file.uuid)):
        told("sweep_orphans")


def test_sweep_erases_patient_data_after_its_time(media, settings):
    settings.FILE_PATIENT_DAYS = 30
    old, plain = stored(patient_data=True), stored()
    young = stored(patient_data=True)
    StoredFile.objects.filter(pk=young.pk).update(uploaded_at=START + timedelta(days=1))
    assert sweeping.erase_expired(at=START + timedelta(days=30, seconds=1)) == 1
    assert list(StoredFile.objects.exclude(erased_at=None)) == [old]
    assert list(StoredFile.objects.filter(erased_at=None).order_by("pk")) == [plain, young]


def test_verify_counts_what_is_whole(media):
    stored()
    stored()
    assert told("verify_files") == "2 files are whole.\n"


def test_verify_finds_one_changed_byte_and_a_missing_file(media):
    altered, missing = stored(), stored()
    path = places.kept(altered.uuid)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    places.kept(missing.uuid).unlink()
    assert sweeping.verify() == (0, [str(missing.uuid)], [str(altered.uuid)])
    with pytest.raises(CommandError, match=r"is missing; .* is altered"):
        told("verify_files")
