"""Reading a real mailbox: each mail once, whatever dies in between, and none waits for another."""

from datetime import timedelta

import pytest

from tests.tickets.mail.office import NOW, found, mail
from tickets.mail import intake, reading
from tickets.models import Ticket
from tickets.records import Letter, LetterContent

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_ticket_and_is_moved_away(office, post):
    post.deliver(mail(office.doctor.email).as_bytes(), at=NOW - timedelta(minutes=5))
    assert (reading.read(at=NOW), intake.settle_waiting(at=NOW)) == (1, 1)
    ticket, letter = Ticket.objects.get(), Letter.objects.get()
    assert (ticket.title, ticket.reporter, ticket.source) == ("打印机坏了", office.doctor, "email")
    assert (ticket.reported_at, found(letter), letter.ticket) == (NOW - timedelta(minutes=5), ("ticket", ""), ticket)
    assert (post.waiting(), post.put_away(), LetterContent.objects.count()) == (0, 1, 0)
