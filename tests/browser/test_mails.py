"""The desk's pages of mails at desk and phone width, in light and dark; and a hostile mail that stays words."""

from itertools import count

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looks import faults_of
from tests.browser.test_pages import LONG
from tests.documents import makers
from tests.tickets.mail.office import mail
from tickets.mail import intake, receiving
from tickets.mail.receiving import Parcel
from tickets.models import Ticket
from tickets.records import Letter

HOSTILE = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
_places = count(1)


def received(message, *, is_whole: bool = True) -> Letter:
    now, raw = timezone.now(), message.as_bytes()
    letter = receiving.take_in(Parcel("box", 1, next(_places), raw, len(raw), now, is_whole), at=now)
    intake.settle(letter, at=now)
    letter.refresh_from_db()
    return letter


def strange(subject: str = LONG, text: str = LONG) -> Letter:
    message = mail(f"{LONG[:40]} <someone@elsewhere.test>", subject[:150], text)
    message.add_attachment(makers.picture(), "image", "png", filename=f"{LONG[:60]}.png")
    return received(message)


def test_the_pages_of_mails_are_accessible_and_fit(visit, stage):
    page = visit(stage.desk)
    faults = faults_of(page, "/letters/")
    waiting, large = strange(), received(mail(subject="录屏"), is_whole=False)
    robot = received(mail(subject="自动回复: 外出"))
    paths = ["/letters/", "/letters/?tab=all", *(f"/letters/{one.pk}/" for one in (waiting, large, robot))]
    for path in paths:
        faults += faults_of(page, path)
    assert faults == []


def test_a_mail_becomes_a_ticket_on_a_phone(visit, stage):
    letter = strange("打印机坏了", "三楼。")
    page = visit(stage.desk, size=PHONE)
    page.goto("/letters/")
    page.get_by_role("link", name="处理 打印机坏了").click()
    page.get_by_label("报修人").fill("护士站")
    page.locator("select[name=department]").select_option(str(stage.department.pk), force=True)
    page.get_by_role("button", name="转为工单").click()
    expect(page.get_by_role("heading", name="打印机坏了")).to_be_visible()
    letter.refresh_from_db()
    assert letter.ticket == Ticket.objects.get(source="email")


def test_a_hostile_mail_stays_words(visit, stage):
    letter = strange(HOSTILE, HOSTILE)
    page = visit(stage.desk, size=DESKTOP)
    for path in ("/letters/", f"/letters/{letter.pk}/"):
        page.goto(path)
        expect(page.get_by_text("onerror=").first).to_be_visible()
        assert page.title() != "ran"
        assert page.locator("img[src=x]").count() == 0
