"""October 2026 as the hospital's definitions tell it: thirteen tickets and three findings, led by the real verbs.

Every figure of that month is known beforehand; see EXPECTED.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.management import call_command

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, System
from itsm.demo.script import Act, open_act, play
from itsm.reports import periods
from slas.outages import restore
from tests import factories
from tickets import follow_ups, lifecycle, outages, relations
from tickets.enums import CallChannel, HoldReason, Kind, Outcome
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import FollowUp, FollowUpRule

OCTOBER = periods.month(2026, 10)
DRAWN_AT = factories.at("2026-11-03 09:00")
# numerator, denominator, value
EXPECTED: dict[str, tuple[int, int, str]] = {
    "K1": (130 * 60, 9, "14.44"),
    "K1M": (24 * 60, 2, "12.00"),
    "K1P": (40 * 60, 1, "40.00"),
    "K1W": (0, 9, "0"),
    "K2": (7, 9, "77.78"),
    "K4": (7, 8, "87.50"),
    "K5": (2098 * 60, 8, "262.25"),
    "K5G": (2548 * 60, 8, "318.50"),
    "K6": (7, 8, "87.50"),
    "K7": (1, 8, "12.50"),
    "K7O": (7, 8, "7"),
    "K8": (1, 8, "12.50"),
    "K9": (0, 1, "0.00"),
    "K9A": (0, 1, "0"),
    "K9B": (1, 1, "1"),
    "K9C": (0, 1, "0"),
    "K9D": (0, 1, "0"),
    "K9E": (0, 1, "0"),
    "K10": (8, 9, "88.89"),
    "K11": (6, 8, "75.00"),
    "K11M": (33, 8, "4.13"),
    "K13": (68 * 60, 1, "68.00"),
    "K20": (4, 13, "30.77"),
    "N": (14, 14, "14"),
    "R": (10, 10, "10"),
}
URGENT = {"P1": (Impact.HOSPITAL, Urgency.STOPPED), "P2": (Impact.DEPARTMENT, Urgency.STOPPED)}
URGENT |= {"P3": (Impact.DEPARTMENT, Urgency.HAMPERED), "P4": (Impact.PERSON, Urgency.HAMPERED)}
RATINGS = {"T1": 5, "T2": 5, "T3": 4, "T4": 5, "T5": 3, "T6": 4, "T7": 5, "T8": 2}


class Line(NamedTuple):
    """A line of the table; moments as 10-14 09:12. solved: the last one, - while it is open."""

    name: str
    priority: str
    system: str
    category: str
    department: str
    reported: str
    responded: str
    solved: str
    words: str

    @property
    def kind(self) -> Kind:
        """An incident unless told otherwise."""
        found = Kind.FINDING if self.name in FINDINGS else Kind.INCIDENT
        return Kind.REQUEST if self.name in REQUESTS else found

    @property
    def source(self) -> str:
        """Hidden risks come from the rounds, all else by phone."""
        return "inspection" if self.kind == Kind.FINDING else "phone"


_TABLE = """
T1  P1 ESB  服务停止   SFC   10-14T09:12 10-14T09:15 10-14T10:20 集成平台停止服务，门诊收费全停。
T2  P2 EMR  接口超时   XHNK  10-06T21:40 10-06T21:52 10-07T01:20 病历签章接口超时。
T3  P2 LIS  数据未回传 YXJYK 10-12T08:30 10-12T08:50 10-12T11:00 检验结果没有回传。
T4  P3 OA   流程配置   RLZYB 10-10T16:30 10-10T16:45 10-12T15:00 用印流程缺一级审批。
T5  P3 APT  号源规则   FSK   10-08T11:50 10-08T13:35 10-09T17:00 检查预约号源规则不对。
T6  P3 SRP  打印机     MZB   10-15T09:00 10-15T09:40 10-16T10:00 自助机打不出报告。
T7  P3 UIS  打印模板   CSK   10-19T10:00 10-19T10:10 10-20T09:00 超声报告模板缺项。
T8  P3 LIS  数据未回传 YXJYK 10-26T09:00 10-26T09:05 10-26T10:00 检验结果又没有回传。
T9  P4 OA   账号       RLZYB 10-20T16:40 10-20T16:50 10-22T10:00 新同事要开账号。
T10 P1 ESB  服务停止   YXJYK 10-14T09:14 10-14T09:16 -           检验申请全部收不到。
T11 P3 HIS  误操作     ZYC   10-21T10:00 -           -           登记错了，已自行更正。
T12 P3 LIS  磁盘满     YXJYK 10-20T08:45 10-20T08:50 10-21T16:00 归档盘已用九成。
T13 P3 EMR  角色       XHNK  10-30T17:00 10-30T17:10 -           进修医生没有开立权限。
F2  P3 DC   空调       XXGC  10-13T09:00 10-13T09:10 -           机房空调滤网堵塞。
F3  P3 HIS  表空间     XXGC  10-22T09:00 10-22T09:10 -           表空间余量不足。
F4  P3 PACS 磁盘满     XXGC  10-27T09:00 10-27T09:10 -           影像缓存盘将满。
"""
REQUESTS, FINDINGS = frozenset({"T9"}), frozenset({"T12", "F2", "F3", "F4"})
LINES = tuple(
    Line(*(word.replace("T", " ") if word[0].isdecimal() else word for word in row.split()))
    for row in _TABLE.strip().splitlines()
)
CLOSED = frozenset({*RATINGS, "T9"})


@dataclass
class October:
    """The built month: its tickets by their names, and the people."""

    desk: User
    engineer: User
    manager: User
    tickets: dict[str, Ticket] = field(default_factory=dict)

    def fresh(self, name: str) -> Ticket:
        """The ticket as it stands now."""
        return Ticket.objects.get(pk=self.tickets[name].pk)

    def numbers(self, *names: str) -> set[str]:
        """The numbers of these tickets."""
        return {self.tickets[name].number for name in names}


def moment(text: str) -> datetime:
    """10-14 09:12 of 2026, in Shanghai."""
    return factories.at(f"2026-{text}")


def build() -> October:
    """Seed the reference data, then play the month; a follow-up call is asked for after every closed ticket."""
    call_command("seed_dictionaries", verbosity=0)
    FollowUpRule.objects.all().delete()
    FollowUpRule.objects.create(position=10, percent=100, by_rating=False, seed="golden", made_at=moment("10-01 00:00"))
    people = [factories.user(role, name=name) for role, name in (("DSK", "王倩"), ("ENG", "何俊"), ("PM", "陈立"))]
    october = October(*people)
    scripts = [_script(line, october) for line in LINES]
    list(play(scripts, until=moment("10-31 23:59")))
    _outage(october)
    return october


def _outage(october: October) -> None:
    """The 68 minutes of T1."""
    ticket = october.tickets["T1"]
    began, ended = moment("10-14 09:12"), moment("10-14 10:20")
    words = {"started_at": began, "reason": "集成平台停止服务", "ticket": ticket}
    outage = outages.begin(ticket.system, by=october.desk, at=moment("10-14 09:20"), **words)
    restore(outage, by=october.desk, at=ended, restored_at=ended)


def _script(line: Line, october: October) -> list[Act]:
    acts = [_opening(line, october), *_course(line, october)]
    if line.name in CLOSED:
        acts.append(_act(line.solved, 30, lifecycle.close, by=october.desk))
        acts += _calls(line, october)
    return sorted(acts, key=lambda act: act.at)


def _opening(line: Line, october: October) -> Act:
    impact, urgency = URGENT[line.priority]
    report = Report(
        reporter_name="值班人员",
        reporter_phone="2316",
        department=Department.objects.get(code=line.department),
        description=line.words,
        system=System.objects.get(code=line.system),
        category=Category.objects.filter(name=line.category).exclude(parent=None).get(),
        impact=impact,
        urgency=urgency,
        kind=line.kind,
        particulars={"level": "high"} if line.kind == Kind.FINDING else {},
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"golden:{line.name}")
    opening = open_act(report, by=october.desk, at=moment(line.reported), source=line.source, key=key)

    def play_opening(_ticket: Ticket | None, at: datetime) -> Ticket:
        october.tickets[line.name] = opening.play(None, at)
        return october.tickets[line.name]

    return Act(opening.at, play_opening)


def _course(line: Line, october: October) -> list[Act]:
    """From the response to the last resolution, with what the notes say."""
    desk = october.desk
    if line.name == "T11":
        return [_act(line.reported, 20, lifecycle.cancel, by=desk, reason="误报")]
    found = [_act(line.responded, 0, lifecycle.accept, by=desk)]
    if line.name == "T10":
        return [*found, Act(moment("10-14 09:20"), _merge(october))]
    if line.name == "T5":
        found.append(_act("10-08 14:00", 0, lifecycle.hold, by=desk, hold_reason=HoldReason.REQUESTER))
        found.append(_act("10-09 11:00", 0, lifecycle.resume, by=desk))
    if line.name == "T7":
        found.append(_act("10-19 11:30", 0, lifecycle.resolve, by=desk, solution="更新模板"))
        found.append(_act("10-19 14:00", 0, lifecycle.reopen, by=desk, reason="仍缺项"))
    if line.solved != "-":
        found.append(_act(line.solved, 0, lifecycle.resolve, by=desk, solution="已处理"))
    return found


def _merge(october: October) -> Any:
    return lambda ticket, at: relations.merge(ticket, by=october.desk, at=at, main=october.tickets["T1"])


def _calls(line: Line, october: October) -> list[Act]:
    """Eight callers say that it is solved and rate it; after T9 nobody answers three times."""
    if line.name in RATINGS:
        words = {"outcome": Outcome.SOLVED, "rating": RATINGS[line.name]}
        return [Act(_later(line.solved, 60), _call(october, **words))]
    nobody = [Act(_later(line.solved, 60 * hours), _call(october, outcome=Outcome.NO_ANSWER)) for hours in (1, 4, 30)]
    return [*nobody, Act(_later(line.solved, 60 * 31), _give_up(october))]


def _call(october: October, **words: Any) -> Any:
    def attempt(ticket: Ticket, at: datetime) -> object:
        call = FollowUp.objects.get(ticket=ticket)
        return follow_ups.attempt(call, by=october.desk, at=at, channel=CallChannel.PHONE, **words)

    return attempt


def _give_up(october: October) -> Any:
    return lambda ticket, at: follow_ups.give_up(FollowUp.objects.get(ticket=ticket), by=october.desk, at=at)


def _act(text: str, minutes: int, verb: Any, **words: Any) -> Act:
    return Act(_later(text, minutes), lambda ticket, at: verb(ticket, at=at, **words))


def _later(text: str, minutes: int) -> datetime:
    return moment(text) + timedelta(minutes=minutes)


def shown(code: str) -> Decimal:
    """The value that every way of asking must give."""
    return Decimal(EXPECTED[code][2])
