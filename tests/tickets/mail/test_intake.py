"""A letter that opens a ticket, one that waits for the desk, and one that is poison."""

from datetime import timedelta

import pytest

from documents.models import StoredFile
from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.limits.rates import Rate
from itsm.notifications.models import Message
from tests import factories
from tests.documents import makers
from tests.tickets.mail.office import NOW, STRANGER, acknowledgements, found, mail, said
from tests.tickets.stages import START
from tickets.mail import intake
from tickets.models import Ticket
from tickets.records import Letter, LetterContent

pytestmark = pytest.mark.django_db


# A new ticket


def test_a_known_person_opens_a_ticket(office):
    letter = office.receive(
        mail(office.doctor.email, "医保读卡失败！急", "三楼收费处。"), received_at=NOW - timedelta(minutes=3)
    )
    ticket = letter.ticket
    assert found(letter) == ("ticket", "")
    assert (ticket.reporter, ticket.reporter_name, ticket.reporter_phone) == (office.doctor, "王医生", "2316")
    assert (ticket.department, ticket.kind, ticket.source, ticket.state) == (
        office.department,
        "incident",
        "email",
        "new",
    )
    assert (ticket.impact, ticket.urgency, ticket.title, ticket.description) == (
        3,
        2,
        "医保读卡失败",
        "医保读卡失败！急\n\n三楼收费处。",
    )
    assert (ticket.reported_at, ticket.opened_at) == (NOW - timedelta(minutes=3), NOW)


def test_the_act_is_not_the_accounts_own(office):
    ticket = office.receive(mail(office.doctor.email)).ticket
    event = Event.objects.about(ticket).get()
    assert (event.verb, event.actor_id, event.actor_name) == ("tickets.open", None, "王医生")


def test_the_address_is_compared_without_case(office):
    assert office.receive(mail("WANG@Hospital.Test")).ticket.reporter == office.doctor


@pytest.mark.parametrize("changes", [{"is_active": False}, {"left_on": START.date()}])
def test_who_has_left_is_a_stranger(office, changes):
    User.objects.filter(pk=office.doctor.pk).update(**changes)
    assert found(office.receive(mail(office.doctor.email), at=NOW + timedelta(days=1))) == ("parked", "unknown_sender")


def test_a_stranger_waits_for_the_desk_and_hears_nothing(office):
    letter = office.receive(mail(STRANGER))
    assert (found(letter), Ticket.objects.count(), Message.objects.count()) == (("parked", "unknown_sender"), 0, 0)
    assert LetterContent.objects.filter(letter=letter).exists()


def test_a_stranger_of_a_listed_domain_opens_a_ticket(office, settings):
    settings.MAIL_INTAKE_DOMAINS, settings.MAIL_INTAKE_DEPARTMENT = ["Hospital.test"], office.department.code
    ticket = office.receive(mail("赵护士 <zhao@hospital.test>")).ticket
    assert (ticket.reporter, ticket.reporter_name, ticket.department) == (None, "赵护士", office.department)


@pytest.mark.parametrize("address", ["x@evil-hospital.test", "x@hospital.test.evil.test", "hospital.test@evil.test"])
def test_a_domain_that_only_looks_listed_is_a_strangers(office, settings, address):
    settings.MAIL_INTAKE_DOMAINS = ["hospital.test"]
    assert found(office.receive(mail(address))) == ("parked", "unknown_sender")


def test_who_has_no_department_waits_for_the_desk(office, settings):
    User.objects.filter(pk=office.doctor.pk).update(department=None)
    assert found(office.receive(mail(office.doctor.email))) == ("parked", "no_department")
    settings.MAIL_INTAKE_DEPARTMENT = office.department.code
    assert found(office.receive(mail(office.doctor.email))) == ("ticket", "")


def test_an_address_of_two_accounts_waits_for_the_desk(office):
    factories.user("CLI", email=office.doctor.email)
    assert found(office.receive(mail(office.doctor.email))) == ("parked", "several_people")


def test_two_from_lines_wait_for_the_desk(office):
    forged = mail(office.doctor.email).as_bytes().replace(b"to:", b"From: x@evil.test\nto:", 1)
    assert found(office.receive(forged)) == ("parked", "unclear_sender")


def test_a_mail_that_waited_for_days_is_reported_a_day_ago(office):
    ticket = office.receive(mail(office.doctor.email), received_at=NOW - timedelta(days=4)).ticket
    assert ticket.reported_at == NOW - timedelta(hours=24)


