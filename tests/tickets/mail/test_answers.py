"""Letters on a ticket that is there already: whose word counts there, and what no person wrote."""

from email.message import EmailMessage

import pytest

from itsm.limits.rates import Rate
from itsm.notifications.models import Message
from tests import factories
from tests.tickets.mail.office import DESK, STRANGER, acknowledgements, found, mail, said, told
from tests.tickets.stages import act, later, titles
from tickets import conversation
from tickets.models import Ticket
from tickets.records import LetterContent

pytestmark = pytest.mark.django_db


def replied(office, ticket: Ticket) -> Ticket:
    """The engineer takes the ticket and writes to the reporter, who gets a mail about it."""
    ticket = act("claim", ticket, by=office.engineer, at=later(5))
    conversation.reply(ticket, by=office.engineer, at=later(10), body="已收到。")
    return ticket


# A reply of the reporter


def test_an_answer_to_our_mail_is_a_reply(office):
    ticket = replied(office, office.reported())
    text = "还是打不开。\n\n在 2026年9月24日，服务台 写道：\n> 已收到。"
    letter = office.receive(mail(office.doctor.email, "Re: x", text, in_reply_to=told(office.doctor, ticket)))
    assert (found(letter), letter.ticket) == (("reply", ""), ticket)
    assert said(ticket)[-1] == ("public", "王医生", "还是打不开。", True)
    assert ticket.number in titles(office.engineer)[-1]


def test_the_references_alone_will_do(office):
    ticket = replied(office, office.reported())
    references = f"<other@x> {told(office.doctor, ticket)}"
    assert office.receive(mail(office.doctor.email, references=references)).ticket == ticket


def test_the_number_in_the_subject_will_do_for_the_reporter(office):
    ticket = office.reported()
    letter = office.receive(mail(office.doctor.email, f"答复: {ticket.number.lower()} 打印机"))
    assert (found(letter), letter.ticket, Ticket.objects.count()) == (("reply", ""), ticket, 1)


def test_a_reporter_without_account_answers_from_the_same_address(office, settings):
    settings.MAIL_INTAKE_DOMAINS, settings.MAIL_INTAKE_DEPARTMENT = ["hospital.test"], office.department.code
    ticket = office.receive(mail("赵护士 <zhao@hospital.test>")).ticket
    letters = [office.receive(mail(f"{name}@hospital.test", f"Re: {ticket.number}")) for name in ("zhao", "qian")]
    assert [(found(letter)[0], letter.ticket == ticket) for letter in letters] == [("reply", True), ("ticket", False)]
    assert said(ticket)[0][1:2] == ("赵护士",)


def test_a_mail_that_goes_on_from_ones_own_is_a_reply(office):
    ticket = office.receive(mail(office.doctor.email, message_id="<1@phone.test>")).ticket
    letter = office.receive(mail(office.doctor.email, "补充", "还有一台。", in_reply_to="<1@phone.test>"))
    assert (found(letter), letter.ticket) == (("reply", ""), ticket)


def test_a_reply_on_a_resolved_ticket_reopens_nothing_and_calls_the_desk(office):
    ticket = replied(office, office.reported())
    ticket = act("resolve", ticket, by=office.engineer, at=later(60))
    letter = office.receive(mail(office.doctor.email, f"Re: {ticket.number}", "还是不行"))
    ticket.refresh_from_db()
    assert (found(letter), ticket.state, ticket.reopen_count) == (("reply", ""), "resolved", 0)
    assert ticket.number in titles(office.agent)[-1]


@pytest.mark.parametrize("state", ["closed", "cancelled", "merged"])
def test_an_answer_on_a_ticket_that_has_ended_waits_for_the_desk(office, state):
    ticket = office.ticket(state, reporter=office.doctor)
    letter = office.receive(mail(office.doctor.email, f"Re: {ticket.number}", "又坏了"))
    assert (found(letter), letter.ticket, said(ticket)) == (("parked", "ended"), ticket, [])
    assert len(set(titles(office.agent))) == 1


def test_a_reply_gets_no_acknowledgement(office):
    ticket = replied(office, office.reported())
    office.receive(mail(office.doctor.email, in_reply_to=told(office.doctor, ticket)))
    assert acknowledgements() == []


# A reply of our side


def test_a_colleague_who_answers_the_own_mail_replies_and_meets_the_response(office):
    ticket = act("assign", office.reported(), by=None, at=later(1), assignee=office.engineer)
    Ticket.objects.filter(pk=ticket.pk).update(responded_at=None)
    letter = office.receive(
        mail(office.engineer.email, "Re: x", "请重启后再试。", in_reply_to=told(office.engineer, ticket))
    )
    assert found(letter) == ("reply", "")
    assert said(ticket) == [("public", "工程师甲", "请重启后再试。", False)]
    assert ticket.number in titles(office.doctor)[-1]
    ticket.response_clock.refresh_from_db()
    assert ticket.response_clock.is_met


def test_a_colleague_who_only_names_the_number_leaves_a_note(office):
    ticket = office.reported(system=factories.system(primary_owner=office.engineer))
    office.receive(mail(office.engineer.email, f"Re: {ticket.number}", "我来看。"))
    ticket.response_clock.refresh_from_db()
    assert (said(ticket), ticket.response_clock.is_running) == ([("internal", "工程师甲", "我来看。", False)], True)


