"""The worker's part: files as they are read back, a death, two at once, an end before time."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from documents import places as documents
from documents.errors import FileUnavailable
from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.exports import jobs, places, running, tables, tasks
from itsm.exports.enums import State
from itsm.exports.models import Export
from itsm.notifications.models import Message
from tests import factories
from tests.exports import exported
from tests.parallel import together
from tests.tickets.stages import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hospital", "media")]


@pytest.fixture
def manager() -> User:
    return factories.user("PM")


def left_over() -> list[str]:
    """What lies in the folders of unfinished and of finished files."""
    return [path.name for folder in (documents.TMP, places.FOLDER) for path in (documents.root() / folder).glob("*")]


def state(export: Export) -> str:
    return Export.objects.values_list("state", flat=True).get(pk=export.pk)


def test_an_export_is_ready_with_its_file_its_hash_and_a_notice(manager):
    Desk().ticket()
    export = exported.made(manager)
    assert (export.state, export.total, export.done) == (State.READY, 1, 1)
    assert (export.size, export.sha256) == (
        len(exported.content(export)),
        places.digest(places.kept(export.kept)),
    )
    assert export.expires_at - export.ended_at == timedelta(hours=settings.EXPORT_HOURS)
    told = Message.objects.get(recipient=manager)
    assert (told.title, told.url) == ("可以下载：工单", export.get_absolute_url())
    assert left_over() == [export.kept.hex]


def test_the_rows_show_their_progress_while_the_file_is_made(manager, monkeypatch):
    desk = Desk()
    for _ in range(40):
        desk.ticket("new")
    export = exported.waiting(manager)
    seen = watched(export, monkeypatch)
    under_way = [done for done in seen if 0 < done < 40]
    assert (len(under_way) > 3, under_way == sorted(under_way), state(export)) == (True, True, State.READY)


def watched(export: Export, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were shown as done while a slow worker made the file."""
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(tables, "CHUNK", 1)
    read = tables._Run.read

    def slowly(run, rows, at):
        for row in read(run, rows, at):
            time.sleep(0.02)
            yield row

    def work() -> None:
        running.run_next(at=timezone.now())
        connection.close()

    monkeypatch.setattr(tables._Run, "read", slowly)
    seen: list[int] = []
    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        seen.append(Export.objects.values_list("done", flat=True).get(pk=export.pk))
        time.sleep(0.01)
    worker.join()
    return seen


def test_an_export_whose_worker_died_is_taken_up_after_a_minute(manager):
    Desk().ticket()
    export = exported.waiting(manager)
    at = timezone.now()
    assert running._claim(at).pk == export.pk  # and dies here
    assert running.run_next(at=at + timedelta(seconds=59)) is False
    assert running.run_next(at=at + timedelta(seconds=61)) is True
    export.refresh_from_db()
    assert (export.state, export.attempt, export.done) == (State.READY, 2, 1)


def test_a_worker_that_was_only_thought_dead_writes_nothing(manager):
    export = exported.waiting(manager)
    at = timezone.now()
    slow = running._claim(at)
    assert running.run_next(at=at + timedelta(seconds=61))
    with pytest.raises(running.Stopped), running._Beat(slow) as beat:
        running._make(slow, beat)
    export.refresh_from_db()
    assert (export.state, left_over()) == (State.READY, [export.kept.hex])


def test_an_export_that_kills_its_workers_is_given_up(manager):
    export = exported.waiting(manager)
    at = timezone.now()
    for number in range(running.MOST_ATTEMPTS):
        assert running._claim(at + number * timedelta(seconds=61)) is not None
    assert running.run_next(at=at + running.MOST_ATTEMPTS * timedelta(seconds=61))
    export.refresh_from_db()
    assert (export.state, "多次中断" in export.sentence) == (State.FAILED, True)


