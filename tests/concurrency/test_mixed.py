"""Everybody does everything at once for some seconds: no deadlock, no lost change, one story per ticket."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, pairwise
from types import ModuleType
from typing import Any

import pytest

from itsm.accounts.models import User
from itsm.audit import chain
from itsm.audit.models import Event
from itsm.errors import RuleBroken
from itsm.notifications.models import Message
from slas import sweep
from slas.models import Clock, Escalation
from tests.factories import at
from tests.parallel import split, together
from tickets import conversation, lifecycle, opening
from tickets.enums import State
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("machine")
SECONDS = 6.0
START = at("2026-10-14 09:00")
_ticks = count(1)


def tick() -> datetime:
    """Moments of the race, six minutes apart: a few acts later most promises are broken."""
    return START + timedelta(minutes=6 * next(_ticks))


class Crowd:
    """Six tickets, and what can be done to one of them."""

    def __init__(self, hospital: ModuleType) -> None:
        self.hospital = hospital
        self.ward, self.system = hospital.department(), hospital.system(primary_owner=hospital.user("ENG"))
        self.people = [hospital.user("PM", name=f"经理{n}") for n in range(4)]
        self.pks = [hospital.ticket(moment=START, department=self.ward, system=self.system).pk for _ in range(6)]
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def play(self, seed: int, until: float) -> None:
        """Act at random; a refusal is part of the game, anything else ends the test."""
        chance = random.Random(seed)
        while time.monotonic() < until:
            act = chance.choice(ACTS)
            try:
                act(self, Ticket.objects.get(pk=chance.choice(self.pks)), chance.choice(self.people), chance)
                self.done[act.__name__] += 1
            except RuleBroken as refusal:
                self.refused[type(refusal).__name__] += 1

    def sweep(self, until: float) -> None:
        while time.monotonic() < until:
            sweep.sweep(at=tick())

    def verify(self, until: float) -> list[str]:
        """The log is whole while it grows, too."""
        faults = []
        while time.monotonic() < until:
            faults += chain.verify()
        return faults


def accept(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.accept(ticket, by=by, at=tick())


def claim(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.claim(ticket, by=by, at=tick())


def assign(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.assign(ticket, by=by, at=tick(), assignee=chance.choice(crowd.people))


def transfer(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.transfer(ticket, by=by, at=tick(), assignee=chance.choice(crowd.people), reason="换人")


def hold(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.hold(ticket, by=by, at=tick(), hold_reason="requester")


def resume(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.resume(ticket, by=by, at=tick())


def resolve(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.resolve(ticket, by=by, at=tick(), solution="重启")


def close(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.close(ticket, by=by, at=tick())


def reopen(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    lifecycle.reopen(ticket, by=by, at=tick(), reason="还是不行")


def reply(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    conversation.reply(ticket, by=by, at=tick(), body="在看")


def edit(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    changes = {"urgency": chance.choice([1, 2, 3]), "location": str(chance.random())}
    conversation.edit(ticket, by=by, at=tick(), version=ticket.version, changes=changes)


def report(crowd: Crowd, ticket: Ticket, by: User, chance: random.Random) -> None:
    said = crowd.hospital.report(department=crowd.ward, system=crowd.system)
    opening.open_ticket(said, by=by, at=START, source="phone", key=uuid.uuid4())


Act = Callable[[Crowd, Ticket, User, random.Random], None]
# What the product does by itself, without a new version of the ticket.
OF_NOBODY = ("tickets.dispute", "tickets.escalate")
ACTS: list[Act] = [accept, claim, assign, transfer, hold, resume, resolve, close, reopen, reopen, reply, edit, report]


def story(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """The (from, to) steps of the log, in the order of the chain."""
    for event in Event.objects.about(ticket).order_by("link__seq"):
        if "from" in event.detail:
            yield event.detail["from"], event.detail["to"]


def test_a_mixed_race_loses_nothing_and_locks_nobody_out(hospital_open: ModuleType) -> None:
    crowd, until = Crowd(hospital_open), time.monotonic() + SECONDS
    jobs: list[Callable[[], Any]] = [lambda seed=seed: crowd.play(seed, until) for seed in range(8)]
    results, failures = split(together([*jobs, *[lambda: crowd.sweep(until)] * 2, lambda: crowd.verify(until)]))
    assert failures == []
    assert results[-1] == []
    assert min(crowd.done[act.__name__] for act in ACTS) > 0, crowd.done
    assert crowd.refused["TransitionRefused"] > 0
    sweep.sweep(at=tick())
    for ticket in Ticket.objects.with_page():
        _check(ticket)
    assert not Clock.objects.filter(next_alarm_at__lte=tick()).exists()
    notices = Counter(key.rsplit(":", 1)[0] for key in _keys())
    fired = Escalation.objects.filter(outcome="fired")
    assert notices == {f"clock:{row.clock_id}:{row.code}": 1 for row in fired}
    numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert numbers == [f"GD20261014-{n:04d}" for n in range(1, len(numbers) + 1)]


def _keys() -> Any:
    return Message.objects.filter(dedup_key__startswith="clock:").values_list("dedup_key", flat=True)


def _check(ticket: Ticket) -> None:
    steps = [(State.NEW, State.NEW), *story(ticket)]
    assert [pair for pair in pairwise(steps) if pair[0][1] != pair[1][0]] == []
    assert ticket.state == steps[-1][1]
    assert ticket.version == Event.objects.about(ticket).exclude(verb__in=OF_NOBODY).count()
    assert ticket.due_at == ticket.clock.due_at
    assert ticket.comments.count() == Event.objects.about(ticket).filter(verb="tickets.reply").count()
    clock = ticket.resolution_clock
    assert clock.is_paused == (ticket.state == State.ON_HOLD)
    assert clock.is_met == (ticket.state in (State.RESOLVED, State.CLOSED))
    assert clock.cycle == 1 + ticket.reopen_count == 1 + ticket.other_clocks.filter(clock__kind="resolution").count()
