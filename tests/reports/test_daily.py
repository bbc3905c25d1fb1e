"""Stored readings: whatever the verbs write, they equal a recount; reading them gives what counting gives."""

import os
import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from itsm.errors import RuleBroken
from itsm.reports import daily, periods, readings, stored
from itsm.reports.enums import Dimension
from itsm.reports.figures import RANKS
from itsm.reports.models import DailyReading, Follower
from itsm.reports.scopes import Scope
from tests import factories
from tests.reports.golden import DRAWN_AT, OCTOBER
from tests.reports.worlds import Places, World
from tests.tickets.desk_samples import follow_up_rule
from tests.tickets.stages import Desk, reporter
from tickets import conversation, follow_ups, lifecycle, promises, relations, scope
from tickets.models import Ticket
from tickets.records import FollowUp

pytestmark = pytest.mark.django_db
WORLDS = int(os.environ.get("KPI_WORLDS", "24"))
NOW = factories.at("2026-11-03 09:00")


def commit():
    """What a commit does to the audit log: its links are written."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def catch_up():
    commit()
    return daily.catch_up(at=NOW)


def said(found):
    return {code: (r.numerator, r.denominator) for code, r in found.items() if code not in RANKS}


class Life:
    """A desk on which somebody does anything at all, a few hours later each time."""

    def __init__(self, seed):
        self.dice, self.desk, self.at = random.Random(seed), Desk(), factories.at("2026-09-25 09:00")
        self.systems = [factories.system(), factories.system()]
        self.categories = [factories.category(), None]
        self.department = factories.department()
        self.tickets = []
        follow_up_rule()

    def step(self):
        self.at += timedelta(minutes=self.dice.choice((3, 40, 600, 3000)))
        verb = self.dice.choice((self.report, self.report, *[self.act] * 8, self.link, self.call, self.rate, self.move))
        try:
            verb()
        except RuleBroken:
            pass  # the state did not allow it

    def report(self):
        fields = {"system": self.dice.choice(self.systems), "category": self.dice.choice(self.categories)}
        kind = self.dice.choice(("incident", "incident", "incident", "finding", "complaint"))
        particulars = {"finding": {"level": "low"}, "complaint": {"severity": "general"}}.get(kind, {})
        self.tickets.append(
            factories.ticket(
                by=self.desk.agent, moment=self.at, department=self.department, kind=kind, particulars=particulars,
                source=self.dice.choice(("phone", "monitoring")), **fields,
            )
        )  # fmt: skip

    def one(self):
        return Ticket.objects.get(pk=self.dice.choice(self.tickets).pk)

    def act(self):
        if not self.tickets:
            return
        ticket, by, at = self.one(), self.desk.manager, self.at
        acts = {
            "accept": lambda: lifecycle.accept(ticket, by=by, at=at),
            "resolve": lambda: lifecycle.resolve(ticket, by=by, at=at, solution="已处理"),
            "close": lambda: lifecycle.close(ticket, by=by, at=at),
            "reopen": lambda: lifecycle.reopen(ticket, by=by, at=at, reason="又坏了"),
            "cancel": lambda: lifecycle.cancel(ticket, by=by, at=at, reason="误报"),
            "scope": lambda: scope.set_scope(
                ticket, by=by, at=at, out_of_scope=bool(ticket.pk % 2), reason="不在合同内"
            ),
            "merge": lambda: relations.merge(ticket, by=by, at=at, main=self.one()),
            "unmerge": lambda: relations.unmerge(ticket, by=by, at=at, reason="另一故障"),
            "annul": lambda: self.annul(ticket),
        }
        weights = {"accept": 4, "resolve": 8, "close": 4, "reopen": 3}
        acts[self.dice.choices(list(acts), [weights.get(name, 1) for name in acts])[0]]()

    def annul(self, ticket):
        clock = ticket.response_clock
        promises.annul(ticket, by=self.desk.manager, at=self.at, clock=clock, reason="院方断网")
        promises.decide_annulment(ticket, by=self.desk.hospital, at=self.at, clock=clock, approve=True)

    def link(self):
        if len(self.tickets) > 1:
            kind = self.dice.choice(("related", "recurrence", "distinct"))
            ticket, other = self.one(), self.one()
            if self.dice.random() < 0.3:
                relations.unlink(ticket, by=self.desk.manager, at=self.at, other=other)
            else:
                relations.link(ticket, by=self.desk.manager, at=self.at, other=other, kind=kind)

    def call(self):
        found = list(FollowUp.objects.open())
        if found:
            words = {"outcome": self.dice.choice(("solved", "unsolved", "no_answer")), "comment": "仍打不出"}
            rating = self.dice.choice((None, 2, 5)) if words["outcome"] != "no_answer" else None
            call = self.dice.choice(found)
            follow_ups.attempt(call, by=self.desk.agent, at=self.at, channel="phone", rating=rating, **words)

    def rate(self):
        if self.tickets:
            ticket = self.one()
            conversation.rate(ticket, by=reporter(ticket), at=self.at, rating=self.dice.randint(1, 5))

    def move(self):
        if self.tickets:
            ticket, changes = self.one(), {"system": self.dice.choice(self.systems)}
            conversation.edit(ticket, by=self.desk.manager, at=self.at, version=ticket.version, changes=changes)


@pytest.mark.parametrize("seed", range(max(3, WORLDS // 8)))
def test_catch_up_equals_a_recount_whatever_is_done(hospital, seed):
    life = Life(seed)
    catch_up()
    for _round in range(6):
        for _ in range(12):
            life.step()
        catch_up()
        assert daily.differences() == []
    assert DailyReading.objects.count() > 20


def test_catch_up_counts_only_the_days_that_were_moved(hospital):
    desk = Desk()
    desk.ticket("resolved")
    catch_up()
    moment = factories.at("2026-10-20 09:00")
    factories.ticket(by=desk.agent, moment=moment)
    assert [catch_up(), catch_up()] == [1, 0]


def test_catch_up_twice_at_the_same_audit_log_counts_nothing(hospital):
    Desk().ticket("closed")
    catch_up()
    before = list(DailyReading.objects.order_by("pk").values_list("pk", flat=True))
    assert (catch_up(), list(DailyReading.objects.order_by("pk").values_list("pk", flat=True))) == (0, before)


def test_catch_up_far_behind_counts_everything(hospital, monkeypatch):
    catch_up()
    monkeypatch.setattr(daily, "FAR_BEHIND", 0)
    Desk().ticket("closed")
    catch_up()
    assert (daily.differences(), DailyReading.objects.exists()) == ([], True)


def test_recount_check_names_what_is_wrong(hospital):
    Desk().ticket("closed")
    call_command("recount", verbosity=0)
    DailyReading.objects.filter(dimension="", sums__has_key="N").update(sums={"N": [9, 9]})
    with pytest.raises(CommandError, match="1 stored readings differ"):
        call_command("recount", check=True)
    call_command("recount")
    call_command("recount", check=True)


# Reading


@pytest.mark.parametrize("seed", range(max(4, WORLDS // 4)))
def test_reading_what_is_stored_gives_what_counting_gives(seed):
    places, dice = Places.make(), random.Random(seed)
    period = periods.parse(dice.choice(("2026-10", "2026-Q4", "2026-10-14", "2026")))
    world = World(seed, places, period, period.end_at + timedelta(days=dice.choice((-3, 0, 20))))
    Follower.objects.create(seq=0, counted_at=NOW, pk=1)
    daily.recount(at=NOW)
    reader = dice.choice((None, factories.user("PM"), factories.user("VND", vendor=places.vendors[0])))
    asked = {"at": world.at, "user": reader}
    assert said(stored.read(period, **asked)) == said(readings.read(period, **asked))
    dimension = dice.choice(list(Dimension))
    counted = [(key, name, said(found)) for key, name, found in readings.by(dimension, period, **asked)]
    assert [(key, name, said(found)) for key, name, found in stored.by(dimension, period, **asked)] == counted
    narrow = Scope().within(dimension, dice.choice([key for key, _name, _found in counted] or [None]))
    assert said(stored.read(period, scope=narrow, **asked)) == said(readings.read(period, scope=narrow, **asked))


def test_stored_readings_do_not_serve_who_is_complained_about(hospital):
    daily.recount(at=NOW)
    person = factories.user("PM")
    before = stored.serves(Scope(), person)
    particulars = {"severity": "general", "about_person": person}
    factories.ticket(by=factories.user("DSK"), kind="complaint", particulars=particulars)
    assert (before, stored.serves(Scope(), person)) == (True, False)


def test_before_the_first_count_tickets_are_counted(october):
    Follower.objects.all().delete()
    assert stored.read(OCTOBER, at=DRAWN_AT) == readings.read(OCTOBER, at=DRAWN_AT)


def test_trend_gives_each_period_its_own(october):
    daily.recount(at=DRAWN_AT)
    months = [OCTOBER.previous(), OCTOBER]
    found = stored.trend(months, at=DRAWN_AT)
    assert [(period, figures["N"].numerator) for period, figures in found] == [(months[0], 0), (OCTOBER, 14)]
