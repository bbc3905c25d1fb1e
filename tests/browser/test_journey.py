"""The whole way of a report, in a browser, as the people walk it."""

import re

from playwright.sync_api import Page, expect

from itsm.audit import chain
from tests.browser.conftest import PHONE
from tickets.models import Ticket


def choose(page: Page, name: str, words: str, text: str) -> None:
    """Pick from a searchable select by typing, as a person does."""
    control = page.locator(f"#id_{name}-ts-control")
    control.click()
    control.fill(words)
    page.locator(".ts-dropdown:visible .option", has_text=text).first.click()


def test_report_to_rating_walks_every_step(visit, stage):
    nurse = visit(size=PHONE)
    track = report_as_nurse(nurse)
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.state) == ("P2", "new")

    desk = visit(stage.desk)
    accept_and_assign(desk, ticket, stage)

    engineer = visit(stage.engineer, size=PHONE)
    claim_hold_resume(engineer, ticket)
    resolve(engineer, ticket)

    nurse.goto(track)
    expect(nurse.locator("body")).to_contain_text("签章服务已重启")
    nurse.get_by_role("button", name="已解决").click()
    expect(nurse.locator("body")).to_contain_text("谢谢！工单已关闭。")
    rate(nurse)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating, ticket.rating_comment) == ("closed", 5, "速度快")
    assert ticket.assignee == stage.engineer
    assert ticket.resolution_clock.is_met
    assert ticket.response_clock.is_met
    assert list(chain.verify()) == []


def report_as_nurse(page: Page) -> str:
    """From the portal to the receipt; returns the tracking address."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("报修")).first.click()
    page.get_by_label("您的姓名").fill("王医生")
    page.get_by_label("电话或分机").fill("2316")
    choose(page, "department", "xhnk", "消化内科")
    page.get_by_label("故障现象").fill("首次病程记录提交时提示签章服务超时，全科都签不了。")
    choose(page, "system", "dzbl", "电子病历系统")
    page.get_by_text("整个科室或病区").click()
    page.get_by_text("诊疗或收费已中断").click()
    page.get_by_role("button", name="提交报修").click()
    expect(page.locator(".big-number")).to_have_text(re.compile(r"^GD\d{8}-0001$"))
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_role("link", name="查看处理进度").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("已报修")
    return page.url


def accept_and_assign(page: Page, ticket: Ticket, stage: object) -> None:
    page.goto("/tickets/")
    page.get_by_role("link", name="首次病程记录提交时提示签章服务超时").first.click()
    page.get_by_role("button", name="受理").click()
    expect(page.locator("#ticket")).to_contain_text("已受理")
    page.locator("#verb-assign > summary").click()
    page.locator("#assign_assignee").select_option(str(stage.engineer.pk))
    page.locator("#verb-assign button[type=submit]").click()
    expect(page.locator(".facts").first).to_contain_text("马超")


def claim_hold_resume(page: Page, ticket: Ticket) -> None:
    page.goto("/tickets/mine/")
    page.get_by_role("button", name="接单").first.click()
    page.goto(ticket.get_absolute_url())
    page.locator("#verb-hold > summary").click()
    page.get_by_text("等待用户").click()
    page.locator("#hold_note").fill("约定下班后重启")
    page.locator("#verb-hold button[type=submit]").click()
    expect(page.locator("#ticket .ticket-head")).to_contain_text("已挂起")
    page.get_by_role("button", name="恢复").click()
    expect(page.locator("#ticket .ticket-head")).to_contain_text("处理中")


def resolve(page: Page, ticket: Ticket) -> None:
    page.locator("#verb-resolve > summary").click()
    page.locator("#resolve_solution").fill("签章服务已重启，线程池扩容，观察无积压。")
    page.locator("#verb-resolve button[type=submit]").click()
    expect(page.locator("#ticket .ticket-head")).to_contain_text("已解决")


def rate(page: Page) -> None:
    page.locator("label[for=star-5]").click()
    page.get_by_label("还有什么想说的").fill("速度快")
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("body")).to_contain_text("感谢您的评价")


def test_phone_intake_by_keyboard_alone_registers_the_call(visit, stage):
    page = visit(stage.desk)
    page.goto("/tickets/new/")
    page.keyboard.type("王医生")
    page.keyboard.press("Tab")
    page.keyboard.type("2316")
    page.keyboard.press("Tab")
    page.keyboard.type("xhnk")
    page.keyboard.press("Tab")
    page.get_by_label("故障现象").focus()
    page.keyboard.type("签章服务超时")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ticket-title")).to_have_text("签章服务超时")
    ticket = Ticket.objects.get()
    assert (ticket.department, ticket.source) == (stage.department, "phone")


def test_edit_of_a_stale_page_shows_both_and_saves_mine_on_wish(visit, stage):
    from tests import factories

    ticket = factories.ticket(department=stage.department, system=stage.system)
    first, second = visit(stage.desk), visit(stage.manager)
    for page in (first, second):
        page.goto(f"{ticket.get_absolute_url()}edit/")
    first.get_by_label("标题").fill("先保存的标题")
    first.get_by_role("button", name="保存").click()
    expect(first.locator("#ticket-title")).to_have_text("先保存的标题")
    second.get_by_label("标题").fill("后保存的标题")
    second.get_by_role("button", name="保存").click()
    expect(second.locator("table.compare")).to_contain_text("先保存的标题")
    expect(second.locator("table.compare")).to_contain_text("后保存的标题")
    second.get_by_role("button", name="用我的覆盖").click()
    expect(second.locator("#ticket-title")).to_have_text("后保存的标题")
