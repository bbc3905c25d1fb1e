"""Checking the chain: every kind of tampering is named. The forger is a superuser without triggers."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from itsm.audit import chain, log
from itsm.audit.models import Event, Head, Link
from tests import factories
from tests.audit.test_log import AT, chained

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(db) -> list[Event]:
    """Five chained events."""
    people = [factories.user(name=name) for name in ("甲", "乙")]
    recorded = [
        log.record(
            f"tickets.v{number}",
            people[0],
            by=people[number % 2],
            at=AT + timedelta(minutes=number),
            label=f"GD{number}",
            detail={"reason": f"因为{number}"},
        )
        for number in range(1, 6)
    ]
    assert chained() == 5
    return recorded


def forge(statement: str, *values: object) -> None:
    """Do something to the tables as a superuser who has switched the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "nothing was forged"
        cursor.execute("SET session_replication_role = origin")


def faults() -> list[str]:
    return list(chain.verify())


def changed(event: Event, seq: int) -> str:
    return f"Event {event.pk} (link {seq}, {event.verb} {event.object_label}) was changed."


def test_a_whole_log_has_no_faults(events):
    assert faults() == []


def test_an_empty_log_has_no_faults(db):
    assert faults() == []


@pytest.mark.parametrize(
    "assignment",
    [
        'detail = \'{"reason": "因为9"}\'',
        "actor_name = '丙'",
        "actor_id = NULL",
        "actor_id = (SELECT max(id) FROM accounts_user)",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 second'",
        "outcome = 'refused'",
        "object_type = 'tickets.comment'",
        "object_id = object_id + 1",
        "address = '10.0.0.9'",
        "request_id = 'x'",
    ],
)
def test_a_changed_column_is_named(events, assignment):
    forge(f"UPDATE audit_event SET {assignment} WHERE id = %s", events[1].pk)
    assert faults() == [changed(events[1], 2)]


@pytest.mark.parametrize("assignment", ["verb = 'tickets.v9'", "object_label = 'GD9'"])
def test_a_changed_word_is_named_by_what_stands_there_now(events, assignment):
    forge(f"UPDATE audit_event SET {assignment} WHERE id = %s", events[1].pk)
    assert faults() == [changed(Event.objects.get(pk=events[1].pk), 2)]


def test_a_changed_column_with_a_new_body_hash_breaks_the_chain(events):
    event = events[1]
    event.verb = "tickets.v9"
    forge(
        "UPDATE audit_event SET verb = %s, body_hash = %s WHERE id = %s",
        event.verb,
        chain.canonical.body_hash(event.__dict__),
        event.pk,
    )
    assert faults() == [f"Link 2 (event {event.pk}) does not continue the chain."]


def test_a_changed_link_is_named_with_its_follower(events):
    forge("UPDATE audit_link SET hash = repeat('a', 64) WHERE seq = 2")
    assert faults() == [
        f"Link 2 (event {events[1].pk}) does not continue the chain.",
        f"Link 3 (event {events[2].pk}) does not continue the chain.",
    ]


def test_a_deleted_event_is_named(events):
    forge("DELETE FROM audit_event WHERE id = %s", events[2].pk)
    assert faults() == [f"Event {events[2].pk} (link 3) was deleted."]


def test_a_deleted_link_is_named(events):
    forge("DELETE FROM audit_link WHERE seq = 3")
    assert faults() == [
        "Link 3 is missing: the next one is 4.",
        f"Link 4 (event {events[3].pk}) does not continue the chain.",
        f"Event {events[2].pk} stands outside the chain.",
    ]


def test_a_deleted_event_with_its_link_is_named(events):
    forge("DELETE FROM audit_event WHERE id = %s", events[2].pk)
    forge("DELETE FROM audit_link WHERE seq = 3")
    assert faults() == [
        "Link 3 is missing: the next one is 4.",
        f"Link 4 (event {events[3].pk}) does not continue the chain.",
    ]


@pytest.mark.parametrize("kept", [4, 2, 0])
def test_a_tail_cut_off_both_tables_is_named(events, kept):
    forge("DELETE FROM audit_event WHERE id > %s", events[kept - 1].pk if kept else 0)
    forge("DELETE FROM audit_link WHERE seq > %s", kept)
    assert faults() == [f"The chain must end at link 5, but ends at {kept}: its tail was cut."]


def test_a_tail_cut_off_the_links_is_named(events):
    forge("DELETE FROM audit_link WHERE seq = 5")
    assert faults() == [
        f"Event {events[4].pk} stands outside the chain.",
        "The chain must end at link 5, but ends at 4: its tail was cut.",
    ]


def test_a_swapped_pair_of_links_is_named(events):
    one, other = events[1].pk, events[2].pk
    forge("UPDATE audit_link SET event_id = -1 WHERE seq = 2")
    forge("UPDATE audit_link SET event_id = %s WHERE seq = 3", one)
    forge("UPDATE audit_link SET event_id = %s WHERE seq = 2", other)
    assert faults() == [
        f"Link 2 (event {other}) does not continue the chain.",
        f"Link 3 (event {one}) does not continue the chain.",
    ]


def test_swapped_contents_of_two_events_are_named(events):
    forge(
        "UPDATE audit_event SET detail = CASE id WHEN %s THEN %s::jsonb ELSE %s::jsonb END WHERE id IN (%s, %s)",
        events[1].pk, '{"reason": "因为3"}', '{"reason": "因为2"}', events[1].pk, events[2].pk,
    )  # fmt: skip
    assert faults() == [changed(events[1], 2), changed(events[2], 3)]


def test_an_inserted_event_without_a_link_is_named(events):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        stranger = log.record("tickets.close", None, by=None, at=AT)
        cursor.execute("SET session_replication_role = origin")
    assert faults() == [f"Event {stranger.pk} stands outside the chain."]


def test_a_link_behind_the_head_is_named(events):
    forge("UPDATE audit_head SET seq = 4, hash = %s", Link.objects.get(seq=4).hash)
    assert faults() == ["The chain must end at link 4, but link 5 stands behind it."]


def test_a_changed_head_is_named(events):
    forge("UPDATE audit_head SET hash = repeat('a', 64)")
    assert faults() == ["The chain's last hash is not the recorded one (link 5)."]


def test_a_deleted_head_is_named(events):
    forge("DELETE FROM audit_head")
    assert faults() == ["The head of the chain was deleted."]


def test_every_fault_is_named(events):
    forge("UPDATE audit_event SET actor_name = '丙' WHERE id IN (%s, %s)", events[0].pk, events[4].pk)
    assert faults() == [changed(events[0], 1), changed(events[4], 5)]


def test_faults_are_found_across_batches(events, monkeypatch):
    monkeypatch.setattr(chain, "_BATCH", 2)
    forge("UPDATE audit_event SET actor_name = '丙' WHERE id = %s", events[2].pk)
    assert faults() == [changed(events[2], 3)]


# The command


def test_command_on_a_whole_log_tells_length_and_last_hash(events):
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"The audit log is whole: 5 events, last hash {Head.objects.get().hash}.\n"


def test_command_on_a_damaged_log_fails_and_names_the_fault(events):
    forge("UPDATE audit_event SET actor_name = '丙' WHERE id = %s", events[0].pk)
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", stderr=errors)
    assert errors.getvalue() == changed(events[0], 1) + "\n"
