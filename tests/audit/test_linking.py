"""How a transaction's events are linked at its commit."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from itsm.audit import chain, log
from itsm.audit.models import Event, Link
from tests.audit.test_log import AT

_COUNT = """
CREATE TEMP TABLE head_writes (at int);
CREATE FUNCTION pg_temp.count_head() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO head_writes VALUES (1); RETURN NULL; END $$;
CREATE TRIGGER count_head AFTER UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION pg_temp.count_head();
"""


def say(*words: str) -> None:
    for word in words:
        log.record(word, None, by=None, at=AT)


def linked() -> list[str]:
    """The verbs in the order of the chain."""
    return list(Link.objects.order_by("seq").values_list("event__verb", flat=True))


@pytest.fixture
def head_writes(transactional_db: None) -> Iterator[object]:
    """How often the head's row was written."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)

        def count() -> int:
            cursor.execute("SELECT count(*) FROM head_writes")
            return cursor.fetchone()[0]

        yield count
        cursor.execute("DROP TRIGGER count_head ON audit_head; DROP TABLE head_writes")


def test_many_events_of_one_transaction_write_the_head_once(head_writes):
    with transaction.atomic():
        say(*(f"x.v{number}" for number in range(50)))
    assert (head_writes(), linked(), list(chain.verify())) == (1, [f"x.v{number}" for number in range(50)], [])


def test_each_transaction_continues_the_chain(head_writes):
    for number in range(3):
        with transaction.atomic():
            say(f"x.v{number}")
    assert (head_writes(), linked(), list(chain.verify())) == (3, ["x.v0", "x.v1", "x.v2"], [])


def test_events_of_savepoints_are_linked_and_those_undone_are_not(transactional_db):
    with transaction.atomic():
        say("x.before")
        with transaction.atomic():
            say("x.inside")
        try:
            with transaction.atomic():
                say("x.undone")
                raise ValueError
        except ValueError:
            say("x.after")
    assert linked() == ["x.before", "x.inside", "x.after"]
    assert (Event.objects.filter(link=None).count(), list(chain.verify())) == (0, [])
