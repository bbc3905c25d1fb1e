"""Stored readings: whatever the verbs write, they equal a recount; reading them gives what counting gives."""

import os
import random
from collections import Counter
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
from slas import outages
from slas.models import Outage
from tests import factories
from tests.reports.golden import DRAWN_AT, OCTOBER
from tests.reports.worlds import Places, World
from tests.tickets.desk_samples import follow_up_rule
from tests.tickets.stages import Desk, reporter
from tickets import conversation, follow_ups, lifecycle, promises, relations, scope
from tickets.models import Ticket
from tickets.records import FollowUp

pytestmark = pytest.mark.django_db
WORLDS = int(os.environ.get("KPI_WORLDS", "1000" if os.environ.get("LONG") else "24"))
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
        self.categories = [factories.category(), factories.category()]
        self.department = factories.department()
        self.done = Counter()
        follow_up_rule()

    def step(self):
        """Something that the states allow; whatever is refused is passed over."""
        self.at += timedelta(minutes=self.dice.choice((3, 40, 600, 1500, 3000)))
        beside = (self.link, self.link, self.call, self.rate, self.correct, self.fix, self.outage)
        for _try in range(8):
            verb = self.dice.choice((*[self.report] * 2, *[self.act] * 11, *beside))
            try:
                verb()
                self.done[verb.__name__] += 1
                return
            except RuleBroken:
                pass  # the state did not allow it

    def report(self):
        like = self.dice.random() < 0.7
        fields = {
            "system": self.systems[0] if like else self.dice.choice(self.systems),
            "category": self.categories[0] if like else self.dice.choice((*self.categories, None)),
        }
        kind = self.dice.choice(("incident", "incident", "incident", "finding", "complaint"))
        particulars = {"finding": {"level": "low"}, "complaint": {"severity": "general"}}.get(kind, {})
        factories.ticket(
            by=self.desk.agent, moment=self.at, department=self.department, kind=kind, particulars=particulars,
            source=self.dice.choice(("phone", "monitoring")), **fields,
        )  # fmt: skip

    def one(self):
        return self.one_of(Ticket.objects.all())

    def one_of(self, rows):
        """One of them; where there is none, nothing can be done."""
        found = list(rows.order_by("pk"))
        if not found:
            raise RuleBroken("There is none.")
        return self.dice.choice(found)

    def act(self):
        weights = {"accept": 4, "resolve": 8, "close": 4, "reopen": 4, "cancel": 1, "scope": 2, "annul": 2}
        name = self.dice.choices([*weights, "merge", "unmerge"], [*weights.values(), 3, 3])[0]
        if name in ("merge", "unmerge", "annul"):
            getattr(self, name)()
        else:
            self.led(name)
        self.done[name] += 1

    def led(self, name):
        """A ticket of a state that lets itself be led on, where it tells."""
        states = {"accept": ("new",), "resolve": ("accepted", "in_progress"), "close": ("resolved",)}
        rows = Ticket.objects.filter(state__in=states[name]) if name in states else Ticket.objects.all()
        ticket, who = self.one_of(rows), {"by": self.desk.manager, "at": self.at}
        words = {"resolve": {"solution": "已处理"}, "reopen": {"reason": "又坏了"}, "cancel": {"reason": "误报"}}
        if name == "scope":
            scope.set_scope(ticket, out_of_scope=not ticket.out_of_scope, reason="不在合同内", **who)
        else:
            getattr(lifecycle, name)(ticket, **who, **words.get(name, {}))

    def merge(self):
        """A duplicate among those that may still be one."""
        may_be = Ticket.objects.open().exclude(kind="complaint")
        ticket, main = self.one_of(may_be), self.one_of(may_be)
        relations.merge(ticket, by=self.desk.manager, at=self.at, main=main)

    def unmerge(self):
        merged = self.one_of(Ticket.objects.filter(state="merged"))
        relations.unmerge(merged, by=self.desk.manager, at=self.at, reason="另一故障")

    def annul(self):
        ticket = self.one()
        clock = self.dice.choice((ticket.response_clock, ticket.resolution_clock))
        promises.annul(ticket, by=self.desk.manager, at=self.at, clock=clock, reason="院方断网")
        promises.decide_annulment(ticket, by=self.desk.hospital, at=self.at, clock=clock, approve=True)

    def link(self):
        kind, ticket, other = (
            self.dice.choice(("related", "recurrence", "recurrence", "distinct")),
            self.one(),
            self.one(),
        )
        if self.dice.random() < 0.2:
            relations.unlink(ticket, by=self.desk.manager, at=self.at, other=other)
        else:
            relations.link(ticket, by=self.desk.manager, at=self.at, other=other, kind=kind)

    def call(self):
        call = self.one_of(FollowUp.objects.open())
        words = {"outcome": self.dice.choice(("solved", "unsolved", "no_answer")), "comment": "仍打不出"}
        rating = self.dice.choice((None, 2, 5)) if words["outcome"] != "no_answer" else None
        follow_ups.attempt(call, by=self.desk.agent, at=self.at, channel="phone", rating=rating, **words)

    def rate(self):
        ticket = self.one_of(Ticket.objects.filter(state__in=("resolved", "closed")))
        conversation.rate(ticket, by=reporter(ticket), at=self.at, rating=self.dice.randint(1, 5))

    def correct(self):
        """What was entered wrongly: another system, fault, priority."""
        ticket = self.one()
        changes = self.dice.choice((
            {"system": self.dice.choice(self.systems)},
            {"category": self.dice.choice(self.categories)},
            {"impact": self.dice.randint(1, 3), "urgency": self.dice.randint(1, 3)},
        ))  # fmt: skip
        conversation.edit(ticket, by=self.desk.manager, at=self.at, version=ticket.version, changes=changes)

    def fix(self):
        """Another deadline by hand."""
        ticket, due_at = self.one(), self.at + timedelta(minutes=self.dice.randint(1, 3000))
        words = {"clock": ticket.resolution_clock, "due_at": due_at, "reason": "与院方约定"}
        promises.fix_deadline(ticket, by=self.desk.manager, at=self.at, **words)

    def outage(self):
        """A system goes, comes back, and what does not count is left out."""
        self.dice.choice((self.begin_outage, self.end_outage, self.end_outage, self.agree, self.change_window))()

    def begin_outage(self):
        window = self.dice.choice((None, timedelta(hours=1)))
        until = None if window is None else self.at + window
        words = {"started_at": self.at, "until": until, "reason": "断电"}
        outages.begin(self.dice.choice(self.systems), by=self.desk.manager, at=self.at, **words)

    def agree(self):
        """A window of the day after."""
        words = {"started_at": self.at + timedelta(days=1), "until": self.at + timedelta(days=1, hours=2)}
        outages.begin(self.dice.choice(self.systems), by=self.desk.manager, at=self.at, reason="补丁", **words)

    def change_window(self):
        """It takes place later, or not at all."""
        window, who = self.one_of(Outage.objects.open().filter(kind="planned")), {"at": self.at, "reason": "改期"}
        start = window.started_at + timedelta(hours=self.dice.choice((1, 30)))
        if self.dice.random() < 0.5:
            outages.cancel(window, by=self.desk.hospital, **who)
        else:
            until = start + timedelta(hours=3)
            outages.reschedule(window, by=self.desk.manager, started_at=start, until=until, **who)
        self.done["change_window"] += 1

    def end_outage(self):
        outage = self.one_of(Outage.objects.all())
        if outage.is_open:
            outages.restore(outage, by=self.desk.manager, at=self.at, restored_at=self.at)
        else:
            outages.exclude(outage, by=self.desk.hospital, at=self.at, ground="network", note="院方机房断电")


