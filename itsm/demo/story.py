"""Story 1: a signature service times out on the eve of a holiday."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, System
from itsm.demo import pictures
from itsm.demo.script import Act, open_act
from tickets import conversation, lifecycle
from tickets.actors import Reporter
from tickets.models import Ticket
from tickets.opening import Report

ZONE = ZoneInfo("Asia/Shanghai")
DAY = (2026, 9, 24)


def _at(hour: int, minute: int, day: tuple[int, int, int] = DAY) -> datetime:
    return datetime(*day, hour, minute, tzinfo=ZONE)


def acts(people: dict[str, User]) -> list[Act]:
    """What happened, in order; the first act opens the ticket."""
    desk, engineer = people["wangqian"], people["machao"]
    system = System.objects.get(code="EMR")
    report = Report(
        reporter_name="王医生",
        reporter_phone="2316",
        department=Department.objects.get(code="XHNK"),
        location="消化内科医生办公室",
        description="首次病程记录提交时提示“签章服务超时”，全科都签不了，病历时限快到了。",
        system=system,
        module=system.modules.filter(name__startswith="病程").first(),
        category=Category.objects.filter(name="接口超时").first(),
        impact=Impact.DEPARTMENT,
        urgency=Urgency.STOPPED,
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo:story:1")
    opening = open_act(report, by=desk, at=_at(17, 12), reported_at=_at(17, 10), source="phone", key=key)

    def reporter(ticket: Ticket) -> Reporter:
        return Reporter(ticket.pk, ticket.reporter_name)

    solution = "签章服务线程池由50调至200，已观察30分钟无积压。"
    return [
        opening,
        Act(_at(17, 14), lambda t, at: lifecycle.claim(t, by=engineer, at=at)),
        Act(
            _at(17, 16), lambda t, at: conversation.reply(t, by=engineer, at=at, body="已收到，正在赶往科室，请稍候。")
        ),
        Act(_at(17, 25), lambda t, at: conversation.note(t, by=engineer, at=at, body="到场签到。")),
        Act(_at(17, 40), lambda t, at: conversation.note(t, by=engineer, at=at, body="判定CA签章服务线程耗尽。")),
        *pictures.story_acts(engineer, _at(17, 42)),
        Act(_at(18, 5), lambda t, at: lifecycle.resolve(t, by=engineer, at=at, solution=solution)),
        Act(_at(18, 10), lambda t, at: lifecycle.close(t, by=reporter(t), at=at)),
        Act(
            _at(9, 20, (2026, 9, 28)),
            lambda t, at: conversation.rate(t, by=reporter(t), at=at, rating=5, comment="已解决，速度快"),
        ),
    ]
