"""Timing pages: one client, keep-alive, product and floor by turns."""

import http.client
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.ground import BACKEND
from benchmarks.jobs import Job
from benchmarks.processes import Web
from itsm.accounts.models import User

ROUNDS, PER_ROUND, WARM_UP = 8, 25, 3


@dataclass
class Reading:
    """What one web took for one job."""

    milliseconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    wrong: int = 0

    @property
    def p50(self) -> float:
        """The median time of an answer, in milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def cpu(self) -> float:
        """CPU milliseconds per request, web and database together."""
        return self.cpu_seconds * 1000 / len(self.milliseconds)


class Visitor:
    """A signed-in person's browser: one connection, kept alive."""

    def __init__(self, web: Web, session: str) -> None:
        self.web, self.session = web, session
        self.client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        self.client.request("GET", path, headers={"Host": "localhost", "Cookie": f"sessionid={self.session}"})
        answer = self.client.getresponse()
        return answer.status, answer.read().decode()

    def close(self) -> None:
        """Give the connection back."""
        self.client.close()


class Side(NamedTuple):
    """A page of one web that is measured beside others; `answers` says whether its text is right."""

    web: Web
    path: str
    answers: Callable[[str], bool]


def measure(sides: list[Side], session: str) -> list[Reading]:
    """The readings of the sides, which take turns; every answer is checked."""
    readings = [Reading() for _side in sides]
    for _ in range(ROUNDS):
        for side, reading in zip(sides, readings, strict=True):
            _round(side, reading, session)
    return readings


def _round(side: Side, reading: Reading, session: str) -> None:
    visitor = Visitor(side.web, session)
    for _ in range(WARM_UP):
        visitor.get(side.path)
    before = side.web.cpu_seconds()
    pages = []
    for _ in range(PER_ROUND):
        began = time.perf_counter()
        pages.append(visitor.get(side.path))
        reading.milliseconds.append((time.perf_counter() - began) * 1000)
    reading.cpu_seconds += side.web.cpu_seconds() - before
    reading.wrong += sum(status != 200 or not side.answers(text) for status, text in pages)
    visitor.close()


def queries(job: Job, user: User) -> int:
    """How many queries the product's page makes, those of session and person included."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, BACKEND)
    client.get(job.product)
    with CaptureQueriesContext(connection) as captured:
        client.get(job.product)
    return len(captured)
