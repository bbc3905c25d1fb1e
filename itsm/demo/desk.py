"""The desk's finer work on the played tickets: duplicates, links, splits, warnings, urging, calls, alerts."""

import uuid
from datetime import datetime, timedelta

from itsm.accounts.models import Department, User
from itsm.catalog.models import System
from tickets import alert_sources, alerts, disputes, follow_ups, lifecycle, opening, relations, scope, urging
from tickets.actors import Reporter
from tickets.alerts import Signal
from tickets.enums import LinkKind, Outcome
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import AlertSource, FollowUp

_ALERTS = (
    ("lis-archive-disk", "high", "LIS", "LIS 数据库归档盘使用率 91%，超过阈值 85%", 6),
    ("esb-queue-depth", "average", "ESB", "集成平台消息队列积压 1200 条", 2),
)
_SAID = (
    (5, "已解决，速度快。"),
    (4, "可以正常使用，希望提前通知停用时间。"),
    (5, ""),
    (3, "处理好了，等的时间有点长。"),
)
# The newest calls, as the demo finds them: not yet made, tried just now, or unsolved; None is an ordinary one.
_NEWEST = ("open", "tried", "open", "unsolved", None, None, "open", None, "open")


def play(people: dict[str, User], *, until: datetime) -> None:
    """What the desk did beside the ordinary way of a ticket, up to `until`."""
    live = list(Ticket.objects.open().order_by("-reported_at", "-id")[:24])
    if len(live) < 12:
        return
    _calls(people["wangqian"], until=until)
    _duplicates(people["wangqian"], live, until=until)
    _passed_round(people, live[8], until=until)
    _decided(people, live[11], until=until)
    _rest(people, live, until=until)
    _alerts(people["wangqian"], until=until)


def _calls(desk: User, *, until: datetime) -> None:
    """The calls of two months: nearly all are made, the newest are not, and now and then nobody answers."""
    waiting = FollowUp.objects.open().select_related("ticket").order_by("-made_at", "-id")
    for number, call in enumerate(waiting):
        fate = _NEWEST[number] if number < len(_NEWEST) else None
        at = min(call.made_at + timedelta(hours=20), until - timedelta(minutes=10))
        if fate == "open" or at < call.made_at:
            continue
        if fate == "tried":
            _ring(call, desk, max(call.made_at, until - timedelta(minutes=40)))
        elif fate == "unsolved":
            words = {"outcome": Outcome.UNSOLVED, "comment": "今天又出现同样的提示，仍打不开。"}
            follow_ups.attempt(call, by=desk, at=at, channel="phone", **words)
        elif number % 15 == 0:
            for hours in (0, 3, 27):
                _ring(call, desk, at + timedelta(hours=hours))
            follow_ups.give_up(call, by=desk, at=at + timedelta(hours=28))
        else:
            rating, comment = _SAID[number % len(_SAID)]
            words = {"outcome": Outcome.SOLVED, "rating": rating, "comment": comment}
            follow_ups.attempt(call, by=desk, at=at, channel="phone", **words)


def _ring(call: FollowUp, desk: User, at: datetime) -> None:
    follow_ups.attempt(call, by=desk, at=at, channel="phone", outcome=Outcome.NO_ANSWER, comment="科室电话无人接听。")