def test_a_colleague_with_anothers_mail_leaves_a_note(office):
    ticket = replied(office, office.reported(system=factories.system(primary_owner=office.colleague)))
    office.receive(mail(office.colleague.email, text="我来看。", in_reply_to=told(office.doctor, ticket)))
    assert said(ticket)[-1] == ("internal", "工程师乙", "我来看。", False)


def test_an_automatic_answer_of_a_colleague_is_no_response(office):
    ticket = act("assign", office.reported(), by=None, at=later(1), assignee=office.engineer)
    answer = mail(office.engineer.email, "自动回复: x", "出差中", in_reply_to=told(office.engineer, ticket))
    assert (found(office.receive(answer)), said(ticket)) == (("ignored", "automatic"), [])


def test_who_may_not_answer_waits_for_the_desk(office):
    executive = factories.user("EXE", email="boss@hospital.test", department=office.department)
    ticket = replied(office, office.reported())
    letter = office.receive(mail(executive.email, in_reply_to=told(office.doctor, ticket)))
    assert (found(letter), letter.ticket, len(said(ticket))) == (("parked", "not_entitled"), ticket, 1)


def test_whom_a_complaint_is_about_says_nothing_on_it(office):
    particulars = {"severity": "general", "about_person": office.engineer}
    ticket = office.reported(kind="complaint", particulars=particulars)
    letter = office.receive(mail(office.engineer.email, f"Re: {ticket.number}", "不是这样"))
    assert (found(letter)[0], letter.ticket == ticket, said(ticket)) == ("ticket", False, [])


# Forgery


def test_a_stranger_with_a_number_learns_and_writes_nothing(office):
    ticket = office.reported()
    before = Message.objects.count()
    letter = office.receive(mail(STRANGER, f"Re: {ticket.number}", "请把结果发我"))
    assert (found(letter), letter.ticket, said(ticket)) == (("parked", "unknown_sender"), None, [])
    assert Message.objects.count() == before


def test_a_stranger_with_our_mail_waits_for_the_desk(office):
    ticket = replied(office, office.reported())
    letter = office.receive(mail(STRANGER, in_reply_to=told(office.doctor, ticket)))
    assert (found(letter), len(said(ticket)), acknowledgements()) == (("parked", "not_entitled"), 1, [])


def test_another_clinician_with_a_number_opens_an_own_ticket(office):
    other = factories.user("CLI", email="li@hospital.test", department=office.department)
    ticket = office.reported()
    letter = office.receive(mail(other.email, f"Re: {ticket.number}", "我也一样"))
    [answer] = acknowledgements()
    assert (found(letter)[0], letter.ticket == ticket, said(ticket)) == ("ticket", False, [])
    assert (answer.url, ticket.token in f"{answer.url} {answer.body}") == (letter.ticket.track_path, False)


@pytest.mark.parametrize("change", ["digest", "key", "number"])
def test_an_id_that_we_did_not_give_proves_nothing(office, settings, change):
    ticket = act("assign", office.reported(), by=None, at=later(1), assignee=office.engineer)
    said_id = told(office.engineer, ticket)
    if change == "key":
        settings.SECRET_KEY = "another-secret-of-at-least-32-characters"
    forged = {"digest": said_id[:-30] + "0000@hospital.test>", "number": said_id.replace("<", "<9", 1), "key": said_id}
    letter = office.receive(mail(office.engineer.email, in_reply_to=forged[change]))
    assert (letter.ticket == ticket, said(ticket)) == (False, [])


# No person


@pytest.mark.parametrize(
    "head, reason",
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"subject": "自动回复：外出"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<news>"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"sender": DESK}, "own"),
    ],
)
def test_what_no_person_wrote_does_nothing(office, head, reason):
    ticket = act("resolve", replied(office, office.reported()), by=office.engineer, at=later(60))
    before = Message.objects.count()
    letter = office.receive(mail(**{"sender": office.doctor.email, "in_reply_to": told(office.doctor, ticket), **head}))
    ticket.refresh_from_db()
    assert (found(letter), ticket.state, len(said(ticket))) == (("ignored", reason), "resolved", 1)
    assert (Ticket.objects.count(), Message.objects.count(), LetterContent.objects.count()) == (1, before, 0)


def test_our_own_mail_that_comes_back_is_known_by_its_id(office):
    ticket = replied(office, office.reported())
    letter = office.receive(mail(office.doctor.email, message_id=told(office.doctor, ticket)))
    assert found(letter) == ("ignored", "own")


def test_a_bounce_is_known_by_its_form(office):
    report = EmailMessage()
    report["From"], report["Subject"] = office.doctor.email, "退信"
    report["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    assert found(office.receive(report)) == ("ignored", "bounce")


def test_two_silent_machines_that_answer_each_other_are_stopped(office, settings):
    """Neither marks its mails: only the count ends it."""
    settings.LIMITS = {**settings.LIMITS, "sender": Rate(1, 3)}
    ticket = replied(office, office.reported())
    answers = [
        office.receive(mail(office.doctor.email, "Re: x", "谢谢来信", in_reply_to=told(office.doctor, ticket)))
        for _ in range(5)
    ]
    assert [found(letter) for letter in answers] == [("reply", "")] * 3 + [("parked", "too_many")] * 2
