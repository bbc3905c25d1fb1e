"""What the columns held: which tables keep it, whose act it was, and that nobody changes it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import update_last_login
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from itsm.accounts import people
from itsm.api import tokens
from itsm.catalog import registry
from itsm.catalog.models import System
from itsm.errors import TransitionRefused
from itsm.versions import DERIVED, _copied
from slas.models import Target
from tests import factories
from tests.tickets.stages import Desk, later
from tests.tickets.test_closed import refused
from tickets import lifecycle
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
OURS = ("itsm.", "tickets.", "slas.", "documents.")
WITHOUT = {
    "accounts.pastpassword": "hashes only, added and dropped",
    "accounts.opensession": "who is signed in now",
    "api.accesstoken": "a credential; its making and end stand in the audit log",
    "audit.event": "insert-only itself",
    "audit.link": "insert-only itself",
    "audit.head": "the end of the chain",
    "catalog.amendment": "only ever added: each is a version of the contract",
    "exports.export": "a job, with its own account of what it did",
    "imports.import": "a job, with its own account of what it did",
    "limits.bucket": "counters of an hour",
    "notifications.announcement": "the outbox; that it was passed on stands in the audit log",
    "notifications.message": "the outbox",
    "numbering.counter": "the last number given",
    "operation.run": "evidence of a run, written once",
    "operation.heartbeat": "the last beat",
    "reports.seal": "insert-only itself",
    "slas.annulment": "evidence of its own: asked for, and decided once",
    "slas.clock": "evidence of its own, with pauses and escalations",
    "slas.pause": "evidence of its own",
    "slas.escalation": "evidence of its own",
    "slas.evaluation": "only ever added",
    "submissions.submission": "idempotency keys",
    "tickets.alertreceipt": "signatures that were taken, for minutes",
    "tickets.attempt": "only ever added",
    "tickets.comment": "only ever added",
    "tickets.correction": "only ever added",
    "tickets.letter": "the inbox, as the outbox; what the desk decides stands in the audit log",
    "tickets.lettercontent": "gone once the letter is settled",
    "tickets.mailbox": "the last reading",
    "tickets.remotelog": "only ever added",
    "tickets.ticketclock": "only ever added",
    "tickets.ticketoutage": "only ever added",
    "reports.dailyreading": "derived from the tickets; a recount makes it anew",
    "reports.follower": "how far the audit log was read",
    "tickets.signature": "evidence of its own: added, and voided once",
}


def ours():
    models = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return [model for model in models if not hasattr(model, "history_object")]


def kept():
    return [model for model in ours() if hasattr(model, "history")]


def last(record):
    row = type(record).history.filter(**{type(record)._meta.pk.attname: record.pk}).first()
    return row.history_type, row.history_user, row.history_date, row.history_change_reason


# Which tables


def test_every_model_keeps_its_history_or_says_why_not():
    without = sorted(model._meta.label_lower for model in ours() if not hasattr(model, "history"))
    assert without == sorted(WITHOUT)


@pytest.mark.parametrize("model", kept(), ids=lambda model: model._meta.label_lower)
def test_every_history_refuses_update_delete_and_truncate(model):
    table = model.history.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass ORDER BY tgname", [table])
        assert [name for (name,) in cursor.fetchall()] == [f"{table}_insert_only", f"{table}_no_truncate"]


@pytest.mark.parametrize(
    "sql", ["UPDATE tickets_historicalticket SET title = 'x'", "DELETE FROM tickets_historicalticket"]
)
def test_a_version_stays(sql):
    Desk().ticket()
    assert refused(sql)


def test_a_history_is_not_emptied():
    with connection.cursor() as cursor:
        table = "tickets_historicalticket"
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        try:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(f"TRUNCATE {table}")
        finally:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def test_secrets_are_in_no_history():
    names = {(m._meta.model_name, f.name) for m in kept() for f in m.history.model._meta.fields}
    secret = [("user", "password"), ("user", "last_login"), ("ticket", "token"), ("ticket", "search")]
    assert [pair for pair in secret if pair in names] == []


# Whose act


def test_a_verb_leaves_a_version_with_its_actor_moment_and_word():
    desk = Desk()
    ticket = lifecycle.claim(desk.ticket(), by=desk.engineer, at=later(5))
    assert last(ticket) == ("~", desk.engineer, later(5), "tickets.claim")


def test_opening_is_the_first_version():
    desk = Desk()
    ticket = factories.ticket(by=desk.agent)
    assert last(ticket) == ("+", desk.agent, ticket.opened_at, "tickets.open")


def test_the_system_leaves_no_name():
    ticket = lifecycle.cancel(Desk().ticket(), by=None, at=later(5), reason="重复")
    assert last(ticket)[1] is None


def test_particulars_belong_to_the_act_on_the_ticket():
    desk = Desk()
    ticket = desk.ticket("evaluating", kind="requirement")
    assert last(ticket.requirement)[3] == "tickets.open"


def test_a_refused_verb_leaves_no_version():
    desk = Desk()
    ticket = desk.ticket()
    count = Ticket.history.count()
    with pytest.raises(TransitionRefused):
        lifecycle.resume(ticket, by=desk.agent, at=later(5))
    assert Ticket.history.count() == count


def test_a_register_entry_keeps_what_it_was():
    manager = factories.user("PM")
    system = registry.create(System, by=manager, at=later(0), values={"code": "X", "name": "旧名", "tier": "B"})
    registry.change(system, by=manager, at=later(5), version=1, values={"name": "新名"})
    rows = System.history.filter(id=system.pk).values_list("history_type", "name", "history_user")
    assert list(rows) == [("~", "新名", manager.pk), ("+", "旧名", manager.pk)]


def test_granting_a_role_is_a_version_of_the_person():
    person, security = factories.user("CLI"), factories.user("SEC")
    people.grant(person, by=security, at=later(5), roles=["ENG"], sees_department=False, reason="调岗")
    assert last(person) == ("~", security, later(5), "accounts.grant")


def test_signing_in_is_no_version_of_the_person():
    person = factories.user("ENG")
    count = type(person).history.count()
    update_last_login(type(person), person)
    person.refresh_from_db()
    assert (person.last_login is None, type(person).history.count()) == (False, count)


def test_what_is_seeded_in_bulk_has_its_first_version():
    factories.contract(at=later(0))
    seeded = Target.objects.filter(policy__number=2).values_list("pk", flat=True)
    newest = list(Target.history.values_list("history_type", "id")[: len(seeded)])
    assert sorted(newest) == sorted(("+", key) for key in seeded)


def test_a_page_names_the_person_who_sent_it():
    desk = Desk()
    ticket, client = desk.ticket(), Client()
    client.force_login(desk.agent)
    client.post(f"{ticket.get_absolute_url()}accept/")
    assert last(ticket)[:2] == ("~", desk.agent)


def test_a_save_within_a_token_s_request_names_the_tokens_owner():
    """A checklist item carries no verb's mark, so the person of the request counts."""
    desk = Desk()
    ticket = desk.ticket("in_progress", is_risky=True)
    secret = tokens.make(desk.engineer, at=timezone.now(), name="统计", days=7)[1]
    sent = {"permit": "yes", "protection": "yes", "signs": "yes"}
    answer = Client().post(
        f"/api/v1/tickets/{ticket.number}/secure/", sent, headers={"authorization": f"Bearer {secret}"}
    )
    people_of = {check.history.first().history_user for check in ticket.checks.all()}
    assert (answer.status_code, people_of) == (200, {desk.engineer})


# What was there before


def test_the_migration_takes_what_is_there_as_the_first_version():
    ticket = Desk().ticket()
    count = Ticket.history.count()
    with connection.cursor() as cursor:
        cursor.execute(_copied(Ticket, Ticket.history.model))
    row = Ticket.history.first()
    columns = [f.attname for f in Ticket._meta.concrete_fields if f.name not in (*DERIVED, "token")]
    assert Ticket.history.count() == count + 1
    assert [getattr(row, name) for name in columns] == [getattr(ticket, name) for name in columns]