def _duplicates(desk: User, live: list[Ticket], *, until: datetime) -> None:
    """The same fault reported once more is merged, and a second fault in a call becomes a ticket of its own."""
    main, at = live[4], until - timedelta(minutes=1)
    report = Report(
        reporter_name="护士站",
        reporter_phone="2655",
        department=Department.objects.filter(kind=main.department.kind).exclude(pk=main.department_id)[0],
        description=main.description,
        location="护士站",
        system=main.system,
        impact=main.impact,
        urgency=main.urgency,
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo:twin:1")
    twin = opening.open_ticket(report, by=desk, at=until - timedelta(minutes=6), source="phone", key=key)
    relations.merge(twin, by=desk, at=at, main=main, reason="同一故障，两个科室先后来电。")
    title, words = "自助机读卡器无反应", "同一通电话里还提到：大厅二号自助机读卡器无反应。"
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo:split:1")
    system = System.objects.filter(code="SSM").first()
    relations.split(live[5], by=desk, at=at, key=key, title=title, description=words, system=system)


def _hand_round(people: dict[str, User], ticket: Ticket, *, at: datetime) -> Ticket:
    hands = [people[name] for name in ("machao", "linjing", "zhengkai", "linjing")]
    reasons = ("接口超时，请接口侧排查。", "接口正常，请应用侧处理。", "终端侧无异常，退回。")
    if ticket.state == "new":
        ticket = lifecycle.assign(ticket, by=people["wangqian"], at=at, assignee=people["zhengkai"])
    elif ticket.state == "on_hold":
        ticket = lifecycle.resume(ticket, by=people["wangqian"], at=at)
    for count, reason in enumerate(reasons):
        person = next(hand for hand in hands[count:] if hand.pk != ticket.assignee_id)
        when = at + timedelta(seconds=20 * (count + 1))
        ticket = lifecycle.transfer(ticket, by=people["wangqian"], at=when, assignee=person, reason=reason)
    return ticket


def _passed_round(people: dict[str, User], ticket: Ticket, *, until: datetime) -> None:
    _hand_round(people, ticket, at=until - timedelta(minutes=2))


def _decided(people: dict[str, User], ticket: Ticket, *, until: datetime) -> None:
    ticket = _hand_round(people, ticket, at=until - timedelta(minutes=4))
    decision = "接口日志显示请求未到达应用，由林静负责到底，郑凯配合抓包。"
    disputes.decide(ticket, by=people["chenli"], at=until - timedelta(minutes=1), decision=decision)


def _rest(people: dict[str, User], live: list[Ticket], *, until: datetime) -> None:
    """One ticket that the contract does not cover, and two reporters who wait."""
    reason, at = "新购电脑由设备供应商安装调试，不在维保合同服务范围内。", until - timedelta(minutes=1)
    terminal = Ticket.objects.open().filter(system__code="TERM").order_by("-reported_at").first()
    if terminal:
        scope.set_scope(terminal, by=people["wangqian"], at=at, out_of_scope=True, reason=reason)
    for ticket, times in ((live[9], 1), (live[10], 2)):
        for count in range(times):
            moment = until - timedelta(minutes=1 + 31 * (times - 1 - count))
            if moment > ticket.reported_at:
                urging.urge(ticket, by=Reporter(ticket.pk, ticket.reporter_name), at=moment)


def _alerts(desk: User, *, until: datetime) -> None:
    """A monitoring system that has reported two conditions; one has gone again."""
    columns = {
        "slug": "zabbix",
        "name": "机房监控",
        "system": None,
        "department": Department.objects.get(code="XXGC"),
        "is_active": True,
    }
    source = AlertSource.objects.filter(slug="zabbix").first()
    source = source or alert_sources.add(by=None, at=until, columns=columns)[0]
    for fingerprint, severity, system, summary, times in _ALERTS:
        for count in range(times):
            at = until - timedelta(minutes=5 * (times - count))
            signal = Signal(fingerprint, severity, system, summary, "firing")
            _take(source, signal, at)
    _take(source, Signal("esb-queue-depth", "average", "ESB", _ALERTS[1][3], "resolved"), until)
    seen = Ticket.objects.open().get(alert__source=source.slug, alert__fingerprint="esb-queue-depth")
    outage = Ticket.objects.open().filter(system=seen.system).exclude(pk=seen.pk).order_by("-reported_at").first()
    if outage:
        relations.link(outage, by=desk, at=until, other=seen, kind=LinkKind.RELATED)


def _take(source: AlertSource, signal: Signal, at: datetime) -> None:
    mark = uuid.uuid5(uuid.NAMESPACE_URL, f"{signal.fingerprint}:{signal.status}:{at.isoformat()}").hex
    alerts.take(source, signal, at=at, signature=mark, forget_before=at - timedelta(days=365))