@pytest.mark.parametrize(
    "subject, text, title, description",
    [
        ("", "打印机坏了。三楼。", "打印机坏了", "打印机坏了。三楼。"),
        ("打印机坏了", "", "打印机坏了", "打印机坏了"),
        ("Re: 上次的问题", "还是不行\n\n> 旧话", "Re: 上次的问题", "还是不行\n\n> 旧话"),
        ("打印机坏了", "三楼。\n-- \n王医生 2316", "打印机坏了", "三楼。\n--\n王医生 2316"),
        ("第一句。第二句", "三楼。", "第一句", "第一句。第二句\n\n三楼。"),
    ],
)
def test_the_words_of_a_new_ticket_are_kept(office, subject, text, title, description):
    ticket = office.receive(mail(office.doctor.email, subject, text)).ticket
    assert (ticket.title, ticket.description) == (title, description)


def test_a_mail_of_nothing_waits_for_the_desk(office):
    assert found(office.receive(mail(office.doctor.email, "", "  "))) == ("parked", "empty")


def test_a_chinese_mail_of_an_old_program_is_read(office):
    head = "Content-Type: text/plain; charset=gb2312\r\nFrom: wang@hospital.test\r\nSubject: 医保读卡失败".encode("gbk")
    ticket = office.receive(head + b"\r\n\r\n" + "三楼镕基诊室".encode("gbk")).ticket
    assert (ticket.title, ticket.description) == ("医保读卡失败", "三楼镕基诊室")


def test_html_alone_becomes_words(office):
    message = mail(office.doctor.email, text="")
    message.set_content("<p>屏幕<b>黑</b>了</p><script>alert(1)</script>", subtype="html")
    assert office.receive(message).ticket.description == "屏幕黑了"


def test_an_invitation_of_a_person_is_a_ticket(office):
    message = mail(office.doctor.email, "培训", "周三来科室培训")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REQUEST"})
    assert office.receive(message).ticket.description == "周三来科室培训"


def test_a_long_mail_is_cut_and_kept_whole_as_a_file(office):
    text = "第一行\n" + "很长的日志。" * 2000
    ticket = office.receive(mail(office.doctor.email, text=text)).ticket
    attachment = ticket.attachments.get()
    assert len(ticket.description) <= 5000
    assert (ticket.description[:3], attachment.file.size) == ("第一行", len(text.encode()))


def test_a_mail_of_five_megabytes_comes_through(office):
    message = mail(office.doctor.email)
    message.add_attachment(("行" * 1_700_000).encode(), "text", "plain", filename="日志.txt")
    ticket = office.receive(message).ticket
    assert ticket.attachments.get().file.size == 5_100_000


def test_a_patients_number_is_masked_in_the_letter_and_marks_the_files(office):
    message = mail(office.doctor.email, "住院号00821547 查不到", "见图")
    message.add_attachment(makers.picture(), "image", "png", filename="截图.png")
    letter = office.receive(message)
    assert "00821547" not in letter.subject
    assert (letter.ticket.has_patient_data, letter.ticket.attachments.get().file.patient_data) == (True, True)


# Files


def test_files_come_in_by_the_rules_of_every_upload_and_refused_ones_are_named(office):
    message = mail(office.doctor.email)
    message.add_attachment(makers.picture(), "image", "png", filename="截图.png")
    message.add_attachment(b"MZ\x90\x00evil", "image", "png", filename="发票.exe")
    message.add_attachment(makers.bomb_png(), "image", "png", filename="炸弹.png")
    message.add_attachment(b"", "text", "plain", filename="空.txt")
    ticket = office.receive(message).ticket
    [(audience, author, body, _side)] = said(ticket)
    assert [added.file.name for added in ticket.attachments.all()] == ["截图.png"]
    assert (audience, author, [name in body for name in ("发票.exe", "炸弹.png", "空.txt")]) == (
        "internal",
        "",
        [True] * 3,
    )


def test_a_file_that_is_too_large_is_named_and_the_words_come_in(office, settings):
    settings.FILE_MAX_MEGABYTES = 1
    message = mail(office.doctor.email)
    message.add_attachment(b"x" * (2 * 1024 * 1024), "text", "plain", filename="大.txt")
    ticket = office.receive(message).ticket
    assert (ticket.attachments.count(), "大.txt" in said(ticket)[0][2]) == (0, True)


