"""The verb that opens a ticket: number, clocks, idempotency key, what is kept."""

import uuid
from datetime import timedelta

import pytest

from itsm.audit.models import Event
from itsm.catalog.enums import Impact, Urgency
from itsm.errors import Conflict, RuleBroken
from itsm.submissions.models import Submission
from slas.models import Clock, Policy
from tests import factories
from tests.tickets.stages import START, last_event, later, written
from tickets import opening
from tickets.models import Ticket


def open_it(key=None, at=START, by=None, reported_at=None, source="web", reporter=None, **fields) -> Ticket:
    report, key = factories.report(**fields), key or uuid.uuid4()
    return opening.open_ticket(report, by=by, at=at, source=source, key=key, reported_at=reported_at, reporter=reporter)


# title_of


@pytest.mark.parametrize(
    "description, title",
    [
        ("打印机打不出检验报告。已经重启过。", "打印机打不出检验报告"),
        ("系统很慢\n三楼护士站", "系统很慢"),
        ("  登录不了！急  ", "登录不了"),
        ("为什么黑屏？谢谢", "为什么黑屏"),
        ("Cannot sign in; please help", "Cannot sign in"),
        ("。。。", "。。。"),
        ("打" * 60, "打" * 60),
        ("打" * 61, "打" * 59 + "…"),
    ],
)
def test_title_of_is_the_first_sentence(description, title):
    assert opening.title_of(description) == title


# What is kept


@pytest.mark.django_db
def test_open_starts_both_clocks_at_the_report(hospital):
    ticket = open_it()
    clocks = list(Clock.objects.order_by("kind").values_list("kind", "started_at", "target_seconds", "due_at"))
    assert clocks == [
        ("resolution", START, 28800, later(480)),
        ("response", START, 1800, later(30)),
    ]
    assert ticket.due_at == later(30)


@pytest.mark.django_db
def test_open_keeps_the_report_in_state_new(hospital):
    ticket = open_it(location="3 楼", source="phone")
    kept = Ticket.objects.get()
    found = (kept.pk, kept.state, kept.version, kept.title, kept.location, kept.source, kept.priority, kept.opened_at)
    assert found == (ticket.pk, "new", 1, "打印机打不出检验报告", "3 楼", "phone", "P3", START)


@pytest.mark.django_db
def test_open_is_audited_under_the_reporters_name(hospital):
    ticket = open_it()
    detail = {"source": "web", "priority": "P3", "reported_at": START.isoformat()}
    assert last_event(ticket) == ("tickets.open", "值班护士", START, detail)


@pytest.mark.django_db
def test_open_belongs_to_the_account_that_reports(hospital):
    person = factories.user("CLI", name="王医生")
    assert open_it(by=person, reporter=person).reporter == person


@pytest.mark.django_db
def test_open_for_a_namesake_belongs_to_nobody(hospital):
    agent = factories.user("DSK", name="王医生")
    assert open_it(by=agent, reporter_name="王医生").reporter is None


@pytest.mark.django_db
def test_open_takes_the_vendor_of_the_system(hospital):
    vendor = factories.vendor()
    assert open_it(system=factories.system(vendor=vendor)).vendor_id == vendor.pk


@pytest.mark.django_db
def test_open_for_an_acute_place_is_one_level_higher(hospital):
    ticket = open_it(department=factories.department(raises_priority=True))
    assert (ticket.priority, ticket.due_at) == ("P2", later(15))


@pytest.mark.django_db
def test_open_of_a_hampered_tier_a_system_for_the_whole_hospital_is_p1(hospital):
    system = factories.system(tier="A")
    assert open_it(system=system, impact=Impact.HOSPITAL, urgency=Urgency.HAMPERED).priority == "P1"


@pytest.mark.django_db
def test_tracking_links_differ_and_are_hard_to_guess(hospital):
    tokens = {open_it().token for _ in range(5)}
    assert (len(tokens), {len(token) for token in tokens}) == (5, {22})


# When


@pytest.mark.django_db
def test_open_a_late_entry_starts_the_clocks_at_the_call(hospital):
    ticket = open_it(at=later(180), reported_at=START)
    found = (ticket.reported_at, ticket.opened_at, ticket.response_clock.due_at)
    assert found == (START, later(180), later(30))