@pytest.mark.parametrize("seed", range(max(3, WORLDS // 8)))
def test_catch_up_equals_a_recount_whatever_is_done(hospital, seed):
    life = Life(seed)
    catch_up()
    for _round in range(6):
        for _ in range(12):
            life.step()
        catch_up()
        assert daily.differences() == []
        assert_served_as_counted(life.at)
    assert DailyReading.objects.count() > 20


def assert_served_as_counted(at):
    """What the pages read, the availability among it, is what counting the tickets gives at that moment."""
    for month in (periods.parse("2026-09"), periods.around(periods.local_day(at))):
        assert said(stored.read(month, at=at)) == said(readings.read(month, at=at))
        for dimension in (Dimension.SYSTEM, Dimension.PRIORITY):
            counted = [(key, said(found)) for key, _name, found in readings.by(dimension, month, at=at)]
            assert [(key, said(found)) for key, _name, found in stored.by(dimension, month, at=at)] == counted


def test_a_life_does_everything_that_moves_a_figure(hospital):
    """Else the test above would not see what a verb forgets."""
    done = Counter()
    for seed in range(4):
        life = Life(seed)
        for _ in range(72):
            life.step()
        done += life.done
    wanted = {"accept", "resolve", "close", "reopen", "cancel", "scope", "merge", "unmerge", "annul"}
    assert wanted | {"link", "call", "rate", "correct", "fix", "outage", "change_window"} <= done.keys()


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
