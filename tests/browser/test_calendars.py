"""Calendars and official holidays in the browser: accessible and fitting, and whole without scripts."""

import pytest
from playwright.sync_api import expect

from itsm.catalog import calendar_seeding
from itsm.catalog.models import CalendarVersion, HolidayYear
from tests import factories
from tests.browser.looks import faults_of
from tests.catalog import agreements
from tests.catalog.agreements import NOW
from tests.catalog.notices import TEXT_2026

TEXT = TEXT_2026.replace("２０２６年", "2027年")


@pytest.fixture
def calendar(stage):
    """A calendar that follows the official tables, with a half day whose name is long, and a draft."""
    calendar_seeding.seed(lambda name, count: None, at=NOW)
    half = {"2026-05-12": {"name": "<b>护士节</b>全院职工代表大会与表彰大会", "windows": [["08:00:00", "12:00:00"]]}}
    return agreements.calendar("门诊药房窗口", drafted=True, follows_holidays=True, exceptions=half)


def test_pages_of_calendars_are_accessible_and_fit(visit, stage, calendar):
    page, home = visit(stage.manager), calendar.get_absolute_url()
    pages = ["/catalog/calendars/", f"{home}?year=2026", f"{home}?year=2027", f"{home}hours/", f"{home}publish/"]
    pages += ["/catalog/holidays/", "/catalog/holidays/2026/", "/catalog/holidays/enter/"]
    assert [fault for path in pages for fault in faults_of(page, path)] == []


def test_a_notice_is_taken_in_without_a_script(browser, live_server, stage, calendar):
    stage.manager.set_password("a-long-passphrase")
    stage.manager.save()
    page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.goto("/catalog/holidays/enter/")
    page.get_by_label("工号").fill(stage.manager.work_number)
    page.get_by_label("密码").fill("a-long-passphrase")
    page.get_by_role("button", name="登录").first.click()
    page.get_by_label("年度").fill("2027")
    page.get_by_label("通知正文").fill(TEXT)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("2027-10-01 周五")).to_be_visible()
    assert not HolidayYear.objects.filter(pk=2027).exists()
    page.get_by_role("button", name="应用以上日期").click()
    expect(page.locator("h1")).to_have_text("2027年法定节假日")
    assert CalendarVersion.objects.current().get(calendar=calendar).rules["years"][-1] == 2027


def test_hours_are_copied_drafted_and_published(visit, stage, calendar):
    page = visit(stage.manager)
    page.goto(f"{calendar.get_absolute_url()}hours/")
    page.get_by_label("星期一", exact=True).fill("9:00-17:00")
    page.get_by_role("button", name="把星期一复制到星期二至五").click()
    expect(page.get_by_label("星期五", exact=True)).to_have_value("9:00-17:00")
    page.get_by_label("名称").nth(1).fill("义诊")
    page.get_by_label("自", exact=True).nth(1).fill("2026-12-12")
    page.get_by_label("变更内容和原因").fill("冬季作息")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("cell", name="2026-12-12 周六 义诊")).to_have_count(0)  # closed as every Saturday
    expect(page.locator("#samples")).to_be_visible()
    page.get_by_role("button", name="发布").click()
    expect(page.locator("h1")).to_have_text("门诊药房窗口")
    version = CalendarVersion.objects.current().get(calendar=calendar)
    assert (version.rules["weekly"]["4"], sorted(version.exceptions)) == (
        [["09:00:00", "17:00:00"]],
        ["2026-05-12", "2026-12-12"],
    )


def test_who_may_not_keep_calendars_sees_no_verb(visit, stage, calendar):
    page = visit(factories.user("EXE"))
    page.goto(calendar.get_absolute_url())
    expect(page.get_by_role("button", name="放弃草稿")).to_have_count(0)
    expect(page.get_by_text("<b>护士节</b>").first).to_be_visible()
