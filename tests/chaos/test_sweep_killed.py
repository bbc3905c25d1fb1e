"""kill -9 for whoever sweeps, between the claim of the clocks and the commit: nothing lost, nothing twice."""

import os
import random
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest

from itsm.celery import app
from itsm.notifications.models import Message
from itsm.runtime import valkey
from slas.models import Clock, Escalation
from tests import servers
from tests.chaos.due import Due, connected, slow, terminate, waiting, writing
from tests.parallel import until

pytestmark = pytest.mark.xdist_group("machine")
NO_BROKER = "redis+socket:///nowhere"
SOON = 40.0
ESCALATIONS, NOTICES = Escalation._meta.db_table, Message._meta.db_table


def nothing_happened(clocks: int) -> bool:
    untouched = Clock.objects.filter(breached_at=None, next_alarm_at__isnull=False)
    return not Escalation.objects.exists() and waiting() == clocks == untouched.count()


@pytest.mark.parametrize("table", [ESCALATIONS, NOTICES])
def test_a_sweep_killed_before_its_commit_leaves_everything_to_the_next(
    hospital_open: ModuleType, folder: Path, table: str
) -> None:
    due, variables = Due(hospital_open), servers.environment(NO_BROKER)
    due.add(400)
    with slow(table, 5):
        with servers.manage(variables, folder, "sweep") as sweep:
            until(lambda: writing(table), SOON, lambda: servers.tail(folder, "manage"))
            servers.kill(sweep)
        assert nothing_happened(400)
    with servers.manage(variables, folder, "sweep", name="second") as sweep:
        assert sweep.wait(SOON) == 0, servers.tail(folder, "second")
    assert servers.log_of(folder, "second").read_text().endswith("400 clocks escalated.\n")
    due.check_each_once(400)


def test_three_sweeps_at_once_with_one_of_them_killed_at_random_moments(
    hospital_open: ModuleType, folder: Path
) -> None:
    due, variables, chance = Due(hospital_open), servers.environment(NO_BROKER), random.Random(7)
    with slow(ESCALATIONS, 8):
        for turn in range(4):
            due.add(100)
            names = [f"{turn}-{side}" for side in "abc"]
            with ExitStack() as three:
                sweeps = [three.enter_context(servers.manage(variables, folder, "sweep", name=name)) for name in names]
                until(connected, SOON, lambda names=names: servers.tail(folder, *names))
                time.sleep(chance.uniform(0, 1))
                servers.kill(sweeps.pop(chance.randrange(3)))
                assert [sweep.wait(SOON) for sweep in sweeps] == [0, 0], servers.tail(folder, *names)
    with servers.manage(variables, folder, "sweep", name="last") as sweep:
        assert sweep.wait(SOON) == 0, servers.tail(folder, "last")
    due.check_each_once(400)


def test_a_killed_worker_leaves_its_sweep_to_the_next_beat(hospital_open: ModuleType, folder: Path) -> None:
    due = Due(hospital_open)
    due.add(400)
    with valkey.serve(folder) as broker:
        variables = servers.environment(broker.url)
        with servers.beat(variables, folder), slow(ESCALATIONS, 5):
            with servers.worker(variables, folder, "killed") as worker:
                until(lambda: writing(ESCALATIONS), SOON, lambda: servers.tail(folder, "killed", "beat"))
                servers.kill(worker)
            assert nothing_happened(400)
            with servers.worker(variables, folder, "next"):
                due.wait_done(lambda: servers.tail(folder, "next", "beat"))
    due.check_each_once(400)


def test_a_killed_child_of_the_worker_has_its_sweep_delivered_again(hospital_open: ModuleType, folder: Path) -> None:
    """No beat here: the one message must come back, because it is acknowledged late."""
    due = Due(hospital_open)
    due.add(100)
    with valkey.serve(folder) as broker, servers.worker(servers.environment(broker.url), folder, processes=1) as worker:
        with slow(ESCALATIONS, 20):
            with app.connection_for_write(broker.url) as connection:
                app.send_task("slas.sweep", connection=connection)
            (backend,) = until(lambda: writing(ESCALATIONS), SOON, lambda: servers.tail(folder, "worker"))
            (child,) = servers.children(worker)
            os.kill(child, signal.SIGSTOP)
            terminate(backend)  # else the message comes back while the dead child's locks still stand
            assert nothing_happened(100)
            os.kill(child, signal.SIGKILL)
        due.wait_done(lambda: servers.tail(folder, "worker"))
        assert servers.children(worker) != [child]
    due.check_each_once(100)
