"""The broker dead or hung: nobody at the desk waits for it, and what was due is done when it is back."""

import signal
import time
from pathlib import Path
from types import ModuleType

import pytest

from itsm.runtime import valkey
from tests import servers
from tests.chaos import desk
from tests.chaos.due import Due
from tests.visitor import Visitor
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("machine")
LONGEST_SECONDS = 2.0
# Longer than the settings' socket_timeout, so that every connection to the broker runs into it.
HUNG_SECONDS = 6
DEAD_SECONDS = 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_without_the_broker_form_sign_in_and_queue_answer_at_once(
    hospital_open: ModuleType, folder: Path, number: signal.Signals
) -> None:
    agent, ward = desk.with_password(hospital_open.user("DSK")), hospital_open.department().pk
    system = hospital_open.system(primary_owner=hospital_open.user("ENG")).pk
    with valkey.serve(folder) as broker, servers.web(servers.environment(broker.url), folder) as address:
        nurse, clerk = Visitor(address), Visitor(address)
        assert desk.report(nurse, ward, system)
        assert clerk.sign_in(agent.work_number, desk.PASSWORD).status == 302
        assert clerk.get("/tickets/").status == 200
        broker.process.send_signal(number)
        receipts = [desk.report(nurse, ward, system) for _ in range(3)]
        again = Visitor(address)
        signed_in, queue = again.sign_in(agent.work_number, desk.PASSWORD), again.get("/tickets/")
    assert None not in receipts, servers.tail(folder, "web")
    assert max(receipt.seconds for receipt in receipts) < LONGEST_SECONDS
    assert max(signed_in.seconds, queue.seconds) < LONGEST_SECONDS
    assert (signed_in.status, queue.status) == (302, 200)
    for receipt in receipts:
        assert receipt.number in queue.text
        assert Ticket.objects.get(number=receipt.number).description == receipt.description


def test_what_was_due_while_the_broker_was_away_is_done_once(hospital_open: ModuleType, folder: Path) -> None:
    due = Due(hospital_open)

    def all_done(clocks: int) -> None:
        due.wait_done(lambda: servers.tail(folder, "worker", "beat"))
        due.check_each_once(clocks)

    with valkey.serve(folder) as broker:
        variables = servers.environment(broker.url)
        with servers.worker(variables, folder), servers.beat(variables, folder):
            due.add(40)
            all_done(40)
            broker.process.send_signal(signal.SIGSTOP)
            due.add(40)
            time.sleep(HUNG_SECONDS)
            broker.process.send_signal(signal.SIGCONT)
            all_done(80)
            broker.process.kill()
            broker.process.wait()
            due.add(40)
            time.sleep(DEAD_SECONDS)
            with valkey.serve(folder, log=folder / "second.log"):  # and it has forgotten what was queued
                all_done(120)
                due.add(40)
                all_done(160)
