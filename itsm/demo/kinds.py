"""A handful of tickets of every kind, in the states that a visitor of the demo wants to see."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsm.accounts.demo import PASSWORD
from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import System
from itsm.demo.script import Act, open_act
from tickets.actors import Reporter
from tickets.enums import Answer, Kind, SafetyItem, Source, Tool
from tickets.models import Ticket
from tickets.opening import Report
from tickets.verbs import ACTS
from tickets.work import Done, Remote
from tickets.work import Reply as SafetyReply

MINUTE, HOUR, DAY = 1, 60, 1440


@dataclass(frozen=True)
class Play:
    """One ticket: when it came in before the demo's now, what it says, and the verbs that follow.

    A step is (verb, who, minutes after the report, words); "reporter" acts through the tracking link.
    """

    kind: Kind
    minutes_ago: int
    department: str
    caller: str
    description: str
    particulars: dict[str, Any]
    steps: tuple[tuple[str, str, int, dict[str, Any]], ...] = ()
    system: str = ""
    source: Source = Source.PHONE
    is_risky: bool = False


def scripts(people: dict[str, User], *, until: datetime) -> list[list[Act]]:
    """One script per ticket, told backwards from the demo's now."""
    return [_script(play, number, people, until) for number, play in enumerate(_plays(people, until))]


def _script(play: Play, number: int, people: dict[str, User], until: datetime) -> list[Act]:
    began = until - timedelta(minutes=play.minutes_ago)
    report = Report(
        reporter_name=play.caller,
        reporter_phone="2316" if play.source != Source.MONITORING else "8112",
        department=Department.objects.get(code=play.department),
        description=play.description,
        system=System.objects.filter(code=play.system).first() if play.system else None,
        impact=Impact.PERSON if play.kind != Kind.ALERT else Impact.DEPARTMENT,
        urgency=Urgency.HAMPERED,
        kind=play.kind,
        is_risky=play.is_risky,
        particulars=play.particulars,
    )
    by = None if play.source == Source.WEB else people["wangqian"]
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo:kinds:{number}")
    first = open_act(report, by=by, at=began, source=play.source, key=key)
    return [first, *(_act(people, began, *step) for step in play.steps)]


def _act(people: dict[str, User], began: datetime, verb: str, who: str, minutes: int, words: dict[str, Any]) -> Act:
    known = {name: people.get(value, value) if name == "assignee" else value for name, value in words.items()}
    return Act(began + timedelta(minutes=minutes), _player(verb, people.get(who), known))


def _player(verb: str, by: User | None, words: dict[str, Any]) -> Callable[[Ticket, datetime], Ticket]:
    def play(ticket: Ticket, at: datetime) -> Ticket:
        return ACTS[verb](ticket, by=by or Reporter(ticket.pk, ticket.reporter_name), at=at, **words)

    return play


def _plays(people: dict[str, User], until: datetime) -> list[Play]:
    return [*_asked(until), *_corrected(until), *_complained(people), *_found(until)]


