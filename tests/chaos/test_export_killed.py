"""kill -9 for a worker in the middle of an export: the next one makes it, once."""

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection, transaction
from django.utils import timezone

from itsm.exports.enums import State
from itsm.exports.models import Export
from itsm.exports.querysets import STALE
from itsm.notifications.models import Message
from itsm.runtime import valkey
from tests import servers
from tests.exports import exported
from tests.parallel import until
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("machine")
SOON = 60.0


def in_state(state: State) -> bool:
    return Export.objects.filter(state=state).exists()


def test_an_export_of_a_killed_worker_is_made_by_the_next(hospital_open: ModuleType, folder: Path) -> None:
    hospital_open.ticket(moment=timezone.now())
    manager = hospital_open.user("PM")
    with valkey.serve(folder) as broker:
        variables = servers.environment(broker.url) | {"STATE_DIR": str(folder)}
        with servers.beat(variables, folder):
            exported.waiting(manager)
            # nobody reads a ticket meanwhile, so that the worker is held in the middle
            with (
                servers.worker(variables, folder, "killed") as worker,
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"LOCK TABLE {Ticket._meta.db_table} IN ACCESS EXCLUSIVE MODE")
                until(lambda: in_state(State.RUNNING), SOON, lambda: servers.tail(folder, "killed", "beat"))
                servers.kill(worker)
            assert in_state(State.RUNNING)
            Export.objects.update(beat_at=timezone.now() - STALE - timedelta(seconds=1))
            with servers.worker(variables, folder, "next"):
                until(lambda: in_state(State.READY), SOON, lambda: servers.tail(folder, "next", "beat"))
    export = Export.objects.get()
    kept = list((folder / "media" / "exports").iterdir())
    assert (export.attempt, export.done, [path.name for path in kept]) == (2, 1, [export.kept.hex])
    assert Message.objects.filter(recipient=manager).count() == 1
