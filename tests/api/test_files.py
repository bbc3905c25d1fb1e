"""Files of tickets over the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from itsm.accounts.models import User
from itsm.audit.models import Event
from tests import factories
from tests.api.conftest import signed_in
from tests.tickets.stages import START
from tickets import attaching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(media: object) -> None:
    """Files of these tests go to a folder of their own."""


def text(name: str = "日志.txt", words: str = "黑屏") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode())


def test_files_are_sent_listed_and_fetched(as_agent, desk):
    url = f"/api/v1/tickets/{desk.ticket().number}/files/"
    sent = as_agent.post(url, {"files": [text(), text("程序.exe", "MZ")]})
    assert (sent.status_code, len(sent.json()["added"]), len(sent.json()["refused"])) == (201, 1, 1)
    (row,) = as_agent.get(url).json()
    assert (row["name"], row["size"], len(row["sha256"])) == ("日志.txt", 6, 64)
    answer = as_agent.get(f"{url}{row['id']}/")
    assert (b"".join(answer).decode(), answer["Content-Disposition"].partition(";")[0]) == ("黑屏", "attachment")
    assert Event.objects.filter(verb="tickets.download", actor=desk.agent).count() == 1


def test_a_request_without_a_file_is_refused(as_agent, desk):
    answer = as_agent.post(f"/api/v1/tickets/{desk.ticket().number}/files/", {"files": []})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["files"])


def test_a_file_of_another_ticket_is_not_found(as_agent, desk):
    own, other = desk.ticket(), desk.ticket()
    attachment = factories.attachment(other)
    urls = [f"/api/v1/tickets/{ticket.number}/files/{attachment.file.uuid}/" for ticket in (own, other)]
    own_way, other_way = (as_agent.get(url) for url in urls)
    assert (own_way.status_code, other_way.status_code, len(b"".join(other_way))) == (404, 200, attachment.file.size)


def test_a_withdrawn_file_is_gone(as_agent, desk):
    ticket = desk.ticket()
    attachment = factories.attachment(ticket)
    attaching.withdraw(ticket, by=desk.agent, at=START, attachment=attachment, reason="传错了")
    url = f"/api/v1/tickets/{ticket.number}/files/"
    assert as_agent.get(f"{url}{attachment.file.uuid}/").status_code == 404


def test_people_are_the_register_for_its_keepers_and_oneself_for_others(desk):
    keeper = factories.user("SYS")
    seen = {who: [row["id"] for row in signed_in(who).get("/api/v1/people/").json()["results"]]
            for who in (keeper, desk.clinician)}  # fmt: skip
    assert (len(seen[keeper]), seen[desk.clinician]) == (User.objects.count(), [desk.clinician.pk])


def test_handlers_are_the_choices_of_assigning(as_agent, desk):
    rows = as_agent.get("/api/v1/handlers/").json()
    assert {row["id"] for row in rows} == {person.pk for person in User.objects.all() if person.may("tickets.claim")}
    assert signed_in(desk.clinician).get("/api/v1/handlers/").status_code == 403
