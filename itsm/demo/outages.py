"""The demo's outages of a year: short ones, agreed windows (one moved, one cancelled), one left out, one that lasts."""

from datetime import datetime, timedelta
from typing import NamedTuple

from itsm.accounts.models import User
from itsm.catalog.models import System
from slas import outages
from slas.models import Outage
from tickets.models import Ticket
from tickets.outages import begin

MINUTE = timedelta(minutes=1)


class Out(NamedTuple):
    """days: before the demo's now. minutes: how long it was out. window: minutes agreed; 0 is an unplanned one."""

    days: int
    hour: int
    system: str
    minutes: int
    reason: str
    window: int = 0
    ground: tuple[str, str] | None = None


_OUTS = (
    Out(338, 10, "LIS", 52, "检验主库连接数耗尽，报告无法审核；扩充连接池后恢复。"),
    Out(301, 23, "HIS", 110, "年度补丁升级，窗口内完成。", window=120),
    Out(270, 9, "APT", 35, "预约服务内存溢出，重启后恢复。"),
    Out(246, 15, "PACS", 78, "影像在线盘写满，清理并扩容后恢复。"),
    Out(215, 8, "SRP", 24, "自助报告打印服务假死，已加守护进程。"),
    Out(183, 22, "EMR", 95, "电子病历版本升级，超出窗口 5 分钟。", window=90),
    Out(152, 11, "ESB", 41, "集成平台消息队列堵塞，清理积压后恢复。"),
    Out(121, 14, "LIS", 26, "仪器中间件主机断电，切换备机。", ground=("network", "检验科楼层市电中断，院方确认不计。")),
    Out(96, 10, "HIS", 18, "门诊收费事务锁等待，终止会话后恢复。"),
    Out(64, 22, "PACS", 60, "影像归档库迁移。", window=90),
    Out(43, 9, "LIS", 63, "夜间归档任务未释放锁，检验报告发布中断。"),
    Out(31, 21, "EMR", 45, "CA 签名服务扩容。", window=60),
    Out(18, 16, "APT", 22, "检查预约号源同步中断，重启同步服务后恢复。"),
    Out(6, 8, "SRP", 47, "报告打印服务证书到期，更换证书后恢复。"),
)


def seed_outages(people: dict[str, User], *, until: datetime) -> None:
    """Note them as they happened; then one that began half an hour ago, and a window that was moved to the day after
    tomorrow.
    """
    if Outage.objects.exists():
        return
    systems = {system.code: system for system in System.objects.filter(is_active=True)}
    for out in _OUTS:
        _happened(people, systems[out.system], out, until=until)
    since = until - 34 * MINUTE
    _lasts(people["wangqian"], systems["ESB"], at=since + 4 * MINUTE, since=since)
    _is_cancelled(people["chenli"], systems["PACS"], until=until)
    _is_moved(people["chenli"], systems["HIS"], until=until)


def _is_cancelled(manager: User, system: System, *, until: datetime) -> None:
    start = _at_ten(until - timedelta(days=9))
    window = _agreed(manager, system, "影像存储固件升级。", at=start - timedelta(days=4), start=start)
    reason = "厂商备件未到货，另行约定时间。"
    outages.cancel(window, by=manager, at=start - timedelta(days=1), reason=reason)


def _is_moved(manager: User, system: System, *, until: datetime) -> None:
    first, then = _at_ten(until + timedelta(days=1)), _at_ten(until + timedelta(days=2))
    words = "数据库季度补丁，已与医务部、护理部约定窗口。"
    window = _agreed(manager, system, words, at=until - timedelta(days=2), start=first)
    moved = {"started_at": then, "until": then + 90 * MINUTE, "reason": "医务部通知当晚有专家会诊，顺延一天。"}
    outages.reschedule(window, by=manager, at=until, **moved)


def _agreed(manager: User, system: System, words: str, *, at: datetime, start: datetime) -> Outage:
    return begin(system, by=manager, at=at, started_at=start, reason=words, until=start + 90 * MINUTE)


def _at_ten(day: datetime) -> datetime:
    return day.replace(hour=22, minute=0, second=0, microsecond=0)


def _happened(people: dict[str, User], system: System, out: Out, *, until: datetime) -> None:
    day = until - timedelta(days=out.days)
    start = day.replace(hour=out.hour, minute=out.days % 50, second=0, microsecond=0)
    end, planned = start + out.minutes * MINUTE, start + out.window * MINUTE if out.window else None
    outage = begin(
        system, by=people["wangqian"], at=start + 6 * MINUTE, started_at=start, reason=out.reason, until=planned
    )
    outage = outages.restore(outage, by=people["wangqian"], at=end + 3 * MINUTE, restored_at=end)
    if out.ground:
        ground, note = out.ground
        outages.exclude(outage, by=people["zhoujianguo"], at=end + timedelta(days=1), ground=ground, note=note)


def _lasts(desk: User, system: System, *, at: datetime, since: datetime) -> None:
    """The system of an open ticket is out, and the ticket says so."""
    ticket = Ticket.objects.open().filter(system=system, reported_at__lte=at).order_by("-reported_at").first()
    begin(system, by=desk, at=at, started_at=since, reason="集成平台消息服务无响应，正在切换备用节点。", ticket=ticket)
