"""The desk's pages around a ticket at desk and phone width, in light and dark, and a call made on a phone."""

import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looks import faults_of
from tests.browser.test_pages import LONG
from tickets import alert_sources, lifecycle, relations, scope, urging
from tickets.records import FollowUp, FollowUpRule


@pytest.fixture
def busy_desk(stage):
    """A ticket with every flag and relation, its duplicate, a call to make, and an alert source."""
    now = timezone.now()
    FollowUpRule.objects.create(position=1, percent=100, seed="s", made_at=now)
    names = {"department": stage.department, "system": stage.system, "description": LONG}
    main, twin, other, ended = (factories.ticket(moment=now, **names) for _ in range(4))
    relations.merge(twin, by=None, at=now, main=main)
    relations.link(main, by=None, at=now, other=other, kind="caused_by")
    words = {"title": LONG, "description": LONG, "system": None}
    relations.split(main, by=None, at=now, key=uuid.uuid4(), **words)
    scope.set_scope(main, by=None, at=now, out_of_scope=True, reason=LONG)
    urging.urge(main, by=None, at=now)
    main = lifecycle.claim(main, by=stage.engineer, at=now)
    for _ in range(3):
        person = factories.user("ENG")
        main = lifecycle.transfer(main, by=None, at=now, assignee=person, reason=LONG)
    ended = lifecycle.resolve(lifecycle.accept(ended, by=None, at=now), by=None, at=now, solution=LONG)
    ended = lifecycle.close(ended, by=None, at=now)
    columns = {"slug": "zabbix", "name": LONG[:40], "department": stage.department}
    alert_sources.add(by=None, at=now, columns=columns)
    return main, twin, ended


def test_the_desks_pages_are_accessible_and_fit(visit, stage, busy_desk):
    main, twin, ended = busy_desk
    manager, administrator = factories.user("PM"), factories.user("SYS")
    addresses = [
        (None, [twin.track_path, main.track_path]),
        (manager, [main.get_absolute_url(), twin.get_absolute_url(), "/tickets/?tab=all", "/follow-ups/"]),
        (manager, ["/follow-ups/?tab=later", f"/follow-ups/{ended.number}/", "/follow-ups/rules/"]),
        (administrator, ["/alert-sources/", "/alert-sources/zabbix/"]),
    ]
    faults = []
    for person, paths in addresses:
        page = visit(person)
        for path in paths:
            faults += faults_of(page, path)
    assert faults == []


def test_a_call_is_recorded_on_a_phone(visit, stage, busy_desk):
    _main, _twin, ended = busy_desk
    page = visit(stage.desk, size=PHONE)
    page.goto("/follow-ups/")
    page.get_by_role("link", name=f"登记 {ended.number}").click()
    page.get_by_label("未解决").check()
    page.get_by_label("回访内容").fill("仍打不开")
    page.get_by_role("button", name="登记回访").click()
    expect(page.get_by_text("未解决，工单已重开。")).to_be_visible()
    assert FollowUp.objects.get(ticket=ended).outcome == "unsolved"


def test_a_duplicate_is_merged_from_its_page(visit, stage, busy_desk):
    main, _twin, _ended = busy_desk
    ticket = factories.ticket(department=stage.department)
    page = visit(stage.desk, size=DESKTOP)
    page.goto(ticket.get_absolute_url())
    page.locator("#verb-merge summary").click()
    page.get_by_label("主单编号").fill(main.number)
    page.get_by_role("button", name="合并为重复").click()
    expect(page.get_by_role("link", name=main.number)).to_be_visible()


@pytest.mark.parametrize("role", ["HIT", "DSK"])  # without boxes to tick, and with them
def test_no_number_in_the_queue_is_cut_off(visit, stage, busy_desk, role):
    page = visit(factories.user(role))
    page.goto("/tickets/?tab=all")
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).length"
    cells = page.locator(".cell-number")
    assert (cells.count() > 3, cells.evaluate_all(cut)) == (True, 0)
