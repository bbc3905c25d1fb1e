"""Broken promises in numbers, and the check that each was told exactly once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import ModuleType
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from itsm.accounts.models import User
from itsm.notifications.models import Message
from slas.models import Clock, Escalation
from tests.parallel import until

DONE_SECONDS = 60


class Due:
    """Tickets reported three days ago that nobody has touched: two broken promises each."""

    def __init__(self, hospital: ModuleType) -> None:
        self._hospital = hospital
        self.manager: User = hospital.user("PM")
        self._ward = hospital.department()

    def add(self, clocks: int) -> None:
        """That many more promises are broken."""
        then = timezone.now() - timedelta(days=3)
        with transaction.atomic():
            for _ in range(clocks // 2):
                self._hospital.ticket(moment=then, department=self._ward)

    def wait_done(self, complaint: Any) -> None:
        """Until no alarm is due any more."""
        until(lambda: not waiting(), DONE_SECONDS, complaint)

    def check_each_once(self, clocks: int) -> None:
        """So many promises, each with one escalation and one notice to the manager."""
        pks = list(Clock.objects.filter(breached_at__isnull=False).values_list("pk", flat=True))
        assert len(pks) == clocks
        assert Counter(Escalation.objects.values_list("clock_id", flat=True)) == dict.fromkeys(pks, 1)
        keys = Message.objects.filter(dedup_key__startswith="clock:").values_list("dedup_key", flat=True)
        assert Counter(keys) == dict.fromkeys((f"clock:{pk}:percent:100:{self.manager.pk}" for pk in pks), 1)
        assert waiting() == 0


def waiting() -> int:
    """How many alarms are due."""
    return Clock.objects.due_before(timezone.now()).count()


@contextmanager
def slow(table: str, milliseconds: int) -> Iterator[None]:
    """Every new row of the table takes that long, inside the database: a long moment in mid-transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION test_dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" PERFORM pg_sleep({milliseconds / 1000}); RETURN NEW; END $$;"
            f"CREATE TRIGGER test_dawdle BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION test_dawdle()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:  # waits for the transaction of a killed process
            cursor.execute(f"DROP TRIGGER test_dawdle ON {table}; DROP FUNCTION test_dawdle()")


def writing(table: str) -> list[int]:
    """The database processes that are adding rows to the table at this moment."""
    return _others(f"AND state = 'active' AND query LIKE 'INSERT INTO \"{table}\"%'")


def connected() -> list[int]:
    """The database processes of others on this database."""
    return _others("")


def terminate(backend: int) -> None:
    """End a database process and with it its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        assert cursor.fetchone() == (True,)


def _others(condition: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            f" AND pid <> pg_backend_pid() {condition}"
        )
        return [pid for (pid,) in cursor.fetchall()]
