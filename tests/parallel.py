"""Doing things at the same moment, each in a thread with a database connection of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

_SECONDS = 60


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start every job at once; give each one's result, or the exception it ended with, in order."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(_SECONDS)
            return job()
        except Exception as error:
            gate.abort()  # breaks only a gate that is still shut
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def split(results: Sequence[Any]) -> tuple[list[Any], list[Exception]]:
    """What succeeded, and the exceptions of what did not."""
    failures = [result for result in results if isinstance(result, Exception)]
    return [result for result in results if not isinstance(result, Exception)], failures


def behind(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `second` in a thread so that it waits for the locks of `first`, which then commits; its result."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(together, [second])
            until(_somebody_waits, 10, "nobody waits for the lock")
        return waiting.result()[0]


def _somebody_waits() -> bool:  # pg_stat_activity would stand still for the transaction
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


def until(condition: Callable[[], Any], seconds: float, complaint: str | Callable[[], str]) -> Any:
    """Ask again and again until the condition holds, and give what it said; fail after the time."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            pytest.fail(complaint if isinstance(complaint, str) else complaint())
        time.sleep(0.05)
    return answer
