"""PostgreSQL killed and started again under a web that keeps running: what was answered is kept."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from itsm.runtime import postgres
from itsm.runtime import servers as runtime
from tests import servers
from tests.chaos import desk
from tests.parallel import until
from tests.visitor import Visitor

pytestmark = pytest.mark.xdist_group("machine")
NO_BROKER = "redis+socket:///nowhere"
WEB_THREADS = 4
BACK_SECONDS = 30
SET_UP = """
from django.core.management import call_command
import django
django.setup()
call_command("migrate", verbosity=0)
from tests import factories
factories.reference()
print(factories.department().pk)
"""
READ = """
import django
django.setup()
from itsm.audit import chain
from tickets.models import Ticket
for ticket in Ticket.objects.all():
    print(ticket.number, ticket.description, sep="\\t")
assert list(chain.verify()) == []
"""


def run(code: str, variables: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=runtime.CHECKOUT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def nurses(address: str, ward: int, kept: list[desk.Receipt]) -> Iterator[None]:
    """People who report one fault after the other, and note what they were answered."""
    over = threading.Event()

    def report() -> None:
        while not over.is_set():
            receipt = desk.report(Visitor(address), ward)
            if receipt:
                kept.append(receipt)

    threads = [threading.Thread(target=report) for _ in range(WEB_THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def crash(server: runtime.Server) -> None:
    """kill -9 for the postmaster; its children end by themselves."""
    server.process.kill()
    server.process.wait()


def wait_for(kept: list[desk.Receipt], count: int, folder: Path) -> None:
    until(lambda: len(kept) >= count, BACK_SECONDS, lambda: servers.tail(folder, "web"))


def test_the_web_outlives_its_database_and_every_answered_report_is_kept(folder: Path) -> None:
    kept: list[desk.Receipt] = []
    with ExitStack() as stack:

        def start(log: str) -> runtime.Server:
            return stack.enter_context(postgres.serve(folder, durable=True, log=folder / log))

        server = start("first.log")
        variables = servers.environment(NO_BROKER, database=server.url, WEB_THREADS=str(WEB_THREADS))
        ward = int(run(SET_UP, variables))
        address = stack.enter_context(servers.web(variables, folder))
        with nurses(address, ward, kept):
            wait_for(kept, 20, folder)
            crash(server)
            server = start("second.log")
            wait_for(kept, len(kept) + 20, folder)
        crash(server)  # while nobody asks: every thread of the web still holds a dead connection
        start("third.log")
        kept += (quiet := [desk.report(Visitor(address), ward) for _ in range(3 * WEB_THREADS)])
        assert None not in quiet, servers.tail(folder, "web")
        found = dict(row.split("\t") for row in run(READ, variables).splitlines())
    told = {receipt.number: receipt.description for receipt in kept}
    assert {number: found.get(number) for number in told} == told
    assert sorted(int(number.rpartition("-")[2]) for number in found) == list(range(1, len(found) + 1))
