"""Reports in which people wrote down what identifies a patient. The numbers belong to nobody: the area
code 219999 and the mobile prefix 154 are not given out.
"""

import uuid
from datetime import datetime, timedelta

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, System
from itsm.demo.script import Act, open_act
from tickets import conversation, lifecycle, revealing
from tickets.actors import Reporter
from tickets.models import Ticket
from tickets.opening import Report


def scripts(people: dict[str, User], *, until: datetime) -> list[list[Act]]:
    """A record that cannot be found, still in hand, and a report that is solved."""
    return [
        _record_not_found(people, until - timedelta(hours=3)),
        _report_not_printed(people, until - timedelta(days=1)),
    ]


def _reporter(ticket: Ticket) -> Reporter:
    return Reporter(ticket.pk, ticket.reporter_name)


def _report(system: str, category: str, description: str, **said: str) -> Report:
    return Report(
        department=Department.objects.get(code="XHNK"),
        description=description,
        system=System.objects.get(code=system),
        category=Category.objects.filter(name=category).first(),
        impact=Impact.PERSON,
        urgency=Urgency.HAMPERED,
        **said,
    )


def _record_not_found(people: dict[str, User], at: datetime) -> list[Act]:
    engineer = people["machao"]
    report = _report(
        "EMR",
        "功能报错",
        "住院号00821547的病历打不开，提示“患者主索引不唯一”。身份证号219999199001011238，今天要出院结算，麻烦尽快处理。",
        reporter_name="王医生",
        reporter_phone="15400002316",
        location="消化内科医生办公室",
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo:privacy:1")

    def later(minutes: int) -> datetime:
        return at + timedelta(minutes=minutes)

    return [
        open_act(report, by=None, at=at, source="web", key=key),
        Act(later(4), lambda t, at: lifecycle.claim(t, by=engineer, at=at)),
        Act(later(9), lambda t, at: conversation.reply(t, by=engineer, at=at, body="已看到报错，正在核对主索引。")),
        Act(
            later(16),
            lambda t, at: conversation.reply(
                t, by=_reporter(t), at=at, body="家属在等，联系电话 154 0000 1234，处理好请先告诉护士站。"
            ),
        ),
        Act(
            later(21),
            lambda t, at: revealing.reveal(t, by=engineer, at=at, what="description", reason="核对重复的患者主索引"),
        ),
        Act(
            later(30),
            lambda t, at: conversation.note(
                t, by=engineer, at=at, body="两条主索引证件号相同，已提交合并，待平台确认。"
            ),
        ),
    ]


def _report_not_printed(people: dict[str, User], at: datetime) -> list[Act]:
    engineer, desk = people["xuchangming"], people["wangqian"]
    report = _report(
        "LIS",
        "打印机",
        "门诊号MZ0072316的检验报告打不出来，别的病人正常。",
        reporter_name="门诊医生",
        reporter_phone="2316",
        location="一诊室",
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo:privacy:2")
    solution = "该报告审核状态未回写，重新审核后打印正常。"

    def later(minutes: int) -> datetime:
        return at + timedelta(minutes=minutes)

    return [
        open_act(report, by=desk, at=at, source="phone", key=key),
        Act(later(6), lambda t, at: lifecycle.claim(t, by=engineer, at=at)),
        Act(later(42), lambda t, at: lifecycle.resolve(t, by=engineer, at=at, solution=solution)),
        Act(later(60), lambda t, at: lifecycle.close(t, by=_reporter(t), at=at)),
    ]