def test_a_source_that_breaks_is_tried_again(manager, monkeypatch, caplog):
    export = exported.waiting(manager)

    def broken(*args: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(tables.Table, "write", broken)
        assert running.run_next(at=timezone.now())
    assert (state(export), left_over(), "disk full" in caplog.text) == (State.WAITING, [], True)
    assert running.run_next(at=timezone.now())
    assert state(export) == State.READY


def test_two_workers_make_an_export_once(manager):
    Desk().ticket()
    exported.waiting(manager)
    counts = together([lambda: running.run_next(at=timezone.now())] * 4)
    assert (sorted(counts), Message.objects.filter(recipient=manager).count()) == ([False, False, False, True], 1)


def test_one_export_at_a_time_leaves_the_other_worker_to_the_desk(manager):
    first, second = exported.waiting(manager), exported.waiting(manager)
    at = timezone.now()
    assert running._claim(at).pk == first.pk
    assert running.run_next(at=at) is False
    assert state(second) == State.WAITING


def test_without_a_broker_the_regular_look_makes_the_export(manager, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    export = exported.waiting(manager)
    assert (tasks.run(), state(export), tasks.run()) == (1, State.READY, 0)


def test_a_cancelled_export_stops_its_worker_and_leaves_no_file(manager, monkeypatch):
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.02)
    export = exported.waiting(manager)

    def cancel() -> None:
        jobs.cancel(export, by=manager, at=timezone.now())
        connection.close()

    def write(source, order, file, show):
        person = threading.Thread(target=cancel)
        person.start()
        person.join()
        file.write(b"half")
        for _ in range(200):
            time.sleep(0.02)
            show(1, 2)
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(tables.Table, "write", write)
    assert running.run_next(at=timezone.now())
    assert (state(export), left_over()) == (State.CANCELLED, [])
    with pytest.raises(TransitionRefused):
        jobs.cancel(export, by=manager, at=timezone.now())


def test_who_lost_the_role_meanwhile_gets_no_file(manager):
    Desk().ticket()
    export = exported.waiting(manager)
    User.objects.filter(pk=manager.pk).update(roles=["CLI"])
    assert running.run_next(at=timezone.now())
    export.refresh_from_db()
    assert (export.state, export.sentence, left_over()) == (State.FAILED, "您的角色不能执行此操作。", [])


def test_more_rows_than_a_file_holds_are_refused_never_cut_off(manager, settings):
    desk = Desk()
    desk.ticket(), desk.ticket()
    settings.EXPORT_MOST_ROWS = 1
    export = exported.made(manager)
    assert (export.state, "列表有 2 行，单个文件最多 1 行" in export.sentence) == (State.FAILED, True)


def test_the_fourth_export_of_a_person_waits_for_the_first(manager):
    for _ in range(settings.EXPORTS_PER_PERSON):
        exported.waiting(manager)
    with pytest.raises(RuleBroken):
        exported.waiting(manager)
    exported.waiting(factories.user("PM"))
    assert running.run_next(at=timezone.now())
    exported.waiting(manager)


def test_after_its_time_the_file_is_gone_and_the_row_stays(manager):
    export = exported.made(manager)
    path = places.kept(export.kept)
    assert jobs.expire(at=export.expires_at - timedelta(seconds=1)) == 0
    assert path.exists()
    assert jobs.expire(at=export.expires_at) == 1
    export.refresh_from_db()
    assert (export.state, path.exists(), len(export.sha256)) == (State.EXPIRED, False, 64)
    assert Event.objects.filter(verb="exports.expire", object_id=export.pk).count() == 1
    with pytest.raises(FileUnavailable):
        jobs.take(export, by=manager, at=timezone.now())


def test_a_file_without_an_export_is_removed_after_an_hour(manager, monkeypatch):
    export = exported.made(manager)
    orphan = documents.root() / places.FOLDER / ("0" * 32)
    orphan.write_bytes(b"x")
    assert places.remove_orphans() == 0
    monkeypatch.setattr(places, "ORPHAN_SECONDS", -1)
    assert (places.remove_orphans(), left_over()) == (1, [export.kept.hex])


def test_a_file_made_by_other_rights_is_not_handed_out(manager):
    export = exported.made(manager)
    manager.roles = ["PM", "ENG"]
    with pytest.raises(NotAllowed):
        jobs.take(export, by=manager, at=timezone.now())


def test_cancel_and_take_by_another_person_are_refused(manager):
    other = factories.user("PM")
    for verb, export in ((jobs.cancel, exported.waiting(manager)), (jobs.take, exported.ready(manager))):
        with pytest.raises(NotAllowed):
            verb(export, by=other, at=timezone.now())
        assert state(export) == export.state
