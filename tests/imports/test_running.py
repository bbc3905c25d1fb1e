"""The worker's part of an import: its progress, a death, two at once."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from itsm.accounts.models import User
from itsm.audit import chain
from itsm.audit.models import Event
from itsm.imports import receiving, running
from itsm.imports.enums import Mode, State
from itsm.imports.models import Import
from tests import factories
from tests.imports.sheets import people
from tests.parallel import together

AT = factories.at("2026-09-24 09:00")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator() -> User:
    factories.department(code="XHNK", name="消化内科")
    return factories.user("SYS")


def received(by: User, count: int) -> Import:
    return receiving.receive("people", people(count), name="人员.xlsx", by=by, at=AT)


def decided(by: User, count: int) -> Import:
    """An import that waits to be written."""
    found = received(by, count)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    return receiving.apply(found, by=by, at=AT, mode=Mode.ALL)


def test_two_thousand_rows_show_their_progress_before_they_are_committed(administrator, monkeypatch):
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    found = decided(administrator, 2_000)
    seen: list[tuple[int, int]] = []

    def work() -> None:
        running.run_waiting(at=AT)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        seen.append((Import.objects.values_list("done", flat=True).get(pk=found.pk), User.objects.count()))
        time.sleep(0.02)
    worker.join()
    found.refresh_from_db()
    under_way = [done for done, people_there in seen if 0 < done < 2_000 and people_there == 1]
    assert len(under_way) > 3
    assert under_way == sorted(under_way)
    assert (found.state, found.done, User.objects.count()) == (State.DONE, 2_000, 2_001)
    assert (Event.objects.filter(verb="accounts.create").count(), list(chain.verify())) == (2_000, [])


def test_an_import_whose_worker_died_is_taken_up_by_another_after_a_minute(administrator):
    found = decided(administrator, 3)
    Import.objects.filter(pk=found.pk).update(beat_at=AT)
    assert running.run_waiting(at=AT + timedelta(seconds=59)) == 0
    assert running.run_waiting(at=AT + timedelta(seconds=61)) == 1
    found.refresh_from_db()
    assert (found.state, User.objects.count()) == (State.DONE, 4)


def test_two_workers_write_an_import_once(administrator):
    decided(administrator, 20)
    counts = together([lambda: running.run_waiting(at=AT)] * 4)
    assert (sorted(counts), User.objects.count()) == ([0, 0, 0, 1], 21)


def test_an_import_that_was_discarded_while_it_was_checked_stays_discarded(administrator):
    found = received(administrator, 3)
    held = running._claim(AT)
    receiving.discard(found, by=administrator, at=AT)
    running._check(held)
    found.refresh_from_db()
    assert (found.state, found.preview) == (State.DISCARDED, [])
