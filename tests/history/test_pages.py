"""变更历史: the newest first, only what differs, in words, masked, in as many queries for 1 as for 3 versions."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from itsm.accounts.models import User
from itsm.catalog import registry
from itsm.catalog.models import Contract, ServiceItem
from itsm.catalog.registers import REGISTERS
from itsm.history import SOURCES
from itsm.notifications.register import DESTINATIONS
from itsm.pages import versions
from itsm.reports.boards.goal_register import GOALS
from tests import factories
from tests.tickets.stages import Desk, later
from tickets import conversation, lifecycle
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def told(record, **options):
    rows = list(type(record).history.filter(id=record.pk))
    return versions.told(rows, None, **options)


def test_creation_is_shown_as_such():
    [version] = told(factories.system())
    assert (version.act, version.lines) == ("创建了记录", [])


def test_a_change_shows_only_what_differs_in_words():
    desk = Desk()
    ticket = lifecycle.assign(desk.ticket(), by=desk.agent, at=later(5), assignee=desk.engineer)
    lines = {line.label: (line.before, line.after) for line in told(ticket)[0].lines}
    assert lines == {
        "处理人": ("", "工程师甲"),
        "时限": ("2026-09-24 09:30", "2026-09-24 17:00"),
        "状态": ("待受理", "已受理"),
        "首次响应": ("", "2026-09-24 09:05"),
    }


def test_versions_come_newest_first_with_their_actors():
    desk = Desk()
    ticket = desk.ticket("in_progress")
    assert [v.who for v in told(ticket)] == ["工程师甲", "报修人或系统"]


def test_texts_are_masked():
    desk = Desk()
    ticket = desk.ticket("in_progress")
    changes = {"location": "住院号00821547床旁"}
    conversation.edit(ticket, by=desk.engineer, at=later(9), version=ticket.version, changes=changes)
    page = client_of(desk.agent).get(reverse("history:ticket", args=[ticket.pk])).content.decode()
    assert ("床旁" in page, "00821547" in page) == (True, False)


def test_a_long_text_is_shown_as_the_lines_that_differ():
    system = factories.system(description="一行\n二行")
    registry.change(system, by=None, at=later(1), version=1, values={"description": "一行\n三行"})
    [line] = told(system)[0].lines
    assert line.diff == [(" ", "一行"), ("-", "二行"), ("+", "三行")]


def test_the_amount_is_hidden_from_those_who_may_not_read_it():
    vendor = factories.vendor()
    contract = Contract.objects.create(
        number="HT1", title="运维", hospital="医院", contractor=vendor, signed_on="2026-01-01", amount=1
    )
    contract.amount = 987654
    contract.save()
    path = reverse("history:contract", args=[contract.pk])
    seen = ["987654" in client_of(factories.user(role)).get(path).content.decode() for role in ("HIT", "HLD")]
    assert seen == [False, True]


def test_nobody_reads_a_password():
    person = factories.user("ENG")
    person.set_password("another-secret-2026")
    person.save()
    page = client_of(factories.user("SYS")).get(reverse("history:person", args=[person.pk])).content.decode()
    assert ("pbkdf2" in page or person.password in page) is False


def test_a_ticket_without_a_sheet_has_no_history_of_one():
    desk = Desk()
    path = reverse("history:sheet", args=[desk.ticket().pk])
    assert client_of(desk.agent).get(path).status_code == 404


def test_a_complaint_is_hidden_from_whom_it_is_about():
    desk = Desk()
    about = factories.user("PM")
    ticket = desk.ticket(kind="complaint", particulars={"severity": "general", "about_person": about})
    path = reverse("history:ticket", args=[ticket.pk])
    assert [client_of(who).get(path).status_code for who in (about, desk.manager)] == [404, 200]


def queries(client, path):
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_one_and_three_versions_cost_the_same():
    agent = Desk().agent
    ticket = factories.ticket(by=agent, system=factories.system())
    client, path = client_of(agent), reverse("history:ticket", args=[ticket.pk])
    client.get(path)
    one = queries(client, path)
    for title in ("一", "二"):
        ticket.title = title
        ticket.save()
    assert (queries(client, path), Ticket.history.filter(id=ticket.pk).count()) == (one, 3)


def test_pages_follow_one_another_and_the_last_line_knows_what_was_before():
    ticket = factories.ticket()
    for number in range(25):
        ticket.title = f"第{number}次"
        ticket.save()
    client, path = client_of(Desk().agent), reverse("history:ticket", args=[ticket.pk])
    first = client.get(path)
    last = first.context["versions"][-1].lines[0]
    second = client.get(path + first.context["pager"].older_url)
    assert (len(first.context["versions"]), len(second.context["versions"])) == (20, 6)
    assert (last.before, last.after) == ("第4次", "第5次")
    assert second.context["versions"][-1].act == "创建了记录"


@pytest.mark.parametrize("role, linked", [("DSK", True), ("CLI", False)])
def test_the_ticket_page_leads_to_its_history(role, linked):
    person = factories.user(role)
    ticket = factories.ticket(reporter=person)
    page = client_of(person).get(ticket.get_absolute_url()).content.decode()
    assert (reverse("history:ticket", args=[ticket.pk]) in page) is linked


def columns_of(name):
    model = {"ticket": Ticket, "person": User, "contract": Contract, "service": ServiceItem}.get(name)
    model = model or next(register.model for register in (*REGISTERS, DESTINATIONS, GOALS) if register.noun == name)
    return [c for c in model.history.model.tracked_fields if not c.primary_key and c.name not in versions.UNSAID]


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"sheet"}))
def test_every_column_that_is_shown_has_a_name(name):
    unnamed = [c.name for c in columns_of(name) if versions.label_of(c) == c.name.replace("_", " ")]
    assert unnamed == []