def _asked(until: datetime) -> list[Play]:
    """服务请求, 咨询, 需求, 政策性接口."""
    soon, later = (until + timedelta(days=12)).date(), (until + timedelta(days=40)).date()
    feasible = {"evaluation": "可行，改动集中在报告模板，约 3 人日，随下一版本发布。", "promised_on": soon}
    policy = {"evaluation": "按新编码规范改造上传报文，需与医保中心联调。", "promised_on": later}
    return [
        Play(Kind.REQUEST, 3 * HOUR, "XHNK", "护士长", "新入科护士 2 人，申请开通护理文书账号。", {},
             (("assign", "wangqian", 6, {"assignee": "machao"}), ("claim", "machao", 14, {})), "EMR"),
        Play(Kind.REQUEST, 26 * HOUR, "YXJYK", "技师", "三号窗口新电脑，申请安装检验报告打印客户端。", {},
             (("claim", "zhengkai", 10, {}), ("arrive", "zhengkai", 42, {}),
              ("resolve", "zhengkai", 75, {"solution": "已安装客户端并试打报告两份。", "done": Done(is_clean=True)}),
              ("close", "reporter", 90, {})), "SRP", Source.WEB),
        Play(Kind.CONSULTATION, 5 * HOUR, "XHNK", "王医生", "出院小结签名后还能撤回修改吗？", {},
             (("resolve", "wangqian", 2, {"solution": "归档前可在“病历召回”中申请，质控审核后修改。"}),), "EMR"),
        Play(Kind.CONSULTATION, 40 * MINUTE, "MZB", "门诊医生", "检查预约的加号权限在哪里设置？", {},
             (), "APT", Source.WEB),
        Play(Kind.REQUIREMENT, 9 * DAY, "YXJYK", "技师", "希望检验报告单按就诊科室分批打印，减少窗口找单时间。",
             {"benefit": "每天少翻找约两百份报告单"},
             (("accept", "wangqian", 15, {}), ("assign", "wangqian", 20, {"assignee": "xuchangming"}),
              ("claim", "xuchangming", 60, {}), ("plan", "xuchangming", 2 * DAY, feasible),
              ("start", "xuchangming", 4 * DAY, {})), "LIS"),
        Play(Kind.REQUIREMENT, 2 * DAY, "XHNK", "护士长", "护理交班页希望能按床位自动汇总当日医嘱变化。",
             {"benefit": "交班少抄写十分钟"},
             (("accept", "wangqian", 30, {}), ("claim", "machao", 90, {})), "EMR", Source.WEB),
        Play(Kind.REQUIREMENT, 12 * DAY, "MZB", "门诊医生", "希望系统自动替医生填写诊断依据。", {},
             (("claim", "machao", 50, {}),
              ("reject", "sunhao", 3 * DAY, {"reason": "诊断依据须由医生本人书写，不能自动生成。"})), "EMR"),
        Play(Kind.POLICY_INTERFACE, 6 * DAY, "XXGC", "刘敏", "按新文件升级医保结算清单上传接口。",
             {"document_number": "示例医保发〔2026〕18号", "issued_by": "省医疗保障局",
              "effective_on": later, "fee": 0},
             (("accept", "wangqian", 25, {}), ("claim", "hejun", 80, {}), ("plan", "hejun", DAY, policy)), "ESB"),
    ]  # fmt: skip


def _corrected(until: datetime) -> list[Play]:
    """BUG, 数据修正."""
    said = {"scope": "收费明细表 1 条，流水号尾号 0417", "reason": "网络重试造成重复计费"}
    plan = {
        "plan": "-- 先备份再更正，影响 1 行\nUPDATE charge_item\n   SET void\n WHERE serial_tail = '0417' ",
        "rollback": "按备份表 charge_item_bak 还原该行并核对当日汇总。",
    }
    signed = (("claim", "hejun", 8, {}), ("submit", "hejun", 35, plan), ("sign", "liumin", 70, {"password": PASSWORD}))
    began = until - timedelta(hours=50)
    remote = Remote(Tool.DATABASE, began + timedelta(minutes=110), began + timedelta(minutes=140))
    both = (*signed, ("sign", "chenli", 95, {"password": PASSWORD}))
    return [
        Play(Kind.BUG, 30 * HOUR, "CSK", "技师", "超声报告保存后测量值小数位被截断。",
             {"found_in": "5.2.1", "steps": "打开任一报告\n录入 3.456\n保存后再打开，显示 3.4"},
             (("claim", "wudi", 12, {}),), "UIS"),
        Play(Kind.BUG, 8 * DAY, "XHNK", "护士站", "医嘱单翻页后表头错位。",
             {"found_in": "2026.08", "steps": "打开超过两页的医嘱单\n翻到第二页"},
             (("claim", "machao", 9, {}),
              ("resolve", "machao", 3 * DAY, {"solution": "已修正分页样式并随版本发布。", "fixed_in": "2026.09"}),
              ("close", "reporter", 3 * DAY + 60, {})), "EMR"),
        Play(Kind.DATA_CORRECTION, 3 * HOUR, "CWB", "会计", "住院费用有一笔重复计费，需要冲正。", said, signed, "HIS"),
        Play(Kind.DATA_CORRECTION, 50 * HOUR, "CWB", "会计", "门诊日报少计一笔退费，需要补录。",
             {"scope": "门诊退费表 1 条", "reason": "退费时系统超时未落账"},
             (*both, ("resolve", "hejun", 150, {
                 "solution": "已按会签方案执行并核对当日汇总，结果一致。",
                 "done": Done("remote", remote=remote)})), "HIS"),
    ]  # fmt: skip


