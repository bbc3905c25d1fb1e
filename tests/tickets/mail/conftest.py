"""The cast of the mail tests: a mailbox on a real server, and people with addresses."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.tickets.mail import imap_server
from tests.tickets.mail.imap_server import PASSWORD, USER, Post
from tests.tickets.mail.office import DESK, Office

_folders = count(1)


@pytest.fixture(scope="session")
def imap_port(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[int]:
    """The port of an IMAP server that lives as long as the tests."""
    with imap_server.running(tmp_path_factory.mktemp("imap")) as port:
        yield port


@pytest.fixture
def _configured(settings: Any) -> None:
    """Mail goes out, and comes in from people of the hospital's domain."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.test", f"服务台 <{DESK}>"
    settings.PUBLIC_URL = "https://desk.hospital.test"
    settings.MAIL_INTAKE_ADDRESS, settings.MAIL_INTAKE_DOMAINS = DESK, []
    settings.MAIL_INTAKE_DEPARTMENT = ""


@pytest.fixture
def post(settings: Any, imap_port: int) -> Post:
    """An empty mailbox, and the product configured to read it."""
    folder = f"box{next(_folders)}"
    post = Post(imap_port, folder)
    with post.opened() as mailbox:
        mailbox.folder.create(folder)
    settings.MAIL_INTAKE_HOST, settings.MAIL_INTAKE_PORT, settings.MAIL_INTAKE_TLS = "127.0.0.1", imap_port, "off"
    settings.MAIL_INTAKE_USER, settings.MAIL_INTAKE_PASSWORD = USER, PASSWORD
    settings.MAIL_INTAKE_FOLDER, settings.MAIL_INTAKE_DONE_FOLDER = folder, post.done
    return post


@pytest.fixture
def office(hospital: object, media: object, _configured: None) -> Office:
    """A desk whose people have addresses."""
    return Office()