@pytest.mark.django_db
def test_open_exactly_24_hours_late_is_allowed(hospital):
    assert open_it(at=START + timedelta(hours=24), reported_at=START).reported_at == START


@pytest.mark.django_db
@pytest.mark.parametrize("late", [timedelta(hours=24, seconds=1), timedelta(seconds=-1)])
def test_open_later_than_24_hours_or_ahead_of_time_is_refused_and_writes_nothing(hospital, late):
    with pytest.raises(RuleBroken):
        open_it(at=START + late, reported_at=START)
    assert (any(written()), Submission.objects.count()) == (False, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("aware", ["at", "reported_at", ""])
def test_open_at_a_naive_moment_is_refused_and_writes_nothing(hospital, aware):
    moments = {name: START if name == aware else START.replace(tzinfo=None) for name in ("at", "reported_at")}
    with pytest.raises(ValueError, match="time zone"):
        open_it(**moments)
    assert (any(written()), Submission.objects.count()) == (False, 0)


@pytest.mark.django_db
def test_open_without_a_service_level_is_taken_and_says_so(hospital):
    policy = Policy.objects.create(number=2, drafted_at=later(0))
    factories.target(policy, "response", "P3", 30)
    factories.publish(policy, effective_at=later(0))
    ticket = open_it(at=later(1))
    assert (ticket.response_clock.gap, ticket.resolution_clock.gap, ticket.due_at) == ("", "policy", later(31))


# Numbers


@pytest.mark.django_db
def test_numbers_count_within_the_day(hospital):
    assert [open_it(at=later(minute)).number for minute in range(3)] == [
        "GD20260924-0001", "GD20260924-0002", "GD20260924-0003",
    ]  # fmt: skip


@pytest.mark.django_db
def test_numbers_start_again_at_midnight_in_shanghai(hospital):
    moments = ["2026-09-30 23:59:59", "2026-10-01 00:00:00"]
    assert [open_it(at=factories.at(moment)).number for moment in moments] == ["GD20260930-0001", "GD20261001-0001"]


@pytest.mark.django_db
def test_number_of_a_late_entry_is_of_the_day_of_entry(hospital):
    ticket = open_it(at=factories.at("2026-10-01 00:10"), reported_at=factories.at("2026-09-30 23:50"))
    assert ticket.number == "GD20261001-0001"


@pytest.mark.django_db
def test_a_refused_report_leaves_no_gap(hospital):
    open_it()
    with pytest.raises(RuleBroken):
        open_it(at=later(1), reported_at=later(2))
    assert open_it(at=later(3)).number == "GD20260924-0002"


# Idempotency


@pytest.mark.django_db
def test_the_same_key_and_report_give_the_same_ticket(hospital):
    key, department = uuid.uuid4(), factories.department()
    first = open_it(key, department=department)
    second = open_it(key, at=later(1), department=department)
    counts = (Ticket.objects.count(), Clock.objects.count(), Event.objects.count())
    assert (second.pk, second.number, counts) == (first.pk, first.number, (1, 2, 1))


@pytest.mark.django_db
def test_the_same_key_with_another_report_is_a_conflict_and_writes_nothing(hospital):
    key, department = uuid.uuid4(), factories.department()
    open_it(key, department=department)
    before = written()
    with pytest.raises(Conflict):
        open_it(key, department=department, description="另一件事")
    assert written() == before


@pytest.mark.django_db
def test_another_key_with_the_same_report_is_another_ticket(hospital):
    department = factories.department()
    assert [open_it(department=department).number[-4:] for _ in range(2)] == ["0001", "0002"]


@pytest.mark.django_db
def test_matrix_of_desk_shows_every_cell(hospital):
    cells = {cell: shown["value"] for cell, shown in opening.matrix_of_desk().items()}
    assert cells == {
        "1-1": "P1", "1-2": "P2", "1-3": "P3",
        "2-1": "P2", "2-2": "P3", "2-3": "P4",
        "3-1": "P3", "3-2": "P4", "3-3": "P4",
    }  # fmt: skip
