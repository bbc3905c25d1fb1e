"""Mails to the desk: some became tickets or replies, some were left aside, and a few wait for a decision."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from itsm.accounts.models import User
from tickets import lifecycle
from tickets.mail import intake, receiving
from tickets.mail.receiving import Parcel
from tickets.models import Ticket
from tickets.records import Letter

DESK = "servicedesk@hospital.example"
BOX = f"{DESK}/INBOX"
_SOLUTION = "预约模板的时段字段过短，已放宽并重新发布，科室确认显示完整。"


def play(people: dict[str, User], *, until: datetime) -> None:
    """Two days of the mailbox, up to `until`."""
    post = _Post(until)
    doctor = f"王医生 <{people['wangyisheng'].email}>"
    earlier = post.brings(doctor, "检查预约单上时段显示不全", "预约单打印出来只有“上午”，看不到具体时段。", hours=44)
    if earlier is None:
        return
    _solved(earlier, people, until=until)
    _machines(post, f"林静 <{people['linjing'].email}>")
    post.breaks(doctor, hours=8)
    post.announces(doctor, "系统录屏", megabytes=38, hours=7)
    words = "护士站的标签打印机一直报缺纸，纸是满的。麻烦派人看一下，分机 2655。"
    post.brings("护士站 <nurses@mail.example>", "标签打印机报缺纸", words, hours=4)
    ticket = post.brings(doctor, "会诊系统打开很慢", "今天会诊列表要等半分钟才出来，其他系统正常。", hours=3)
    if ticket:
        said = "刚才又试了，换到护士站的电脑也一样慢。"
        post.brings(doctor, f"Re: {ticket.number} 会诊系统打开很慢", said, hours=2)
    post.brings(doctor, f"Re: {earlier.number} 检查预约单上时段显示不全", "今天新建的模板又显示不全了。", hours=1)


def _machines(post: "_Post", colleague: str) -> None:
    """What no person wrote."""
    news = {"List-Id": "<news.vendor.example>"}
    post.brings("产品资讯 <news@vendor.example>", "本月产品更新", "新版本已发布。", hours=20, heads=news)
    returned = {"Return-Path": "<>"}
    post.brings("Mail Delivery <mailer-daemon@hospital.example>", "退信", "收件人邮箱已满。", hours=12, heads=returned)
    away = {"Auto-Submitted": "auto-replied"}
    post.brings(colleague, "自动回复: 工单提醒", "今天下午培训，紧急事项请拨打 8120。", hours=9, heads=away)


def _solved(ticket: Ticket, people: dict[str, User], *, until: datetime) -> None:
    """The first mail's fault is found and the ticket closed, so that a later answer finds it ended."""
    ticket = lifecycle.claim(ticket, by=people["linjing"], at=until - timedelta(hours=43, minutes=50))
    ticket = lifecycle.resolve(ticket, by=people["linjing"], at=until - timedelta(hours=42), solution=_SOLUTION)
    lifecycle.close(ticket, by=people["wangqian"], at=until - timedelta(hours=26))


class _Post:
    """A mailbox whose mails are taken in as from a server."""

    def __init__(self, until: datetime) -> None:
        self.until, self.places = until, count(1)

    def brings(
        self, sender: str, subject: str, text: str, *, hours: float, heads: dict[str, str] | None = None
    ) -> Ticket | None:
        """A mail of so many hours ago; the ticket that it became or went to."""
        raw = self._mail(sender, subject, text, hours, heads or {}).as_bytes()
        letter = self._taken(raw, len(raw), hours)
        if letter is None:
            return None
        intake.settle(letter, at=letter.received_at)
        return Letter.objects.select_related("ticket").get(pk=letter.pk).ticket

    def announces(self, sender: str, subject: str, *, megabytes: int, hours: float) -> None:
        """A mail that is too large to be fetched."""
        raw = self._mail(sender, subject, "", hours, {}).as_bytes()
        self._taken(raw, megabytes * 1024 * 1024, hours, is_whole=False)

    def breaks(self, sender: str, *, hours: float) -> None:
        """A mail that no program made, tried three times."""
        head = self._mail(sender, "接口日志", "", hours, {}).as_bytes()
        raw = b"Content-Type: multipart/mixed; boundary=b\n" + head + b"--b\n\n" * 400
        letter = self._taken(raw, len(raw), hours)
        for minutes in (0, 1, 3):
            if letter:
                intake.settle(letter, at=letter.received_at + timedelta(minutes=minutes))

    def _mail(self, sender: str, subject: str, text: str, hours: float, heads: dict[str, str]) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, DESK, subject
        mail["Date"] = format_datetime(self._at(hours))
        mail["Message-ID"] = f"<{next(self.places)}.{self.until:%Y%m%d%H%M}@hospital.example>"
        for name, value in heads.items():
            mail[name] = value
        if text:
            mail.set_content(text)
        return mail

    def _at(self, hours: float) -> datetime:
        return self.until - timedelta(hours=hours)

    def _taken(self, raw: bytes, size: int, hours: float, *, is_whole: bool = True) -> Letter | None:
        at = self._at(hours)
        return receiving.take_in(Parcel(BOX, 1, next(self.places), raw, size, at, is_whole), at=at)