def test_a_picture_in_the_text_is_kept_as_a_file(office):
    message = mail(office.doctor.email)
    message.add_alternative("<p>见图<img src='cid:a'></p>", subtype="html")
    message.get_payload()[1].add_related(makers.picture(), "image", "png", cid="<a>")
    ticket = office.receive(message).ticket
    assert (ticket.attachments.get().file.is_picture, ticket.attachments.get().from_requester) == (True, True)


def test_what_is_not_opened_leaves_no_file_behind(office, media):
    message = mail(office.doctor.email, Auto_Submitted="auto-replied")
    message.add_attachment(makers.picture(), "image", "png", filename="截图.png")
    office.receive(message)
    assert (StoredFile.objects.count(), list(media.rglob("*"))) == (0, [])


# The acknowledgement


def test_the_reporter_is_told_number_and_secret_link(office):
    message = mail(office.doctor.email, message_id="<7@mail.test>")
    ticket = office.receive(message).ticket
    [answer] = acknowledgements()
    assert (answer.recipient, answer.channel, answer.answers, answer.url) == (
        office.doctor, "email", "7@mail.test", ticket.track_path,
    )  # fmt: skip
    assert ticket.number in answer.title


def test_a_listed_stranger_is_told_at_the_address_it_came_from(office, settings):
    settings.MAIL_INTAKE_DOMAINS, settings.MAIL_INTAKE_DEPARTMENT = ["hospital.test"], office.department.code
    office.receive(mail("zhao@hospital.test"))
    [answer] = acknowledgements()
    assert (answer.recipient, answer.mail_address) == (None, "zhao@hospital.test")


@pytest.mark.parametrize("sender", ["noreply@hospital.test", "no-reply-his@hospital.test"])
def test_nobody_is_told_where_nobody_reads(office, settings, sender):
    settings.MAIL_INTAKE_DOMAINS, settings.MAIL_INTAKE_DEPARTMENT = ["hospital.test"], office.department.code
    assert (found(office.receive(mail(sender))), acknowledgements()) == (("ticket", ""), [])


def test_refused_files_are_named_to_the_reporter(office):
    message = mail(office.doctor.email)
    message.add_attachment(b"MZ\x90\x00", "image", "png", filename="发票.exe")
    office.receive(message)
    assert "发票.exe" in acknowledgements()[0].body


def test_few_acknowledgements_go_to_one_sender(office, settings):
    settings.LIMITS = {**settings.LIMITS, "answers": Rate(1, 2)}
    for _ in range(4):
        office.receive(mail(office.doctor.email))
    assert (Ticket.objects.count(), len(acknowledgements())) == (4, 2)


def test_without_a_mail_server_nobody_is_told(office, settings):
    settings.EMAIL_HOST = ""
    office.receive(mail(office.doctor.email))
    assert acknowledgements() == []


# Poison


def test_a_letter_that_fails_three_times_is_parked_with_its_reason(office):
    letter = office.receive(
        b"From: wang@hospital.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 400
    )
    states = [(letter.state, letter.attempts, letter.fault)]
    for minutes in (1, 3):
        intake.settle_waiting(at=NOW + timedelta(minutes=minutes))
        letter.refresh_from_db()
        states.append((letter.state, letter.attempts, letter.fault))
    assert states == [("taken", 1, "TooComplex"), ("taken", 2, "TooComplex"), ("parked", 3, "TooComplex")]
    assert (letter.reason, LetterContent.objects.count()) == ("failed", 1)


def test_a_letter_waits_a_while_between_its_attempts(office):
    letter = office.receive(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 400)
    assert (intake.settle_waiting(at=NOW), letter.next_try_at) == (0, NOW + timedelta(minutes=1))


def test_a_poison_letter_keeps_no_other_waiting(office):
    office.receive(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 400)
    assert found(office.receive(mail(office.doctor.email))) == ("ticket", "")


def test_a_letter_whose_worker_dies_three_times_is_parked(office):
    letter = office.receive(mail(STRANGER))
    waiting = {"state": "taken", "reason": "", "attempts": 3, "next_try_at": NOW}
    Letter.objects.filter(pk=letter.pk).update(**waiting)
    intake.settle_waiting(at=NOW)
    letter.refresh_from_db()
    assert found(letter) == ("parked", "failed")


def test_a_failed_attempt_leaves_nothing_behind(office):
    User.objects.filter(pk=office.doctor.pk).update(name="")  # a ticket needs a name: the verb refuses
    letter = office.receive(mail(office.doctor.email))
    assert (letter.state, letter.fault, Ticket.objects.count(), Message.objects.count()) == (
        "taken",
        "请填写报修人。",
        0,
        0,
    )
