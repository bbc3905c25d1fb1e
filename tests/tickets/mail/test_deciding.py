"""What the desk decides about a letter that waits, and the pages on which it does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.audit.models import Event
from itsm.errors import NotAllowed, TransitionRefused
from tests import factories
from tests.documents import makers
from tests.tickets.mail.office import NOW, STRANGER, acknowledgements, found, mail, said
from tests.tickets.stages import later
from tickets.mail import deciding, intake
from tickets.models import Ticket
from tickets.records import Letter, LetterContent, Link

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(office) -> Letter:
    """A stranger's mail with a picture, which waits."""
    message = mail(f"赵护士 <{STRANGER}>", "打印机坏了", "三楼。")
    message.add_attachment(makers.picture(), "image", "png", filename="截图.png")
    return office.receive(message)


def columns(office, **more):
    said = {"reporter_name": "赵护士", "reporter_phone": "2655", "department": office.department}
    return {**said, "system": None, "impact": 2, "urgency": 1, "kind": "incident", **more}


def verbs(letter: Letter) -> list[tuple[str, str]]:
    rows = Event.objects.filter(object_type="tickets.letter", object_id=letter.pk).order_by("pk")
    return list(rows.values_list("verb", "actor_name"))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Verbs


def test_open_by_hand_makes_a_ticket_with_words_files_and_acknowledgement(office, letter):
    ticket = deciding.open_by_hand(letter, by=office.agent, at=later(130), columns=columns(office))
    letter.refresh_from_db()
    assert (ticket.title, ticket.description, ticket.source, ticket.reporter) == ("打印机坏了", "三楼。", "email", None)
    assert (ticket.reported_at, ticket.attachments.get().file.name) == (NOW, "截图.png")
    assert (found(letter), letter.ticket, letter.settled_by) == (("ticket", ""), ticket, office.agent)
    assert [answer.mail_address for answer in acknowledgements()] == [STRANGER]
    assert (verbs(letter), LetterContent.objects.count()) == ([("tickets.open_letter", "调度")], 0)


def test_open_by_hand_tells_nobody_who_is_not_to_be_told(office, letter):
    deciding.open_by_hand(letter, by=office.agent, at=NOW, columns=columns(office), answered=False)
    assert acknowledgements() == []


def test_open_by_hand_makes_the_sender_the_reporter(office, letter):
    ticket = deciding.open_by_hand(letter, by=office.agent, at=NOW, columns=columns(office))
    office.receive(mail(STRANGER, f"Re: {ticket.number}", "还有一台。"))
    assert said(ticket) == [("public", "赵护士", "还有一台。", True)]


def test_open_by_hand_of_an_answer_on_an_ended_ticket_stands_beside_it(office):
    ended = office.ticket("closed", reporter=office.doctor)
    letter = office.receive(mail(office.doctor.email, f"Re: {ended.number}", "又坏了"))
    ticket = deciding.open_by_hand(letter, by=office.agent, at=NOW, columns=columns(office))
    link = Link.objects.get()
    assert (ticket.reporter, {link.source_id, link.target_id}) == (office.doctor, {ticket.pk, ended.pk})


def test_open_by_hand_of_a_mail_that_nobody_can_read_says_so(office):
    letter = office.receive(
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 400
    )
    for minutes in (1, 3):
        intake.settle_waiting(at=NOW + timedelta(minutes=minutes))
    letter.refresh_from_db()
    ticket = deciding.open_by_hand(letter, by=office.agent, at=later(130), columns=columns(office))
    assert (found(letter)[1], ticket.description) == ("failed", "（这封邮件无法读取，原信在信箱中。）")


def test_file_on_puts_words_and_files_on_a_ticket_as_a_note(office, letter):
    ticket = office.reported()
    deciding.file_on(letter, by=office.agent, at=NOW, ticket=ticket)
    letter.refresh_from_db()
    assert (found(letter), letter.ticket) == (("reply", ""), ticket)
    assert said(ticket) == [("internal", "调度", f"赵护士 <{STRANGER}> 来信：\n\n三楼。", False)]
    assert (ticket.attachments.get().audience, verbs(letter)) == ("internal", [("tickets.file_letter", "调度")])


def test_retry_reads_the_letter_again(office, letter, settings):
    settings.MAIL_INTAKE_DOMAINS, settings.MAIL_INTAKE_DEPARTMENT = ["elsewhere.test"], office.department.code
    deciding.retry(letter, by=office.agent, at=NOW)
    intake.settle_waiting(at=NOW)
    letter.refresh_from_db()
    assert (found(letter), letter.attempts, verbs(letter)) == (("ticket", ""), 1, [("tickets.retry_letter", "调度")])


def test_dismiss_leaves_nothing_but_the_row(office, letter):
    deciding.dismiss(letter, by=office.agent, at=NOW)
    letter.refresh_from_db()
    assert (found(letter), letter.settled_by, LetterContent.objects.count()) == (
        ("ignored", "dismissed"),
        office.agent,
        0,
    )
    assert verbs(letter) == [("tickets.dismiss_letter", "调度")]


@pytest.mark.parametrize("act", [deciding.retry, deciding.dismiss])
def test_a_letter_that_is_settled_is_not_decided_again(office, letter, act):
    deciding.dismiss(letter, by=office.agent, at=NOW)
    with pytest.raises(TransitionRefused):
        act(letter, by=office.agent, at=NOW)


