"""Parallel reports: gap-free numbers, each with its own people, and one ticket for one form."""

import re
import uuid
from collections.abc import Callable
from types import ModuleType

import pytest
from django.db import transaction

from itsm.accounts.models import User
from itsm.audit import chain
from itsm.audit.models import Event, Link
from itsm.errors import Conflict
from itsm.notifications.models import Message
from itsm.numbering.models import Counter
from itsm.submissions.models import Submission
from slas.models import Clock
from tests.factories import at
from tests.parallel import split, together
from tests.visitor import Visitor
from tickets import conversation, opening
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("machine")
NOW = at("2026-10-14 09:00")
MANY = 50


class Boom(Exception):
    """The transaction around the verb fails after the verb."""


def opener(report: opening.Report, by: User | None, key: uuid.UUID | None = None) -> Callable[[], Ticket]:
    key = key or uuid.uuid4()
    return lambda: opening.open_ticket(report, by=by, at=NOW, source="web", key=key, reporter=by)


def failing(job: Callable[[], Ticket]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            job()
            raise Boom

    return run


def numbers(count: int) -> list[str]:
    return [f"GD20261014-{n:04d}" for n in range(1, count + 1)]


def people(hospital: ModuleType, count: int) -> list[User]:
    return [hospital.user("CLI", name=f"护士{n}", phone=f"6{n:03d}") for n in range(count)]


def reports(hospital: ModuleType, nurses: list[User]) -> list[opening.Report]:
    """One per nurse; five systems, each with an owner of its own."""
    systems = [hospital.system(primary_owner=hospital.user("ENG")) for _ in range(5)]
    ward = hospital.department()
    return [
        hospital.report(
            reporter_name=nurse.name,
            reporter_phone=nurse.phone,
            description=f"{nurse.name}的打印机坏了",
            department=ward,
            system=systems[index % 5],
        )
        for index, nurse in enumerate(nurses)
    ]


def test_fifty_at_once_get_fifty_numbers_without_a_gap_and_their_own_people(hospital_open: ModuleType) -> None:
    nurses = people(hospital_open, MANY)
    said = reports(hospital_open, nurses)
    opened, failures = split(together([opener(report, nurse) for report, nurse in zip(said, nurses, strict=True)]))
    assert failures == []
    assert sorted(ticket.number for ticket in opened) == numbers(MANY)
    kept = {ticket.number: ticket for ticket in Ticket.objects.select_related("system", "reporter")}
    assert sorted(kept) == numbers(MANY)
    for ticket, report, nurse in zip(opened, said, nurses, strict=True):
        row = kept[ticket.number]
        assert (row.pk, row.reporter, row.reporter_name, row.reporter_phone, row.description, row.system) == (
            (ticket.pk, nurse, nurse.name, nurse.phone, report.description, report.system)
        )
        notice = Message.objects.get(dedup_key=f"ticket:{row.pk}:opened:{report.system.primary_owner_id}")
        assert notice.recipient_id == report.system.primary_owner_id
        event = Event.objects.about(row).get()
        assert (event.actor_id, event.object_label) == (nurse.pk, row.number)
    assert Clock.objects.count() == 2 * MANY
    assert len({row.response_clock_id for row in kept.values()}) == MANY


def test_forty_notes_on_forty_tickets_at_once_are_one_chain(hospital_open: ModuleType) -> None:
    """They share nothing but the end of the audit chain."""
    desk, ward = hospital_open.user("DSK"), hospital_open.department()
    tickets = [hospital_open.ticket(department=ward) for _ in range(40)]
    jobs = [lambda t=ticket: conversation.note(t, by=desk, at=NOW, body="记一下") for ticket in tickets]
    noted, failures = split(together(jobs))
    assert (len(noted), failures) == (40, [])
    assert list(Link.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 81))
    assert list(chain.verify()) == []


def test_a_report_that_fails_gives_its_number_back(hospital_open: ModuleType) -> None:
    nurses = people(hospital_open, MANY)
    jobs = [opener(report, nurse) for report, nurse in zip(reports(hospital_open, nurses), nurses, strict=True)]
    mixed = [failing(job) if index % 5 == 2 else job for index, job in enumerate(jobs)]
    opened, failures = split(together(mixed))
    assert [type(failure) for failure in failures] == [Boom] * 10
    assert sorted(ticket.number for ticket in opened) == numbers(40)
    assert sorted(Ticket.objects.values_list("number", flat=True)) == numbers(40)
    assert Counter.objects.get(prefix="GD").last == 40
    assert (Clock.objects.count(), Event.objects.count(), Submission.objects.count()) == (80, 40, 40)
    assert Message.objects.count() == 40


def test_one_key_is_one_ticket_though_its_first_use_is_rolled_back(hospital_open: ModuleType) -> None:
    report, key = hospital_open.report(), uuid.uuid4()
    job = opener(report, None, key)
    opened, failures = split(together([failing(job) if index % 4 == 0 else job for index in range(20)]))
    assert [type(failure) for failure in failures] == [Boom] * 5
    assert {ticket.number for ticket in opened} == {"GD20261014-0001"}
    assert Ticket.objects.count() == 1


def test_one_key_with_two_contents_keeps_the_first_and_refuses_the_other(hospital_open: ModuleType) -> None:
    ward, key = hospital_open.department(), uuid.uuid4()
    said = [hospital_open.report(department=ward, description=text) for text in ("打印机坏了", "电脑坏了")]
    opened, failures = split(together([opener(said[index % 2], None, key) for index in range(20)]))
    assert [type(failure) for failure in failures] == [Conflict] * 10
    kept = Ticket.objects.get()
    assert [ticket.description for ticket in opened] == [kept.description] * 10


def test_the_form_sent_twenty_times_at_once_is_one_ticket(hospital_open: ModuleType, live_server: object) -> None:
    ward = hospital_open.department()
    visitor = Visitor(live_server.url)
    fields = {
        "key": visitor.key("/report/"),
        "name": "王护士",
        "phone": "2316",
        "department": ward.pk,
        "description": "检验报告打不出来",
        "location": "三楼护士站",
        "impact": 1,
        "urgency": 2,
    }
    answers = together([lambda: visitor.post("/report/", **fields)] * 20)
    ticket = Ticket.objects.get()
    assert {(answer.status, answer.location) for answer in answers} == {(302, f"/report/{ticket.token}/")}
    assert re.findall(r"GD\d{8}-\d{4}", visitor.get(answers[0].location).text)[0] == ticket.number
    assert (ticket.reporter_name, ticket.location, ticket.department) == ("王护士", "三楼护士站", ward)
    assert (Clock.objects.count(), Event.objects.count()) == (2, 1)
