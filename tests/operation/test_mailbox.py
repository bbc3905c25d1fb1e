"""What the health page says of the mailbox."""

from datetime import timedelta

import pytest

from itsm.operation import findings
from tests import factories
from tickets.mail import reading
from tickets.records import Mailbox

pytestmark = pytest.mark.django_db

AT = factories.at("2026-09-24 18:00")


def test_without_a_mailbox_nothing_is_said_of_it():
    assert findings.mailbox(AT) == []


@pytest.mark.parametrize(
    "box, state",
    [
        (None, "warn"),
        ({"read_at": None, "error": "refused", "failures": 3}, "warn"),
        ({"read_at": AT - timedelta(minutes=1)}, "ok"),
        ({"read_at": AT - timedelta(minutes=1), "error": "one mail could not be fetched"}, "warn"),
        ({"read_at": AT - timedelta(minutes=11)}, "warn"),
        ({"read_at": AT - timedelta(hours=3), "error": "refused", "failures": 9}, "bad"),
    ],
)
def test_mailbox_says_when_it_was_read_and_why_not(settings, box, state):
    settings.MAIL_INTAKE_HOST, settings.MAIL_INTAKE_USER = "imap.test", "desk"
    if box is not None:
        Mailbox.objects.create(name=reading.name(), **box)
    [finding] = findings.mailbox(AT)
    assert (finding.key, finding.state, (box or {}).get("error", "") in finding.sentence) == ("mailbox", state, True)
