"""Reading a real mailbox: each mail once, whatever dies in between, and none waits for another."""

import socket
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from itsm import environment
from tests import servers
from tests.parallel import split, together, until
from tests.tickets.mail import stalling
from tests.tickets.mail.imap_server import PASSWORD, USER
from tests.tickets.mail.office import NOW, STRANGER, found, mail
from tickets import tasks
from tickets.mail import intake, reading
from tickets.models import Ticket
from tickets.records import Letter, LetterContent, Mailbox

pytestmark = pytest.mark.django_db


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_mail_becomes_a_ticket_and_is_moved_away(office, post):
    post.deliver(mail(office.doctor.email).as_bytes(), at=NOW - timedelta(minutes=5))
    assert (reading.read(at=NOW), intake.settle_waiting(at=NOW)) == (1, 1)
    ticket, letter = Ticket.objects.get(), Letter.objects.get()
    assert (ticket.title, ticket.reporter, ticket.source) == ("打印机坏了", office.doctor, "email")
    assert (ticket.reported_at, found(letter), letter.ticket) == (NOW - timedelta(minutes=5), ("ticket", ""), ticket)
    assert (post.waiting(), post.put_away(), LetterContent.objects.count()) == (0, 1, 0)


def test_many_mails_are_read_in_their_order(office, post):
    post.deliver(*(mail(office.doctor.email, f"故障{n}").as_bytes() for n in range(5)), at=NOW)
    reading.read(at=NOW)
    intake.settle_waiting(at=NOW)
    assert list(Ticket.objects.order_by("number").values_list("title", flat=True)) == [f"故障{n}" for n in range(5)]
    assert (post.waiting(), post.put_away()) == (0, 5)


def test_no_more_mails_are_read_than_asked(office, post):
    post.deliver(*(mail().as_bytes() for _ in range(3)), at=NOW)
    assert [reading.read(at=NOW, most=2), post.waiting(), reading.read(at=NOW, most=2), post.waiting()] == [2, 1, 1, 0]


def test_the_same_mail_delivered_twice_is_taken_once(office, post):
    one = mail(office.doctor.email).as_bytes()
    post.deliver(one, b"X-Trace: another way\r\n" + one, at=NOW)
    assert (reading.read(at=NOW), Letter.objects.count(), post.put_away()) == (1, 1, 2)


def test_mails_without_an_id_are_told_apart_by_their_words(office, post):
    mails = [mail(office.doctor.email, subject, message_id="").as_bytes() for subject in ("一", "二", "一")]
    post.deliver(*mails, at=NOW)
    assert (reading.read(at=NOW), post.put_away()) == (2, 3)


def test_a_mailbox_made_anew_brings_nothing_twice(office, post, settings):
    message = mail(office.doctor.email).as_bytes()
    post.deliver(message, at=NOW)
    reading.read(at=NOW)
    settings.MAIL_INTAKE_FOLDER, settings.MAIL_INTAKE_DONE_FOLDER = f"{post.folder}-new", f"{post.folder}-new-done"
    with post.opened() as mailbox:
        mailbox.folder.create(settings.MAIL_INTAKE_FOLDER)
        mailbox.append(message, settings.MAIL_INTAKE_FOLDER)
    assert (reading.read(at=NOW), Letter.objects.count()) == (0, 1)


def test_a_mail_that_is_too_large_is_only_announced(office, post, settings):
    settings.MAIL_INTAKE_MEGABYTES = 1
    post.deliver(
        mail(office.doctor.email, text="x" * 2_000_000).as_bytes(), mail(office.doctor.email).as_bytes(), at=NOW
    )
    reading.read(at=NOW)
    intake.settle_waiting(at=NOW)
    large, other = Letter.objects.order_by("id")
    assert (found(large), large.size > 2_000_000, len(large.content.raw) < 2000) == (("parked", "too_big"), True, True)
    assert (found(other), post.waiting()) == (("ticket", ""), 0)


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"\x00\xff" * 50, b"From: a@b.test\x00\r\nSubject: \xff\x00\r\n\r\n\x00"]
)
def test_what_is_hardly_a_mail_keeps_no_other_waiting(office, post, content):
    post.deliver(content or b"\n", mail(office.doctor.email).as_bytes(), at=NOW)
    reading.read(at=NOW)
    intake.settle_waiting(at=NOW)
    strange, other = Letter.objects.order_by("id")
    assert (strange.state, strange.reason in ("unclear_sender", "unknown_sender"), found(other)) == (
        "parked", True, ("ticket", ""),
    )  # fmt: skip


# Nothing configured, half configured


def test_without_a_mailbox_nothing_is_done(office, settings):
    settings.MAIL_INTAKE_HOST = ""
    assert (tasks.read_mail(), Mailbox.objects.count()) == (0, 0)
    with pytest.raises(CommandError, match="No mailbox is configured"):
        call_command("read_mail")


@pytest.mark.parametrize("missing", ["HOST", "USER", "PASSWORD", "ADDRESS"])
def test_half_a_mailbox_refuses_to_start(monkeypatch, missing):
    names = [f"MAIL_INTAKE_{part}" for part in ("HOST", "USER", "PASSWORD", "ADDRESS")]
    for name in names:
        monkeypatch.setenv(name, "" if name.endswith(missing) else "a@b.test")
    with pytest.raises(ImproperlyConfigured, match=f"MAIL_INTAKE_{missing} must be set too"):
        environment.check_together(*names)


def test_an_address_without_its_sign_refuses_to_start(monkeypatch):
    monkeypatch.setenv("MAIL_INTAKE_ADDRESS", "desk")
    with pytest.raises(ImproperlyConfigured, match="must be an e-mail address"):
        environment.check_together("MAIL_INTAKE_ADDRESS")


