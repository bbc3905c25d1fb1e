"""Which mails no person wrote."""

from email.message import EmailMessage

import pytest

from tickets.mail import parsing

VACATION = "我在外出差，下周一回来。"


def robot(
    subject: str = "Re: 打印机坏了", sender: str = "wang@hospital.test", text: str = VACATION, **head: str
) -> str:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in head.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return parsing.read_head(message.as_bytes()).robot


@pytest.mark.parametrize(
    "head, kind",
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; type=monitor"}, "automatic"),
        ({"Auto_Submitted": "AUTO-NOTIFIED"}, "automatic"),
        ({"Precedence": "auto_reply"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"X_Autorespond": "Re: x"}, "automatic"),
        ({"X_Autoresponder": "1"}, "automatic"),
        ({"X_Mail_Autoreply": "true"}, "automatic"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "list"}, "bulk"),
        ({"Precedence": "junk"}, "bulk"),
        ({"List_Id": "<news.hospital.test>"}, "bulk"),
        ({"Mailing_List": "contact x"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"X_Failed_Recipients": "a@b.test"}, "bounce"),
        ({"sender": "MAILER-DAEMON@mail.test"}, "bounce"),
        ({"sender": "postmaster@mail.test"}, "bounce"),
    ],
)
def test_a_machine_is_known_by_its_head(head, kind):
    assert robot(**head) == kind


@pytest.mark.parametrize(
    "subject",
    [
        "自动回复: 打印机坏了", "自动回复：Re: GD20260924-0001", "【自动回复】外出", "[自动答复] x", "休假自动回复: x",
        "自动回复", "Automatic reply: printer", "Out of Office: Re: x", "AutoReply: x", "Auto-Response: x",
        "Out of office autoreply: x", "Abwesenheitsnotiz: x", "Réponse automatique : x", "Respuesta automática: x",
    ],
)  # fmt: skip
def test_an_absence_notice_is_known_by_its_subject(subject):
    assert robot(subject) == "automatic"


@pytest.mark.parametrize(
    "subject",
    [
        "自动回复功能坏了", "Re: 自动回复: 怎么关", "病历自动回复不了", "Out of office hours printer",
        "automatic reply does not work", "", "打印机坏了",
    ],
)  # fmt: skip
def test_a_person_who_writes_about_such_things_is_no_machine(subject):
    assert robot(subject) == ""


@pytest.mark.parametrize(
    "head", [{"Auto_Submitted": "no"}, {"Return_Path": "<wang@hospital.test>"}, {"Precedence": ""}]
)
def test_harmless_heads_make_no_machine(head):
    assert robot(**head) == ""


def test_a_delivery_report_is_a_bounce():
    report = (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\nFrom: a@b.test\r\n\r\n--b--\r\n"
    )
    assert parsing.read_head(report).robot == "bounce"


def calendar(method: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "wang@hospital.test", "评审会"
    message.set_content("周三评审")
    message.add_alternative(
        f"BEGIN:VCALENDAR\nMETHOD:{method}\nEND:VCALENDAR", subtype="calendar", params={"method": method}
    )
    return message.as_bytes()


@pytest.mark.parametrize("method, kind", [("REPLY", "automatic"), ("COUNTER", "automatic"), ("REQUEST", "")])
def test_an_answer_of_a_calendar_is_automatic_and_an_invitation_is_not(method, kind):
    assert parsing.read(calendar(method)).head.robot == kind
