"""Files on a few demo tickets: pictures drawn here, a log and a table, added through the verbs.

The words in the pictures are Latin, because no Chinese font is certain on the machine.
"""

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from documents import checking, scanning
from itsm.accounts.models import User
from itsm.demo.script import Act
from tickets import attaching, conversation
from tickets.actors import Reporter
from tickets.enums import State
from tickets.models import Attachment, Ticket

BLUE, GREY, INK, RED, WHITE = "#2a6fb0", "#eef1f4", "#1f2d36", "#b3261e", "#ffffff"
LOG = """2026-09-24 17:03:11.204 INFO  sign-pool  active=50 queue=0
2026-09-24 17:06:40.871 WARN  sign-pool  active=50 queue=118 (pool exhausted)
2026-09-24 17:08:02.336 ERROR SignService timeout after 30000 ms, request 8f21c0
2026-09-24 17:08:32.340 ERROR SignService timeout after 30000 ms, request 8f21d4
"""
TABLE = "时间,线程池,排队\n17:10,50,131\n17:40,50,164\n18:05,200,0\n18:35,200,0\n"


def seed_files(*, until: datetime) -> None:
    """Hang files on the newest open tickets; `until` is the demo's present moment."""
    working = Ticket.objects.filter(state=State.IN_PROGRESS).order_by("-reported_at")[:2]
    fresh = Ticket.objects.filter(state=State.NEW).order_by("-reported_at")[:2]
    for ticket in working:
        _report(ticket, until, ("故障截图.png", _dialog("Print Queue", "Job 0x0083: device not ready")))
        sent = checking.check_all([_file("现场照片.jpg", _panel("PAPER JAM  E-13"))])
        conversation.reply(ticket, by=ticket.assignee, at=until, body="已到现场，卡纸位置见照片。", uploads=sent)
    for ticket in fresh[:1]:
        names = ("窗口一.png", "窗口二.png")
        _report(ticket, until, *((name, _dialog("Client", f"Error 10060 ({name[2]})")) for name in names))
    for ticket in fresh[1:]:
        _report(ticket, until, ("患者列表.png", _blurred()), patient_data=True)
        [found] = _report(ticket, until, ("安装说明.txt", b"setup"))
        scanning.note_finding(found.file, "Eicar-Test-Signature", at=until)


def story_acts(engineer: User, at: datetime) -> list[Act]:
    """What the engineer of the story hangs on its ticket at that moment."""

    def shoot(ticket: Ticket, moment: datetime) -> object:
        shot = checking.check_all([_file("签章超时.png", _dialog("EMR", "Signature service: timeout (30000 ms)"))])
        return attaching.attach(ticket, by=engineer, at=moment, uploads=shot)

    def prove(ticket: Ticket, moment: datetime) -> object:
        proofs = checking.check_all([_file("sign-service.log", LOG.encode()), _file("线程池.csv", TABLE.encode())])
        return conversation.note(ticket, by=engineer, at=moment, body="签章服务日志与线程池读数。", uploads=proofs)

    return [Act(at, shoot), Act(at + timedelta(minutes=1), prove)]


def _report(ticket: Ticket, at: datetime, *files: tuple[str, bytes], patient_data: bool = False) -> list[Attachment]:
    sent = checking.check_all([_file(name, content) for name, content in files], patient_data=patient_data)
    return attaching.attach(ticket, by=Reporter(ticket.pk, ticket.reporter_name), at=at, uploads=sent)


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def _bytes(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def _dialog(title: str, words: str) -> bytes:
    """A screen with the message window of a program."""
    image = Image.new("RGB", (960, 600), GREY)
    draw = ImageDraw.Draw(image)
    for row in range(9):
        draw.rectangle((40, 70 + row * 56, 920, 108 + row * 56), fill=WHITE, outline="#dde3e8")
        draw.rectangle((56, 84 + row * 56, 200 + row * 37 % 400, 94 + row * 56), fill="#cfd8df")
    draw.rectangle((0, 0, 960, 44), fill=BLUE)
    draw.text((16, 10), title, fill=WHITE, font=ImageFont.load_default(20))
    draw.rectangle((230, 190, 730, 400), fill=WHITE, outline=INK, width=2)
    draw.rectangle((230, 190, 730, 228), fill=INK)
    draw.text((246, 198), title, fill=WHITE, font=ImageFont.load_default(18))
    draw.ellipse((258, 262, 310, 314), fill=RED)
    draw.line((272, 276, 296, 300), fill=WHITE, width=6)
    draw.line((296, 276, 272, 300), fill=WHITE, width=6)
    draw.text((330, 278), words, fill=INK, font=ImageFont.load_default(20))
    draw.rectangle((600, 346, 706, 382), fill=BLUE)
    draw.text((640, 353), "OK", fill=WHITE, font=ImageFont.load_default(18))
    return _bytes(image, "PNG")


def _panel(words: str) -> bytes:
    """The panel of a printer, as a phone sees it."""
    image = Image.new("RGB", (1200, 900), "#c9cdd0")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((120, 160, 1080, 720), 40, fill="#5b636a", outline="#3c4349", width=6)
    draw.rectangle((220, 240, 980, 470), fill="#b9d7a8", outline="#20262b", width=8)
    draw.text((300, 320), words, fill=INK, font=ImageFont.load_default(64))
    for place, colour in enumerate(("#d33c2f", "#8a9299", "#3f9c56")):
        draw.ellipse((320 + place * 220, 550, 420 + place * 220, 650), fill=colour, outline="#20262b", width=5)
    return _bytes(image.rotate(-2, expand=False, fillcolor="#c9cdd0"), "JPEG")


def _blurred() -> bytes:
    """A list whose names the sender has covered."""
    image = Image.new("RGB", (900, 560), WHITE)
    draw = ImageDraw.Draw(image)
    for row in range(11):
        draw.rectangle((30, 30 + row * 48, 870, 66 + row * 48), fill=GREY if row % 2 else WHITE)
        draw.text(
            (50, 38 + row * 48),
            f"2026-09-{row + 10}   NAME {row:02d}   WARD",
            fill=INK,
            font=ImageFont.load_default(22),
        )
    return _bytes(image.filter(ImageFilter.GaussianBlur(9)), "PNG")
