"""Each act that moves a figure of the past, one by one: the stored readings are wrong until they have caught up.

That they are wrong before is what makes it a test: an act that moves nothing would show nothing.
"""

from datetime import timedelta

import pytest

from itsm.reports import changes, daily, periods, readings, stored
from slas import outages
from tests import factories
from tests.reports.test_daily import NOW, catch_up, commit, said
from tests.tickets.desk_samples import follow_up_rule
from tests.tickets.stages import START, Desk, reporter
from tickets import conversation, follow_ups, lifecycle, promises, relations, scope
from tickets.models import Ticket
from tickets.records import FollowUp

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
THEN = START + 3 * DAY


class Past:
    """A desk with a closed ticket that broke both promises, its likes of the day after, and a call to make."""

    def __init__(self):
        self.desk = Desk()
        follow_up_rule()
        self.place = {
            "system": factories.system(),
            "category": factories.category(),
            "department": factories.department(),
        }
        self.first = self.solved(START)
        self.like = self.solved(START + DAY)
        self.other = self.solved(START + DAY, category=factories.category())
        self.still_open = factories.ticket(by=self.desk.agent, moment=START + DAY, system=factories.system())

    def solved(self, moment, **fields):
        """Accepted after five hours, solved after two days."""
        ticket = factories.ticket(by=self.desk.agent, moment=moment, **{**self.place, **fields})
        ticket = lifecycle.accept(ticket, by=self.desk.agent, at=moment + timedelta(hours=5))
        ticket = lifecycle.resolve(ticket, by=self.desk.manager, at=moment + 2 * DAY, solution="已处理")
        return lifecycle.close(ticket, by=self.desk.agent, at=moment + 2 * DAY)

    def fresh(self, ticket):
        return Ticket.objects.get(pk=ticket.pk)


def reopen(past):
    lifecycle.reopen(past.fresh(past.first), by=past.desk.manager, at=THEN, reason="又坏了")


def solve_anew(past):
    """The day on which it was solved before has it no longer."""
    reopen(past)
    lifecycle.resolve(past.fresh(past.first), by=past.desk.manager, at=THEN + DAY, solution="已换件")


def merge(past):
    main = factories.ticket(by=past.desk.agent, moment=THEN, **past.place)
    relations.merge(past.fresh(past.still_open), by=past.desk.manager, at=THEN, main=main)


def set_scope(past):
    words = {"out_of_scope": True, "reason": "不在合同内"}
    scope.set_scope(past.fresh(past.first), by=past.desk.manager, at=THEN, **words)


def correct(past):
    ticket = past.fresh(past.still_open)
    changes = {"system": past.place["system"]}
    conversation.edit(ticket, by=past.desk.manager, at=THEN, version=ticket.version, changes=changes)


def call(past):
    words = {"channel": "phone", "outcome": "unsolved", "rating": 2, "comment": "仍打不出"}
    follow_ups.attempt(FollowUp.objects.get(ticket=past.first), by=past.desk.agent, at=THEN, **words)


def rate(past):
    ticket = past.fresh(past.first)
    conversation.rate(ticket, by=reporter(ticket), at=THEN + 2 * DAY, rating=2)


def annul_response(past):
    _annul(past, "response_clock")


def annul_resolution(past):
    _annul(past, "resolution_clock")


def _annul(past, name):
    clock = getattr(past.fresh(past.first), name)
    promises.annul(past.first, by=past.desk.manager, at=THEN, clock=clock, reason="院方断网")
    promises.decide_annulment(past.first, by=past.desk.hospital, at=THEN, clock=clock, approve=True)


def report_again(past):
    """The like that was solved last has recurred: nothing of its own has changed."""
    factories.ticket(by=past.desk.agent, moment=THEN + DAY, **past.place)


def link(past):
    relations.link(past.other, by=past.desk.manager, at=THEN, other=past.first, kind="distinct")
    relations.link(past.still_open, by=past.desk.manager, at=THEN, other=past.other, kind="recurrence")


def cancel_what_recurred(past):
    """Cancelled is the recurrence; what was solved before has come again no more."""
    relations.link(past.still_open, by=past.desk.manager, at=THEN, other=past.other, kind="recurrence")
    catch_up()
    lifecycle.cancel(past.fresh(past.still_open), by=past.desk.manager, at=THEN, reason="误报")


def unlink(past):
    relations.link(past.still_open, by=past.desk.manager, at=THEN, other=past.other, kind="recurrence")
    catch_up()
    relations.unlink(past.still_open, by=past.desk.manager, at=THEN, other=past.other)


ACTS = (
    *(reopen, solve_anew, merge, set_scope, correct, call, rate, annul_response, annul_resolution),
    *(report_again, link, cancel_what_recurred, unlink),
)
NEEDED = {"_own": rate, "_beside": call, "_partners": cancel_what_recurred, "_like": report_again}


@pytest.fixture
def past(hospital):
    found = Past()
    catch_up()
    return found


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_catch_up_follows_every_act(past, act):
    act(past)
    commit()
    moved = daily.differences()
    catch_up()
    assert (bool(moved), daily.differences()) == (True, [])


@pytest.mark.parametrize("left_out", NEEDED)
def test_what_is_not_looked_at_leaves_a_day_behind(past, left_out, monkeypatch):
    """The check above fails when one of the ways to an affected day is missing."""
    monkeypatch.setattr(changes, left_out, lambda ids: iter(()))
    NEEDED[left_out](past)
    catch_up()
    assert daily.differences() != []


def test_outages_are_read_as_they_stand(past):
    """Availability is never stored: whatever is done with an outage or a window shows at once."""
    system, month, shown = past.place["system"], periods.parse("2026-09"), []
    by = {"by": past.desk.manager, "at": THEN}

    def show():
        found = stored.read(month, at=NOW)
        assert said(found) == said(readings.read(month, at=NOW))
        shown.append((month.end_at - month.start_at) // DAY * 86_400 - found["K12"].numerator)

    outage = outages.begin(system, started_at=THEN - DAY, reason="断电", **by)
    show()
    outages.restore(outage, restored_at=THEN - DAY / 2, **by)
    show()
    outages.exclude(outage, by=past.desk.hospital, at=THEN, ground="network", note="院方机房断电")
    show()
    window = outages.begin(system, started_at=THEN + DAY, until=THEN + 1.5 * DAY, reason="补丁", **by)
    show()
    moved = {"started_at": THEN + 1.2 * DAY, "until": THEN + 1.5 * DAY}
    outages.reschedule(window, **moved, reason="业务高峰", **by)
    show()
    outages.cancel(window, reason="厂商未就绪", **by)
    show()
    assert (len(set(shown)), shown[5]) == (5, shown[2])
