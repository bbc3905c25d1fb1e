"""The text of a ticket for a chat group: fields of our own lists, nothing that somebody has typed."""

import pytest
from django.test import Client

from tests import factories
from tests.tickets.stages import Desk
from tickets.group_words import group_text
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_page().get(pk=ticket.pk)


def test_group_text_says_what_where_who_until_when_and_where_to_read_on(settings):
    settings.PUBLIC_URL = "https://desk.hospital.test"
    desk = Desk()
    ticket = fresh(desk.ticket(system=factories.system(name="检验信息系统"), impact=1, urgency=1))
    lines = group_text(ticket).splitlines()
    assert lines[0] == f"【P1 待受理】{ticket.number}"
    assert lines[1] == f"检验信息系统 · {ticket.department.name}"
    assert lines[2] == "处理人：未派单"
    assert [line.partition("：")[0] for line in lines[3:5]] == ["首次响应", "解决时限"]
    assert lines[5:] == [f"https://desk.hospital.test/tickets/{ticket.number}/"]


def test_group_text_holds_nothing_that_was_typed():
    ticket = fresh(Desk().ticket(description="张三住院号00821547", location="东院三楼", reporter_name="李护士"))
    text = group_text(ticket)
    assert [word in text for word in ("张三", "00821547", "东院三楼", "李护士")] == [False] * 4


def test_the_text_stands_on_the_page_for_the_desk_and_not_for_the_reporter():
    desk, reporter = Desk(), factories.user("CLI")
    ticket = desk.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(reporter=reporter)
    found = {}
    for who in (desk.agent, reporter):
        browser = Client()
        browser.force_login(who)
        found[who] = "群通知文本" in browser.get(ticket.get_absolute_url()).content.decode()
    assert found == {desk.agent: True, reporter: False}
