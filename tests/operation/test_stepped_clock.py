"""T52: the machine's clock is set. Forward: nothing is told for a minute. Back: nothing twice, nothing held."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from itsm.operation import findings, heartbeat
from itsm.operation.machine import Reading
from itsm.operation.models import Heartbeat
from slas import sweep
from slas.models import Clock, Escalation
from tests.factories import at
from tests.tickets.stages import START, Desk

pytestmark = pytest.mark.django_db
AT = at("2026-09-24 12:00")


class Machine:
    """A machine whose clocks the test sets: seconds since it started, and how far the wall's is off."""

    def __init__(self) -> None:
        self.uptime, self.off, self.boot = 1000.0, 0.0, "boot-1"

    def read(self) -> Reading:
        return Reading(self.now, self.uptime, self.boot)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.uptime - 1000 + self.off)

    def sweep(self) -> int:
        return sweep.sweep(at=self.now)


@pytest.fixture
def machine(monkeypatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(heartbeat, "_read", machine.read)
    return machine


@pytest.fixture
def ticket(hospital: object) -> object:
    """A P3 ticket: its response is due after 30 minutes."""
    return Desk().ticket()


def test_t52_a_clock_set_forward_fires_nothing_that_is_not_due(machine, ticket):
    machine.sweep()
    machine.uptime, machine.off = machine.uptime + 15, 7200  # and the time server mends it within the minute
    assert [machine.sweep(), machine.sweep()] == [0, 0]
    machine.uptime, machine.off = machine.uptime + 30, 0
    assert (machine.sweep(), Escalation.objects.count()) == (0, 0)
    machine.uptime += 1800
    assert (machine.sweep(), Escalation.objects.count()) == (1, 1)


def test_t52_a_clock_that_stays_forward_is_believed_after_a_minute(machine, ticket):
    machine.sweep()
    machine.uptime, machine.off = machine.uptime + 15, 7200
    held = machine.sweep()
    machine.uptime += 59
    held += machine.sweep()
    machine.uptime += 1
    assert (held, machine.sweep(), Escalation.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize("seconds", [59, -7200])
def test_t52_a_small_step_and_one_back_hold_nothing(machine, ticket, seconds):
    machine.uptime += 3600
    machine.sweep()
    Clock.objects.update(next_alarm_at=START - timedelta(hours=5))
    machine.uptime, machine.off = machine.uptime + 15, seconds
    assert machine.sweep() == Clock.objects.count()


def test_t52_a_clock_set_back_and_forward_again_fires_each_level_once(machine, ticket):
    machine.uptime += 3600
    machine.sweep()
    for off in (-7200, 0, -7200, 0):
        machine.uptime, machine.off = machine.uptime + 120, off
        machine.sweep()
    machine.uptime += 90
    machine.sweep()
    assert Escalation.objects.count() == 1


def test_three_hours_without_a_sweep_are_no_step(machine, ticket):
    machine.sweep()
    machine.uptime += 3 * 3600
    assert (machine.sweep(), Escalation.objects.count()) == (1, 1)


def test_a_restarted_machine_is_not_held(machine, ticket):
    machine.sweep()
    machine.uptime, machine.off, machine.boot = 1060.0, 7200, "boot-2"
    assert machine.sweep() == 1


def test_the_health_page_says_that_nothing_is_told(machine, ticket):
    machine.sweep()
    machine.uptime, machine.off = machine.uptime + 15, 7200
    machine.sweep()
    sentences = [findings.clock_step(machine.now + timedelta(seconds=seconds)).sentence for seconds in (0, 59, 60)]
    assert ["一分钟" in sentence for sentence in sentences] == [True, True, False]
    assert Heartbeat.objects.get().step_seconds == 7200


def test_what_decides_is_the_clock_of_the_database(db):
    assert abs(sweep.clock_now() - timezone.now()) < timedelta(seconds=30)


# The other questions about the sweep


def test_the_lag_of_the_oldest_alarm_and_the_parked_clocks_are_on_the_health_page(ticket):
    Clock.objects.filter(pk=ticket.response_clock_id).update(next_alarm_at=AT)
    Clock.objects.filter(pk=ticket.resolution_clock_id).update(next_alarm_at=None, parked_at=AT)
    lags = [findings.alarm_lag(AT + timedelta(seconds=seconds)) for seconds in (0, 119, 120, 600)]
    assert [(found.state.value, found.number) for found in lags] == [
        ("ok", 0),
        ("ok", 119),
        ("warn", 120),
        ("bad", 600),
    ]
    assert (findings.parked().state.value, findings.parked().number) == ("bad", 1)