def _complained(people: dict[str, User]) -> list[Play]:
    """投诉."""
    found = {"verified": True, "conclusion": "当日三单并行，接单后未先回电说明到场时间，属实。"}
    return [
        Play(Kind.COMPLAINT, 4 * HOUR, "MZB", "门诊医生", "打印机报修后等了两个小时没人回电话。",
             {"severity": "general", "about_person": people["zhengkai"]},
             (("accept", "wangqian", 18, {}), ("investigate", "chenli", 45, {})), source=Source.WEB),
        Play(Kind.COMPLAINT, 5 * DAY, "XHNK", "护士长", "上门处理时没有说明停机时间，影响发药。",
             {"severity": "serious", "about_person": people["linjing"]},
             (("accept", "wangqian", 25, {}), ("investigate", "chenli", 60, {}), ("conclude", "chenli", DAY, found),
              ("resolve", "chenli", DAY + 90, {"solution": "已当面致歉，今后停机前一律先与护士站确认。"}),
              ("close", "reporter", 2 * DAY, {}))),
    ]  # fmt: skip


def _found(until: datetime) -> list[Play]:
    """隐患, 监控告警."""
    safe = {item.value: SafetyReply(Answer.YES) for item in SafetyItem}
    safe[SafetyItem.SIGNS.value] = SafetyReply(Answer.NOT_APPLICABLE, "机房门禁内作业，无外来人员")
    began = until - timedelta(hours=20)
    remote = Remote(Tool.BASTION, began + timedelta(minutes=25), began + timedelta(minutes=70), "扩表空间 20G")
    return [
        Play(Kind.FINDING, 28 * HOUR, "YWTD", "李雪", "机房二号 UPS 电池组温度偏高，需停机更换一节。",
             {"level": "high", "round_reference": "机房月度巡检"},
             (("assign", "wangqian", 20, {"assignee": "hejun"}), ("claim", "hejun", 40, {}),
              ("secure", "hejun", 26 * HOUR, {"replies": safe}), ("arrive", "hejun", 26 * HOUR + 10, {})),
             "DC", Source.INSPECTION, is_risky=True),
        Play(Kind.FINDING, 2 * HOUR, "YWTD", "赵强", "三楼弱电间堆放纸箱，挡住机柜散热口。",
             {"level": "low", "round_reference": "楼层弱电间周巡检"}, (), "DC", Source.INSPECTION),
        Play(Kind.ALERT, 20 * HOUR, "YWTD", "监控平台", "检验库表空间使用率 91%，超过阈值 90%。",
             {"source": "数据库监控", "fingerprint": "lis-tablespace"},
             (("claim", "hejun", 6, {}),
              ("resolve", "hejun", 80,
               {"solution": "已扩表空间，使用率降到 63%。", "done": Done("remote", remote=remote)}),
              ), "LIS", Source.MONITORING),
        Play(Kind.ALERT, 25 * MINUTE, "YWTD", "监控平台", "集成平台消息积压 3200 条，10 分钟未下降。",
             {"source": "集成平台监控", "fingerprint": "esb-queue"}, (), "ESB", Source.MONITORING),
    ]  # fmt: skip
