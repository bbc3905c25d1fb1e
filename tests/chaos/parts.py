"""The parts of an installation that a storm kills and starts again: servers, workers, schedulers."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import redis

from itsm.runtime import postgres, process, valkey
from tests import servers

HUNG_SECONDS = 4.0


class Part:
    """Something that runs; `start` is handed a name of its own for each time, for its log."""

    def __init__(self, name: str, start: Callable[[str], AbstractContextManager[Any]]) -> None:
        self._name, self._start, self._times, self._stack = name, start, 0, ExitStack()
        self.running: Any = None

    def begin(self) -> Any:
        """Start it and wait until it is there."""
        self._times += 1
        self.running = self._stack.enter_context(self._start(f"{self._name}-{self._times}"))
        return self.running

    def kill(self) -> None:
        """kill -9 for it and its children, with nothing in between."""
        running = getattr(self.running, "process", self.running)
        process.kill_session(running)
        running.wait()
        self._stack.close()

    def again(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.begin()

    def close(self) -> None:
        """The end: whatever still runs is killed."""
        if self.running is not None:
            self.kill()


class Installation:
    """PostgreSQL, Redis, two workers and two schedulers, in a folder of their own."""

    def __init__(self, folder: Path, *, workers: int = 2) -> None:
        self._folder = folder
        self.database = Part("postgres", lambda log: postgres.serve(folder, durable=True, log=folder / f"{log}.log"))
        self.broker = Part("valkey", lambda log: valkey.serve(folder, log=folder / f"{log}.log"))
        self.workers = [Part(f"worker{number}", self._worker) for number in range(workers)]
        self.schedulers = [Part(f"beat{number}", self._beat) for number in range(workers)]

    @cached_property
    def variables(self) -> dict[str, str]:
        """What the processes are told; it reads the settings, which want the database's address first."""
        return servers.environment(self.broker.running.url, database=self.database.running.url)

    def _worker(self, name: str) -> AbstractContextManager[Any]:
        return servers.worker(self.variables, self._folder, name, processes=1)

    def _beat(self, name: str) -> AbstractContextManager[Any]:
        return servers.beat(self.variables, self._folder, name)

    def begin(self) -> str:
        """Start both servers and return the database's address; the workers come later."""
        self.broker.begin()
        return self.database.begin().url

    def begin_work(self) -> None:
        """Start workers and schedulers."""
        for part in (*self.workers, *self.schedulers):
            part.begin()

    def end_work(self) -> None:
        """Kill workers and schedulers."""
        for part in (*self.workers, *self.schedulers):
            part.close()

    def close(self) -> None:
        """Kill everything."""
        for part in (*self.workers, *self.schedulers, self.broker, self.database):
            part.close()

    def tail(self) -> str:
        """The ends of the logs."""
        logs = sorted(self._folder.glob("*.log"), key=lambda log: log.stat().st_mtime)[-6:]
        return servers.tail(self._folder, *(log.stem for log in logs))


def kill_child(place: Installation, chance: random.Random) -> None:
    """kill -9 for a child that may be in the middle of a sweep."""
    worker = chance.choice(place.workers).running
    with suppress(ProcessLookupError, IndexError, FileNotFoundError):
        os.kill(chance.choice(servers.children(worker)), signal.SIGKILL)


def kill_worker(place: Installation, chance: random.Random) -> None:
    """kill -9 for a whole worker; it is started again."""
    chance.choice(place.workers).again()


def kill_scheduler(place: Installation, chance: random.Random) -> None:
    """kill -9 for a scheduler; it is started again."""
    chance.choice(place.schedulers).again()


def kill_database(place: Installation, _chance: random.Random) -> None:
    """kill -9 for PostgreSQL with all of its processes at once; it recovers from its log."""
    place.database.again()


def kill_broker(place: Installation, _chance: random.Random) -> None:
    """kill -9 for Redis; what was queued is gone."""
    place.broker.again()


def flush_broker(place: Installation, _chance: random.Random) -> None:
    """Everything in Redis is forgotten."""
    with redis.Redis(unix_socket_path=place.broker.running.url.removeprefix("redis+socket://")) as client:
        client.flushall()


def hang_broker(place: Installation, _chance: random.Random) -> None:
    """Redis stands still for some seconds."""
    place.broker.running.process.send_signal(signal.SIGSTOP)
    time.sleep(HUNG_SECONDS)
    place.broker.running.process.send_signal(signal.SIGCONT)
