"""A part away: what the table of docs/operation.md promises and no other test shows."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from itsm.operation import seals, verification
from tests import factories, servers
from tests.parallel import until
from tests.visitor import Visitor

NO_BROKER = "redis+socket:///nowhere"
NO_DATABASE = "postgresql://itsm@%2Fnowhere/itsm"


@contextmanager
def web_without_database(folder: Path) -> Iterator[str]:
    """gunicorn as in production, started while the database does not answer."""
    variables = servers.environment(NO_BROKER, database=NO_DATABASE, STATE_DIR=str(folder), DESK_PHONE="8120")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        number, address = listener.fileno(), f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = [
            *servers.PYTHON,
            "gunicorn",
            "-c",
            "deploy/gunicorn.conf.py",
            "--bind",
            f"fd://{number}",
            "itsm.wsgi",
        ]
        with servers.running("web", command, variables, folder, pass_fds=[number]):
            until(lambda: lives(address), 40, lambda: servers.tail(folder, "web"))
            yield address


def lives(address: str) -> bool:
    try:
        return Visitor(address, 5).get("/health/live").status == 200
    except OSError:
        return False


def test_without_the_database_every_page_names_the_phone(tmp_path):
    with web_without_database(tmp_path) as address:
        visitor = Visitor(address)
        pages = [visitor.get(path) for path in ("/report/", "/track/aaaaaaaaaaaaaaaaaaaaaa/")]
        ready = visitor.get("/health/ready")
    assert [page.status for page in pages] == [503, 503]
    assert ["tel:8120" in page.text for page in pages] == [True, True]
    assert (ready.status, max(page.seconds for page in pages) < 2) == (503, True)


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_cannot_be_written_does_not_stop_the_check(hospital, settings, tmp_path, caplog):
    (tmp_path / "in-the-way").write_text("")
    settings.SEALS_FOLDER = tmp_path / "in-the-way" / "seals"
    assert verification.verify(by=None, at=factories.at("2026-09-24 18:00")).is_ok
    assert (seals.last(), "the seal could not be written" in caplog.text) == (None, True)
