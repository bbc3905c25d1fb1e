"""The dashboards in Chromium: accessible and fitting, drawn in both themes, and whole without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from itsm.catalog.enums import Impact, Urgency
from itsm.reports.models import Goal
from tests import factories
from tests.browser.looks import faults_of
from tests.browser.test_pages import LONG
from tickets import lifecycle

DRAWN = """id => [...document.querySelectorAll(`#${id} svg path`)].map(one => one.getAttribute("fill"))"""


@pytest.fixture
def month(stage):
    """A month with something of everything: urgent, late, held, solved in time, rated; names that hardly fit."""
    now = timezone.now()
    long = factories.system(name=LONG[:40], vendor=factories.vendor(name=LONG[:40]))
    for code, value in (("K2", 95), ("K4", 92)):
        Goal.objects.create(code=code, value=value, since_on=now.date() - timedelta(days=60), name="合同附件三")
    urgent = {"impact": Impact.HOSPITAL, "urgency": Urgency.STOPPED, "system": stage.system}
    factories.ticket(moment=now - timedelta(hours=5), department=stage.department, description=LONG, **urgent)
    names = {"department": stage.department, "system": long}
    tickets = [factories.ticket(moment=now - timedelta(minutes=50), description=LONG, **names) for _ in range(3)]
    held = lifecycle.claim(tickets[0], by=stage.engineer, at=now - timedelta(minutes=40))
    lifecycle.hold(held, by=stage.engineer, at=now - timedelta(minutes=30), hold_reason="requester", note="等回复")
    solved = lifecycle.claim(tickets[1], by=stage.engineer, at=now - timedelta(minutes=45))
    lifecycle.resolve(solved, by=stage.engineer, at=now - timedelta(minutes=5), solution="重启")
    return stage


def test_the_dashboards_are_accessible_and_fit(visit, month):
    page, faults = visit(month.manager), []
    for address in ("cockpit", "desk", "mine", "executive", "lists/urgent", "goals"):
        faults += faults_of(page, f"/reports/{address}/")
    assert faults == []


def test_the_chart_is_drawn_in_the_colours_of_either_theme(visit, month):
    page = visit(month.manager)
    page.goto("/reports/cockpit/")
    expect(page.locator("#trend svg")).to_be_visible()
    light = page.evaluate(DRAWN, "trend")
    assert "#0b6478" in light
    page.get_by_role("banner").locator("[data-theme-flip]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_function("document.querySelector('#trend svg path[fill=\"#63c5d6\"]')")
    assert "#0b6478" not in page.evaluate(DRAWN, "trend")


def test_paper_shows_the_chart_in_light(visit, month):
    page = visit(month.manager, theme="dark")
    page.goto("/reports/cockpit/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "#0b6478" in page.evaluate(DRAWN, "trend")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_number_leads_to_its_tickets(visit, month):
    page = visit(month.manager)
    page.goto("/reports/cockpit/")
    page.get_by_role("link", name="未解决 P1/P2: 1").click()
    expect(page.locator("h1")).to_have_text("未解决 P1/P2")
    expect(page.locator("table.queue tbody tr")).to_have_count(1)


def test_what_narrows_is_chosen_and_stays(visit, month):
    page = visit(month.manager)
    page.goto("/reports/cockpit/")
    page.locator("select[name=system]").select_option(str(month.system.pk))
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("navigation", name="看板").get_by_role("link", name="服务台").click()
    expect(page.locator("select[name=system]")).to_have_value(str(month.system.pk))


def test_without_scripts_the_table_says_the_same(browser, live_server, month, visit):
    cookies = visit(month.manager).context.cookies()
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/reports/cockpit/")
    expect(page.locator("#trend")).to_be_hidden()
    page.get_by_text("数据表").click()
    expect(page.locator(".chart-table tbody tr")).to_have_count(12)
    context.close()
