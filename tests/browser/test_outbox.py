"""The pages of what leaves the house at desk and phone width, in light and dark; copying with and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Broadcast
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import LONG, faults_of
from tests.notifications.groups import group

URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY"


def announced(title: str = "GD20260924-0001 超时：恢复（P1）") -> None:
    outbox.broadcast([Broadcast("c:1", title, LONG, "/tickets/GD20260924-0001/", urgent=True)], at=timezone.now())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_pages_of_the_outbox_are_accessible_and_fit(visit, stage, theme, size):
    announced()
    told = group(URL, name=LONG[:60], roles=["PM", "HLD"], phones=["13800000000"], secret="SEC-of-the-tests")
    outbox.broadcast([Broadcast("c:2", LONG)], at=timezone.now())
    Message.objects.filter(channel="group").update(next_try_at=None, attempts=8, last_error=f"93000 {LONG}")
    place = f"/outbox/groups/{told.pk}/"
    page = visit(factories.user("SYS"), size=size, theme=theme)
    paths = ["/outbox/", "/outbox/?state=sent", "/outbox/groups/", "/outbox/groups/new/", place, f"{place}edit/"]
    faults = [fault for path in paths for fault in faults_of(page, path)]
    page = visit(stage.desk, size=size, theme=theme)
    for path in ("/outbox/group-notices/", "/outbox/group-notices/?all=1", "/inbox/preferences/"):
        faults += faults_of(page, path)
    assert faults == []


def test_a_notice_is_copied_with_one_click_and_passed_on(visit, stage):
    announced()
    page = visit(stage.desk, size=DESKTOP)
    page.goto("/outbox/group-notices/")
    page.get_by_role("button", name="复制").click()
    expect(page.locator("#toasts")).to_contain_text("已复制")
    page.get_by_role("button", name="已转发到群").click()
    expect(page.get_by_text("没有待转发的通知")).to_be_visible()


def test_a_dead_letter_is_sent_again_without_scripts(browser, live_server, stage, visit):
    person = factories.user(email="away@hospital.test")
    now = timezone.now()
    values = {"channel": "email", "recipient": person, "title": "GD1", "attempts": 8, "created_at": now}
    Message.objects.create(dedup_key="d:1", last_error="550 no such person", **values)
    state = visit(factories.user("HIT"), size=DESKTOP).context.storage_state()
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url, storage_state=state)
    page = context.new_page()
    page.goto("/outbox/")
    page.get_by_role("button", name="重发").first.click()
    expect(page.get_by_text("1 条消息将重新发送")).to_be_visible()
    assert Message.objects.get().next_try_at is not None
    context.close()