def test_the_folder_of_done_mails_must_be_another(monkeypatch):
    monkeypatch.setenv("MAIL_INTAKE_DONE_FOLDER", "INBOX")
    with pytest.raises(ImproperlyConfigured, match="something other than 'INBOX'"):
        environment.other("MAIL_INTAKE_DONE_FOLDER", "Taken", than="INBOX")


def test_an_unknown_kind_of_tls_refuses_to_start(monkeypatch):
    monkeypatch.setenv("MAIL_INTAKE_TLS", "yes")
    with pytest.raises(ImproperlyConfigured, match="must be one of ssl, starttls, off"):
        environment.choice("MAIL_INTAKE_TLS", "ssl", ("ssl", "starttls", "off"))


# The server is away


def test_a_server_that_is_away_is_asked_again_less_and_less_often(office, post, settings):
    settings.MAIL_INTAKE_PORT = closed_port()
    waits, at = [], NOW
    for _ in range(7):
        reading.read(at=at)
        box = Mailbox.objects.get()
        waits.append(int((box.next_try_at - at).total_seconds() // 60))
        at = box.next_try_at
    assert (waits, box.failures, "refused" in box.error) == ([1, 2, 4, 8, 16, 30, 30], 7, True)


def test_a_server_that_is_away_is_left_alone_until_its_time(office, post, settings):
    port, settings.MAIL_INTAKE_PORT = settings.MAIL_INTAKE_PORT, closed_port()
    post.deliver(mail(office.doctor.email).as_bytes(), at=NOW)
    reading.read(at=NOW)
    settings.MAIL_INTAKE_PORT = port
    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)
    assert [reading.read(at=soon), reading.read(at=later)] == [0, 1]
    box = Mailbox.objects.get()
    assert (box.read_at, box.failures, box.next_try_at, box.error) == (later, 0, None, "")


def test_a_wrong_password_is_noted_without_its_words(office, post, settings):
    settings.MAIL_INTAKE_PASSWORD = "not-the-password"
    reading.read(at=NOW)
    box = Mailbox.objects.get()
    assert (box.read_at, box.failures, "not-the-password" in box.error) == (None, 1, False)


def test_a_server_without_trusted_tls_is_refused(office, post, settings):
    settings.MAIL_INTAKE_TLS = "ssl"
    post.deliver(mail().as_bytes(), at=NOW)
    assert (reading.read(at=NOW), Mailbox.objects.get().failures, post.waiting()) == (0, 1, 1)


def test_read_mail_asks_at_once_and_says_what_came_of_it(office, post, settings):
    port, settings.MAIL_INTAKE_PORT = settings.MAIL_INTAKE_PORT, closed_port()
    with pytest.raises(CommandError, match=r"could not be read: .*refused"):
        call_command("read_mail")
    settings.MAIL_INTAKE_PORT = port
    post.deliver(mail(STRANGER).as_bytes(), at=timezone.now())
    out = StringIO()
    call_command("read_mail", stdout=out)
    assert out.getvalue() == "1 mails were taken in, 1 letters settled.\n"


# Several at once, and workers that die


@pytest.mark.django_db(transaction=True)
def test_several_runs_at_once_take_each_mail_once(office, post):
    post.deliver(*(mail(office.doctor.email, f"故障{n}").as_bytes() for n in range(6)), at=NOW)

    def run() -> None:
        reading.read(at=NOW)
        intake.settle_waiting(at=NOW)

    _done, failures = split(together([run] * 4))
    assert (failures, Ticket.objects.count(), Letter.objects.count()) == ([], 6, 6)
    assert (post.waiting(), post.put_away()) == (0, 6)


@pytest.mark.django_db(transaction=True)
def test_several_workers_settle_a_letter_once(office, post):
    post.deliver(mail(office.doctor.email).as_bytes(), at=NOW)
    reading.read(at=NOW)
    letter = Letter.objects.get()
    _done, failures = split(together([lambda: intake.settle(letter, at=NOW)] * 6))
    letter.refresh_from_db()
    assert (failures, Ticket.objects.count(), letter.attempts) == ([], 1, 1)


def _reader(settings: Any, port: int) -> dict[str, str]:
    return servers.environment(
        "redis://localhost",
        MAIL_INTAKE_HOST="127.0.0.1",
        MAIL_INTAKE_PORT=str(port),
        MAIL_INTAKE_TLS="off",
        MAIL_INTAKE_USER=USER,
        MAIL_INTAKE_PASSWORD=PASSWORD,
        MAIL_INTAKE_ADDRESS="servicedesk@hospital.test",
        MAIL_INTAKE_FOLDER=settings.MAIL_INTAKE_FOLDER,
        MAIL_INTAKE_DONE_FOLDER=settings.MAIL_INTAKE_DONE_FOLDER,
        STATE_DIR=str(settings.MEDIA_ROOT),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("word, taken", [(b"FETCH", 0), (b"UID MOVE", 1)])
def test_a_reader_that_is_killed_loses_nothing_and_takes_nothing_twice(
    office, post, settings, tmp_path: Path, word, taken
):
    post.deliver(mail(office.doctor.email).as_bytes(), at=timezone.now())
    with (
        stalling.at(post.port, word) as line,
        servers.manage(_reader(settings, line.port), tmp_path, "read_mail") as reader,
    ):
        until(line.reached.is_set, 60, lambda: servers.tail(tmp_path, "manage"))
        servers.kill(reader)
    assert (Letter.objects.count(), post.waiting(), post.put_away()) == (taken, 1, 0)
    now = timezone.now()
    assert reading.read(at=now) == 1 - taken
    intake.settle_waiting(at=now)
    assert (Ticket.objects.count(), Letter.objects.count(), post.waiting(), post.put_away()) == (1, 1, 0, 1)
