"""The audit log's pages: what an auditor finds, and what stays shut."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from itsm.audit import checking, log
from itsm.audit.enums import Outcome
from itsm.audit.models import Event
from tests import factories
from tests.tickets.stages import Desk

NOW = factories.at("2026-10-14 09:00")


@pytest.fixture
def auditor(client: Client, db: None) -> Client:
    """The audit administrator's browser."""
    client.force_login(factories.user("AUD", work_number="auditor"))
    return client


def labels(client: Client, **asked: object) -> list[str]:
    return [event.object_label for event in client.get("/audit/", asked).context["events"]]


def entry(label: str, verb: str = "accounts.grant", **fields: object) -> Event:
    by = fields.pop("by", None)
    return log.record(verb, None, by=by, at=NOW, label=label, **fields)


def test_events_are_listed_newest_first(auditor):
    entry("a")
    entry("b")
    assert labels(auditor) == ["b", "a"]


def test_events_are_narrowed_by_person(auditor):
    person = factories.user("ENG", work_number="machao", name="马超")
    entry("a", by=person)
    entry("b")
    assert [labels(auditor, person=words) for words in ("machao", "MACHAO", "马超", "nobody")] == [["a"]] * 3 + [[]]


def test_events_are_narrowed_by_act_record_and_outcome(auditor):
    entry("a", "accounts.create")
    entry("b", outcome=Outcome.REFUSED)
    found = [
        labels(auditor, **asked) for asked in ({"verb": "accounts.create"}, {"record": "b"}, {"outcome": "refused"})
    ]
    assert found == [["a"], ["b"], ["b"]]


def test_a_period_holds_both_of_its_days_and_is_cut_at_local_midnight(auditor):
    today = timezone.localdate()
    entry("today")
    assert [
        labels(auditor, since=today, until=today),
        labels(auditor, until=today - timedelta(days=1)),
        labels(auditor, since=today + timedelta(days=1)),
    ] == [["today"], [], []]


def test_between_is_half_open_in_local_time(db):
    early, late = factories.at("2026-10-14 00:00"), factories.at("2026-10-15 00:00")
    day = early.date()
    for moment in (early - timedelta(seconds=1), early, late - timedelta(seconds=1), late):
        Event(at=moment, recorded_at=moment, verb="x", body_hash="0" * 64).save(force_insert=True)
    assert [event.at for event in Event.objects.between(day, day).order_by("id")] == [
        early,
        late - timedelta(seconds=1),
    ]


def test_a_filter_that_makes_no_sense_is_left_out(auditor):
    entry("a")
    assert [labels(auditor, verb="nonsense"), labels(auditor, since="x"), labels(auditor, person="\x00")] == [["a"]] * 3


def test_events_are_paged(auditor):
    for n in range(51):
        entry(str(n))
    first = auditor.get("/audit/")
    second = auditor.get(f"/audit/{first.context['pager'].older_url}")
    assert [len(page.context["events"]) for page in (first, second)] == [50, 1]


def test_the_list_costs_the_same_for_one_and_three_entries(auditor, django_assert_num_queries):
    entry("a", by=factories.user("ENG"))
    auditor.get("/audit/")
    with django_assert_num_queries(5):
        auditor.get("/audit/")
    for n in range(2):
        entry(str(n), by=factories.user("ENG"))
    with django_assert_num_queries(5):
        auditor.get("/audit/")


@pytest.mark.django_db(transaction=True)
def test_an_entry_shows_before_and_after_and_is_an_entry_itself(client):
    client.force_login(factories.user("AUD"))
    before, after = {"roles": ["CLI"]}, {"roles": ["DSK"]}
    made = entry("machao", detail={"before": before, "after": after, "reason": "调岗"})
    page = client.get(f"/audit/{made.pk}/")
    read = Event.objects.get(verb="audit.read")
    assert (page.context["changes"], page.context["facts"], read.object_id) == (
        [("角色", "CLI", "DSK")],
        [("原因", "调岗")],
        made.pk,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["tickets.open", "tickets.note", "tickets.edit", "changes.approve", "surveys.answer"])
def test_the_details_of_a_business_record_stay_shut(client, verb):
    client.force_login(factories.user("AUD"))
    made = entry("GD20261014-0001", verb, detail={"reason": "患者姓名"})
    page = client.get(f"/audit/{made.pk}/")
    assert (page.context["shut"], "患者姓名" in page.content.decode()) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_no_text_of_a_ticket_reaches_the_auditor(client):
    factories.reference()
    desk = Desk()
    ticket = desk.ticket("closed", description="打印机卡纸", reporter_name="护士小李")
    client.force_login(factories.user("AUD"))
    pages = [client.get("/audit/"), *(client.get(f"/audit/{event.pk}/") for event in Event.objects.about(ticket))]
    texts = "".join(page.content.decode() for page in pages)
    assert (ticket.number in texts, "卡纸" in texts, "重启打印服务" in texts) == (True, False, False)


@pytest.mark.parametrize("role", ["CLI", "DSK", "PM", "HLD", "EXE", "SYS", "SEC"])
def test_nobody_else_reads_the_log(role, client, db):
    client.force_login(factories.user(role))
    found = [client.get("/audit/").status_code, client.post("/audit/verify/").status_code]
    assert (found, Event.objects.visible_to(factories.user(role)).count()) == ([403, 403], 0)


def test_no_address_edits_or_deletes_an_entry(auditor):
    made = entry("a")
    assert [getattr(auditor, verb)(f"/audit/{made.pk}/").status_code for verb in ("post", "put", "delete")] == [405] * 3


@pytest.mark.django_db(transaction=True)
def test_verify_records_that_the_log_is_whole(client):
    client.force_login(factories.user("AUD", name="审计管理员"))
    entry("a")
    client.post("/audit/verify/")
    result = checking.last()
    assert (result.detail["faults"], result.detail["links"], result.actor_name) == (0, 1, "审计管理员")


@pytest.mark.django_db(transaction=True)
def test_verify_shows_a_changed_entry(client):
    client.force_login(factories.user("AUD"))
    made = entry("a")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_insert_only")
        cursor.execute("UPDATE audit_event SET object_label = 'b' WHERE id = %s", [made.pk])
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_insert_only")
    client.post("/audit/verify/")
    page = client.get("/audit/").content.decode()
    assert (checking.last().detail["faults"], f"Event {made.pk}" in page) == (1, True)