@pytest.mark.parametrize("act", [deciding.retry, deciding.dismiss])
def test_only_the_desk_decides(office, letter, act):
    with pytest.raises(NotAllowed):
        act(letter, by=office.engineer, at=NOW)


def test_what_nobody_decides_on_is_left_aside_in_time(office, letter, settings):
    settings.MAIL_INTAKE_DAYS = 30
    counts = [intake.expire(at=NOW + timedelta(days=days)) for days in (29, 31, 31)]
    letter.refresh_from_db()
    assert (counts, found(letter), LetterContent.objects.count()) == ([0, 1, 0], ("ignored", "expired"), 0)


# Pages


def test_the_list_shows_what_waits_and_the_other_tab_all(office, letter):
    settled = office.receive(mail(office.doctor.email, "另一封"))
    client = signed_in(office.agent)
    waiting, everything = (client.get("/letters/", {"tab": tab}).content.decode() for tab in ("parked", "all"))
    assert [str(f"/letters/{one.pk}/" in page) for page in (waiting, everything) for one in (letter, settled)] == [
        "True", "False", "True", "True",
    ]  # fmt: skip
    assert settled.ticket.number in everything


def test_the_list_asks_as_much_for_many_letters_as_for_one(office, letter):
    client = signed_in(office.agent)
    client.get("/letters/")
    with CaptureQueriesContext(connection) as one:
        client.get("/letters/?tab=all")
    for _ in range(3):
        office.receive(mail(office.doctor.email))
    with CaptureQueriesContext(connection) as many:
        client.get("/letters/?tab=all")
    assert len(many) == len(one)


def test_the_list_is_paged(office):
    for _ in range(27):
        office.receive(mail(STRANGER))
    client = signed_in(office.agent)
    first = client.get("/letters/")
    second = client.get("/letters/" + first.context["pager"].older_url.removeprefix("/letters/"))
    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 2)


def test_the_page_masks_patients_and_never_renders_the_mail(office):
    message = mail(STRANGER, "住院号00821547", text="")
    message.set_content(
        "<p>住院号00821547 &lt;script&gt;alert(1)&lt;/script&gt;<img src=x onerror=alert(1)></p>", subtype="html"
    )
    page = signed_in(office.agent).get(f"/letters/{office.receive(message).pk}/").content.decode()
    assert ("00821547" in page, "<script>alert" in page, "onerror" in page) == (False, False, False)
    assert "&lt;script&gt;alert(1)" in page


def test_the_form_opens_the_ticket(office, letter):
    words = {"reporter_name": "赵护士", "department": office.department.pk, "impact": 3, "urgency": 2}
    answer = signed_in(office.agent).post(f"/letters/{letter.pk}/open/", words)
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"], ticket.kind) == (302, ticket.get_absolute_url(), "incident")
    assert acknowledgements() == []  # the box was not ticked


def test_a_wrong_form_comes_back_with_what_was_typed(office, letter):
    answer = signed_in(office.agent).post(f"/letters/{letter.pk}/open/", {"reporter_name": "赵护士长"})
    assert (answer.status_code, "赵护士长" in answer.content.decode(), Ticket.objects.count()) == (422, True, 0)


def test_the_number_of_a_ticket_that_is_not_there_comes_back(office, letter):
    answer = signed_in(office.agent).post(f"/letters/{letter.pk}/file/", {"ticket": "GD19990101-0001"})
    assert (answer.status_code, found(Letter.objects.get())) == (422, ("parked", "unknown_sender"))


def test_a_known_persons_details_are_filled_in(office):
    ended = office.ticket("closed", reporter=office.doctor)
    letter = office.receive(mail(office.doctor.email, f"Re: {ended.number}"))
    form = signed_in(office.agent).get(f"/letters/{letter.pk}/").context["open_form"]
    assert (form["reporter_name"].value(), form["department"].value()) == ("王医生", office.department.pk)


def test_a_letter_on_a_ticket_that_one_may_not_see_is_hidden(office):
    complaint = {"kind": "complaint", "particulars": {"severity": "general", "about_person": office.agent}}
    ticket = office.reported(**complaint)
    letter = office.receive(mail(office.doctor.email, f"Re: {ticket.number}", "补充"))
    assert letter.ticket == ticket
    pages = [signed_in(person).get(f"/letters/{letter.pk}/").status_code for person in (office.agent, office.manager)]
    assert pages == [404, 200]


def test_retry_and_dismiss_by_the_buttons(office, letter):
    client = signed_in(office.agent)
    client.post(f"/letters/{letter.pk}/retry/")
    intake.settle_waiting(at=timezone.now())
    letter.refresh_from_db()
    again = found(letter)
    client.post(f"/letters/{letter.pk}/dismiss/")
    letter.refresh_from_db()
    assert (again, found(letter)) == (("parked", "unknown_sender"), ("ignored", "dismissed"))


def test_a_department_out_of_use_is_no_choice(office, letter):
    gone = factories.department(is_active=False)
    words = {"reporter_name": "赵护士", "department": gone.pk, "impact": 3, "urgency": 2}
    assert signed_in(office.agent).post(f"/letters/{letter.pk}/open/", words).status_code == 422
