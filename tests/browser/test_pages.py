"""Every page at desk and phone width, in light and dark: accessible, without overflow, without errors."""

import pytest
from playwright.sync_api import Page, expect

from itsm.accounts.models import User
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.looks import faults_of
from tickets import lifecycle
from tickets.models import Ticket

LONG = "重症医学科中心监护站三号床旁移动护理终端" * 3


@pytest.fixture
def desk_of_many(stage):
    """A desk with long names and a ticket in every state that a page shows."""
    now = factories.at("2026-09-24 09:00")
    factories.module(stage.system, name=LONG, vendor=factories.vendor(name=LONG), description=LONG)
    factories.interface(stage.system, name=LONG[:40], party=LONG, is_active=False)
    tickets = [
        factories.ticket(department=stage.department, system=stage.system, description=f"{LONG}第{number}次报修")
        for number in range(30)
    ]
    for ticket in tickets[:6]:
        lifecycle.claim(ticket, by=stage.engineer, at=now)
    for ticket in tickets[:2]:
        lifecycle.hold(ticket, by=stage.engineer, at=now, hold_reason="requester", note=LONG)
    lifecycle.resolve(tickets[5], by=stage.engineer, at=now, solution=LONG)
    return stage, tickets


def addresses(ticket: Ticket, resolved: Ticket) -> dict[str, list[str]]:
    return {
        "": ["/", "/report/", "/sign-in/", f"/report/{ticket.token}/", f"/track/{resolved.token}/", "/nowhere/"],
        "desk": ["/", "/tickets/", "/tickets/?filters=1&priority=P3", "/tickets/?q=zzz", "/tickets/new/",
                 ticket.get_absolute_url(), f"{ticket.get_absolute_url()}edit/", "/tickets/mine/"],
        "manager": ["/catalog/systems/", "/catalog/systems/?q=zzz&retired=1", "/catalog/systems/?missing=any",
                    f"/catalog/systems/{ticket.system_id}/", f"/catalog/systems/{ticket.system_id}/edit/",
                    "/catalog/interfaces/new/", "/catalog/missing/", "/catalog/priorities/", "/elements/"],
        "engineer": ["/", "/tickets/mine/", "/inbox/", ticket.get_absolute_url()],
        "system_admin": ["/operation/"],
    }  # fmt: skip


def person(stage: object, who: str) -> object:
    """Somebody of the stage, a system administrator, or a visitor without an account."""
    return factories.user("SYS") if who == "system_admin" else getattr(stage, who) if who else None


def test_pages_are_accessible_and_fit(visit, desk_of_many):
    stage, tickets = desk_of_many
    faults = []
    for who, paths in addresses(tickets[0], tickets[5]).items():
        page = visit(person(stage, who))
        for path in paths:
            faults += faults_of(page, path)
    assert faults == []


def test_report_without_script_works(browser, live_server, stage):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/report/")
    page.get_by_label("您的姓名").fill("王医生")
    page.get_by_label("电话或分机").fill("2316")
    page.locator("#id_department").select_option(str(stage.department.pk))
    page.get_by_label("故障现象").fill("打印机打不出检验报告")
    page.get_by_role("button", name="提交报修").click()
    expect(page.locator(".big-number")).to_be_visible()
    context.close()


def test_report_with_a_fault_keeps_what_was_typed(visit, stage):
    page = visit(size=PHONE)
    page.goto("/report/")
    page.get_by_label("您的姓名").fill("王医生")
    page.get_by_label("电话或分机").fill("转")
    page.get_by_label("故障现象").fill("打印机打不出检验报告")
    page.evaluate("document.querySelector('form[data-remember]').noValidate = true")
    page.get_by_role("button", name="提交报修").click()
    expect(page.locator("body")).to_contain_text("请填写电话号码或分机号")
    expect(page.get_by_label("故障现象")).to_have_value("打印机打不出检验报告")
    assert Ticket.objects.count() == 0


def sign_in(page: Page, user: User, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("工号").fill(user.work_number)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").first.click()


def test_sign_in_and_out(visit, stage):
    stage.desk.set_password("a-long-passphrase")
    stage.desk.save()
    page = visit()
    sign_in(page, stage.desk, "wrong")
    expect(page.locator("body")).to_contain_text("工号或密码不正确")
    sign_in(page, stage.desk, "a-long-passphrase")
    expect(page.locator("h1")).to_contain_text("王倩")
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="退出").click()
    page.goto("/tickets/")
    expect(page.get_by_label("工号")).to_be_visible()
