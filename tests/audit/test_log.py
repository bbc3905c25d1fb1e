"""Writing the audit log: what an event keeps, when it is chained, and that nothing takes it back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import ProgrammingError

from itsm.audit import canonical, log, origin
from itsm.audit.enums import Outcome
from itsm.audit.models import Event, Head, Link
from tests import factories

AT = factories.at("2026-09-24 09:00")


def chained() -> int:
    """Let the deferred triggers of the running transaction fire, as a commit does; the links there are then."""
    connection.check_constraints()
    return Link.objects.count()


@pytest.mark.django_db
def test_record_keeps_who_what_when_and_where(db):
    person = factories.user(name="调度")
    place = factories.department()
    with origin.running(origin.Origin("10.1.2.3", "r-1")):
        event = log.record("tickets.hold", place, by=person, at=AT, label="GD1", detail={"reason": "等"})
    kept = Event.objects.values(*canonical.FIELDS).get(pk=event.pk)
    assert kept == {
        "at": AT, "recorded_at": event.recorded_at, "actor_id": person.pk, "actor_name": "调度",
        "verb": "tickets.hold", "outcome": "done", "object_type": "accounts.department", "object_id": place.pk,
        "object_label": "GD1", "detail": {"reason": "等"}, "address": "10.1.2.3", "request_id": "r-1",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("by, name", [(None, ""), (SimpleNamespace(name="值班护士"), "值班护士")])
def test_record_without_an_account_keeps_the_name_only(db, by, name):
    event = log.record("tickets.reply", None, by=by, at=AT)
    assert (event.actor_id, event.actor_name, event.object_type, event.object_id) == (None, name, "", None)


@pytest.mark.django_db
def test_record_of_a_refusal_says_so(db):
    event = log.record("tickets.claim", None, by=None, at=AT, outcome=Outcome.REFUSED)
    assert Event.objects.get(pk=event.pk).outcome == "refused"


@pytest.mark.django_db
def test_record_hashes_what_the_database_gives_back(db):
    event = log.record("tickets.open", None, by=None, at=AT, detail={"词": ["一", 2, None, 3.5, True]})
    stored = Event.objects.get(pk=event.pk)
    assert canonical.body_hash(stored.__dict__) == stored.body_hash


@pytest.mark.django_db
def test_about_gives_the_events_of_one_record_in_order(db):
    one, other = factories.department(), factories.department()
    first, _foreign, second = (log.record("x", record, by=None, at=AT) for record in (one, other, one))
    assert list(Event.objects.about(one)) == [first, second]


# The chain


@pytest.mark.django_db(transaction=True)
def test_record_is_chained_at_commit_and_not_before(db):
    with transaction.atomic():
        log.record("x", None, by=None, at=AT)
        before = Link.objects.count()
    assert (before, Link.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_record_of_a_rolled_back_transaction_leaves_no_link_and_no_gap(db):
    with transaction.atomic():
        log.record("x", None, by=None, at=AT)
        transaction.set_rollback(True)
    kept = log.record("y", None, by=None, at=AT)
    assert list(Link.objects.values_list("seq", "event")) == [(1, kept.pk)]


@pytest.mark.django_db
def test_links_hash_the_hash_before_and_the_event(db):
    events = [log.record(f"v{number}", None, by=None, at=AT + timedelta(minutes=number)) for number in range(3)]
    chained()
    expected, previous = [], canonical.GENESIS
    for seq, event in enumerate(events, start=1):
        expected.append((seq, event.pk, previous, canonical.chain_hash(previous, event.body_hash)))
        previous = expected[-1][-1]
    assert list(Link.objects.order_by("seq").values_list("seq", "event", "previous_hash", "hash")) == expected
    assert Head.objects.values_list("seq", "hash").get() == (3, previous)


# Insert-only

REFUSED = (InternalError, ProgrammingError)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET verb = 'tickets.close'",
        "DELETE FROM audit_event",
        "UPDATE audit_link SET hash = 'x'",
        "DELETE FROM audit_link",
        "DELETE FROM audit_head",
    ],
)
def test_database_refuses_to_change_or_delete(db, statement):
    log.record("x", None, by=None, at=AT)
    chained()
    with pytest.raises(REFUSED, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Event.objects.get().verb, Link.objects.count(), Head.objects.count()) == ("x", 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_event", "audit_link", "audit_head"])
def test_database_refuses_to_truncate(db, table):
    with connection.cursor() as cursor:
        for name in ("audit_event", "audit_link", "audit_head"):  # the tests run without them
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER {name}_no_truncate")
    with pytest.raises(REFUSED, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.django_db
def test_orm_refuses_to_change_an_event(db):
    event = log.record("x", None, by=None, at=AT)
    event.verb = "y"
    with pytest.raises(REFUSED, match="insert-only"), transaction.atomic():
        event.save()
