"""Kinds on the pages: registering, asking, resolving in one form, signing, and every kind's page and way."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.errors import RuleBroken, TransitionRefused
from tests import factories
from tests.access_samples import SAMPLES
from tests.tickets.stages import PARTICULARS, PASSWORD, START, act, later, signer
from tests.tickets.test_transitions import PLACES
from tickets import alerts, opening, transitions, way
from tickets.enums import Kind, State
from tickets.models import Check, RemoteLog, Ticket
from tickets.particulars import SHEETS
from tickets.verbs import FORMS

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(**fields) -> dict:
    known = {"name": "值班护士", "phone": "2316", "description": "三楼。", "impact": "3", "urgency": "2"}
    return {**known, "department": factories.department().pk, "key": str(uuid.uuid4()), **fields}


def of_kind(kind: str) -> dict:
    return {"kind": kind, **{f"{kind}-{name}": value for name, value in PARTICULARS.get(kind, {}).items()}}


# Registering


@pytest.mark.parametrize("kind", Kind.values)
def test_the_desk_registers_every_kind(desk, kind):
    extra = {"policy_interface-fee": "0"} if kind == "policy_interface" else {}
    response = signed_in(desk.agent).post("/tickets/new/", sent(**of_kind(kind), **extra))
    ticket = Ticket.objects.get()
    assert (response.status_code, ticket.kind, kind in SHEETS) == (302, kind, hasattr(ticket, ticket_detail(kind)))


def ticket_detail(kind: str) -> str:
    return SHEETS[kind].model._meta.model_name if kind in SHEETS else "no_particulars"


def test_a_fee_is_refused_in_the_form(desk):
    words = {**of_kind("policy_interface"), "policy_interface-fee": "800"}
    response = signed_in(desk.agent).post("/tickets/new/", sent(**words))
    assert (response.status_code, "费用只能为 0" in response.content.decode(), Ticket.objects.count()) == (422, True, 0)


def test_choosing_a_kind_without_scripts_keeps_what_was_typed(desk):
    response = signed_in(desk.agent).post("/tickets/new/", sent(kind="bug", show_kind="1", description="已经写好"))
    chosen = [kind for kind, _form, chosen in response.context["sheets"] if chosen]
    assert (response.status_code, chosen, "已经写好" in response.content.decode()) == (200, ["bug"], True)


def test_a_consultation_is_registered_and_answered_in_one_step(desk):
    signed_in(desk.agent).post("/tickets/new/", sent(kind="consultation", solution="在设置里"))
    ticket = Ticket.objects.get()
    clocks = ticket.response_clock.state, ticket.resolution_clock.state
    assert (ticket.state, ticket.solution, clocks) == ("resolved", "在设置里", ("met", "met"))


def test_a_consultation_answered_at_once_keeps_its_file(desk, media):
    words = sent(kind="consultation", solution="在设置里", files=factories.upload())
    signed_in(desk.agent).post("/tickets/new/", words)
    assert [attachment.file.name for attachment in Ticket.objects.get().attachments.all()] == ["备注.txt"]


@pytest.mark.parametrize("verb", sorted(set(FORMS) - set(transitions.allowed(Kind.INCIDENT, State.IN_PROGRESS))))
def test_a_verb_that_the_flow_does_not_have_is_refused(desk, verb):
    ticket, sample = desk.ticket("in_progress"), SAMPLES[f"tickets:{verb}"]
    words = {name: desk.colleague.pk if value == "COLLEAGUE" else value for name, value in sample.words.items()}
    response = signed_in(signer("PM", "ENG")).post(f"{ticket.get_absolute_url()}{verb}/", words)
    assert (response.status_code, Ticket.objects.get().state) == (409, "in_progress")


def test_an_answer_sent_twice_is_one_ticket(desk):
    client, words = signed_in(desk.agent), sent(kind="consultation", solution="在设置里")
    places = {client.post("/tickets/new/", words)["Location"] for _ in range(2)}
    assert (len(places), Ticket.objects.count()) == (1, 1)


@pytest.mark.parametrize("kind", ["incident", "request", "consultation", "requirement", "complaint"])
def test_a_reporter_may_open(hospital, kind):
    response = Client().post("/report/", sent(kind=kind))
    assert (response.status_code, Ticket.objects.get().kind) == (302, kind)


@pytest.mark.parametrize("kind", ["policy_interface", "bug", "data_correction", "finding", "alert", "nothing"])
def test_a_reporter_may_not_open(hospital, kind):
    response = Client().post("/report/", sent(kind=kind))
    assert (response.status_code, Ticket.objects.count()) == (422, 0)


def test_a_report_without_a_kind_is_an_incident(hospital):
    Client().post("/report/", sent())
    assert Ticket.objects.get().kind == "incident"


# Unnamed reports


def unnamed(**words) -> Ticket:
    report = factories.report(reporter_name="", reporter_phone="", kind=Kind.REQUIREMENT)
    return opening.open_ticket(report, by=None, at=START, key=uuid.uuid4(), **words)


def test_a_surveys_answer_opens_a_ticket_that_names_nobody(hospital):
    ticket = Ticket.objects.get(pk=unnamed(source="survey", origin="answer-7f3a").pk)
    assert (ticket.origin, ticket.reporter_name, ticket.reporter) == ("answer-7f3a", "", None)


@pytest.mark.parametrize("words", [{"source": "web"}, {"source": "web", "origin": "answer-7f3a"}])
def test_nobody_else_reports_unnamed(hospital, words):
    with pytest.raises(RuleBroken):
        unnamed(**words)
    assert Ticket.objects.count() == 0


def test_the_origin_is_on_no_page(desk):
    ticket = unnamed(source="survey", origin="answer-7f3a")
    page = signed_in(desk.manager).get(ticket.get_absolute_url()).content.decode()
    assert ("answer-7f3a" in page, "匿名" in page) == (False, True)


# Alerts


def heard(fingerprint: str, minutes: int) -> Ticket:
    said = {"source": "数据库监控", "fingerprint": fingerprint, "raised_at": later(minutes)}
    report = factories.report(kind=Kind.ALERT, particulars=said)
    return alerts.receive(report, by=None, at=later(minutes), key=uuid.uuid4())


def test_the_same_alert_counts_up(hospital):
    first, again, other = heard("db-1", 0), heard("db-1", 10), heard("db-2", 11)
    alert = Ticket.objects.get(pk=first.pk).alert
    found = first.pk == again.pk, first.pk == other.pk, alert.count, alert.last_seen_at
    assert found == (True, False, 2, later(10))


def test_a_resolved_alert_opens_another_ticket(desk):
    first = heard("db-1", 0)
    act("resolve", act("accept", first, by=desk.agent, at=later(1)), by=desk.agent, at=later(2))
    assert heard("db-1", 10).pk != first.pk


def test_recovery_is_noted_and_the_ticket_stays_open(hospital):
    heard("db-1", 0)
    ticket = alerts.recover("数据库监控", "db-1", by=None, at=later(9))
    assert (ticket.state, Ticket.objects.get().alert.recovered_at) == ("new", later(9))


# Resolving in one form


def test_the_form_of_a_phone_job_takes_one_field(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}resolve/", {"solution": "重启"})
    assert (response.status_code, Ticket.objects.get().mode) == (302, "phone")


def test_the_form_of_an_on_site_job_asks_for_arrival_and_cleaning(desk):
    ticket, client = desk.ticket("in_progress"), signed_in(desk.engineer)
    words = {"solution": "换线", "mode": "on_site"}
    refused = client.post(f"{ticket.get_absolute_url()}resolve/", words)
    words |= {"arrived_at": "2026-09-24T09:20", "is_clean": "on"}
    done = client.post(f"{ticket.get_absolute_url()}resolve/", words)
    assert (refused.status_code, done.status_code, Check.objects.get().item) == (422, 302, "clean")


def test_the_form_of_a_remote_job_keeps_its_log(desk):
    ticket = desk.ticket("in_progress")
    words = {"solution": "改配置", "mode": "remote", "tool": "bastion"}
    words |= {"started_at": "2026-09-24T09:20", "ended_at": "2026-09-24T09:40"}
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}resolve/", words)
    assert (response.status_code, RemoteLog.objects.get().tool) == (302, "bastion")


def test_signing_on_the_page_takes_the_password(desk):
    ticket, client = desk.ticket("to_sign", kind="data_correction"), signed_in(desk.hospital)
    answers = [client.post(f"{ticket.get_absolute_url()}sign/", {"password": word}) for word in ("wrong", PASSWORD)]
    assert [answer.status_code for answer in answers] == [422, 302]
    assert Ticket.objects.get().state == "countersigning"


def test_convert_asks_for_what_the_new_kind_needs(desk):
    ticket, client = desk.ticket(), signed_in(desk.agent)
    asked = client.post(f"{ticket.get_absolute_url()}convert/", {"kind": "bug"})
    done = client.post(f"{ticket.get_absolute_url()}convert/", of_kind("bug"))
    assert (asked.status_code, done.status_code, Ticket.objects.get().bug.found_in) == (422, 302, "5.2.1")
    assert "bug-found_in" in asked.content.decode()


def test_a_stale_edit_of_particulars_shows_both(desk):
    ticket = desk.ticket(kind="bug", title="旧")
    act("accept", ticket, by=desk.agent, at=later(5))
    words = {"title": "旧", "impact": 2, "urgency": 2, "version": 1, "detail-found_in": "9.9", "detail-steps": "点保存"}
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}edit/", words)
    differing = [(row["theirs"], row["mine"]) for row in response.context["rows"] if row["differs"]]
    assert (response.status_code, differing) == (409, [("5.2.1", "9.9"), ("打开医嘱，点保存", "点保存")])


# Every page and way


@pytest.mark.parametrize("kind, state", PLACES)
def test_every_kind_in_every_state_has_its_page_and_way(desk, kind, state):
    ticket = desk.ticket(state, kind=kind)
    pages = [signed_in(desk.manager).get(ticket.get_absolute_url()), Client().get(ticket.track_path)]
    current = [step for step in way.steps(ticket) if step.current]
    assert ([page.status_code for page in pages], len(current)) == ([200, 200], 1)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        client.get(path)
    return len(found)


@pytest.mark.parametrize("path", ["/tickets/", "/tickets/mine/"])
def test_lists_of_complaints_and_risky_work_take_constant_queries(desk, path):
    client, counts = signed_in(desk.manager), []
    for _ in range(3):
        act("claim", desk.ticket(is_risky=True), by=desk.manager, at=later(5))
        act("assign", desk.ticket(kind="complaint"), by=desk.agent, at=later(5), assignee=desk.manager)
        counts.append(queries(client, path))
    assert counts[0] == counts[2]


def test_the_queue_is_narrowed_to_a_kind(desk):
    desk.ticket()
    complaint = desk.ticket(kind="complaint")
    response = signed_in(desk.agent).get("/tickets/?tab=all&kind=complaint")
    assert list(response.context["tickets"]) == [complaint]


def test_resolve_at_once_is_for_consultations_only(desk):
    with pytest.raises(TransitionRefused):
        act("resolve", desk.ticket(), by=desk.agent, at=later(1))
