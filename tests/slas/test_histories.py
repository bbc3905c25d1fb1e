"""Random histories of clocks, held against a slow walk through time that shares no line with the product.

LONG=1 ./desk test tests/slas/test_histories.py tells 10,000 of them.
"""

import os
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from itsm.catalog.models import Calendar, CalendarVersion
from slas import clocks, sweep
from slas.clocks import Subject
from slas.enums import Kind
from slas.models import Clock, Escalation, PauseRule, Policy
from tests import factories
from tests.factories import at
from tests.slas.histories import Act, Cycle, Promise, Replay, as_far_as_known
from tests.slas.reference import Walk
from tests.slas.rules import shipped

pytestmark = pytest.mark.django_db

LONG = bool(os.environ.get("LONG"))
EVENINGS = {
    "weekly": {day: [["07:00:00", "11:30:00"], ["18:00:00", "24:00:00"]] if day < "5" else [] for day in "0123456"},
    "exceptions": {"2026-10-03": {"name": "门诊加开", "windows": [["00:00:00", "03:00:00"]]}},
}
PROMISED = {"P1": ("", 120), "P2": ("ALWAYS", 240), "P3": ("WORK", 480), "P3@": ("EVENING", 90), "P4@": ("WORK", 1440)}
WORDS = (*PROMISED, "P4")  # nothing is promised at P4 but on one system
WAITS = {("third_party", "P1"): 60, ("third_party", "P3"): 200, ("requester", "P2"): False}
LEVELS = [("percent", 50), ("percent", 100), ("percent", 150), ("since", 20), ("before", 30), ("after", 45)]
ANCHORS = ["2026-02-13 16:30", "2026-09-24 17:10", "2026-09-30 15:00", "2026-10-09 20:00", "2026-12-30 09:00"]
ONCE_WRONG = [1588, 3159, 5150, 7410]  # pauses into a year without a table, on an agreed deadline
VERBS = {  # what mostly comes next
    "running": ["pause", "pause", "retarget", "retarget", "stop", "stop", "merge", "cancel", "fix", "sweep"],
    "paused": ["resume", "resume", "resume", "retarget", "stop", "merge", "sweep", "fix"],
    "met": ["reopen", "reopen", "reopen", "merge"],
    "cancelled": ["unmerge", "unmerge", "revive", "sweep"],
}


class World:
    """The agreement and the calendars, in the database and as slow walks. unit: seconds of a step."""

    def __init__(self, unit: int) -> None:
        self.unit = unit
        factories.work_calendar()
        self._evening()
        self.system = factories.system()
        self.policy = Policy.objects.create(number=1, drafted_at=at("2026-01-01 00:00"))
        for word, (code, steps) in PROMISED.items():
            calendar = Calendar.objects.get(code=code) if code else None
            system = self.system if word.endswith("@") else None
            priority, minutes = word.rstrip("@"), steps * unit / 60
            factories.target(self.policy, "resolution", priority, minutes, calendar=calendar, system=system)
        for (reason, priority), most in WAITS.items():
            rule = {"stops_clock": False} if most is False else {"most_seconds": most * unit}
            PauseRule.objects.create(policy=self.policy, reason=reason, priority=priority, **rule)
        for priority in ("P1", "P2", "P3", "P4"):
            for basis, value in LEVELS:
                factories.rung(self.policy, "resolution", priority, value, basis=basis)
        self.ladder = {f"{basis}:{n}": (basis, n if basis == "percent" else n * 60) for basis, n in LEVELS}
        factories.publish(self.policy)
        self.always = Walk(shipped("ALWAYS"), unit)
        walks = {version.calendar.code: Walk(version.rules, unit) for version in CalendarVersion.objects.all()}
        self.promises = {word: Promise(walks.get(code, self.always), n) for word, (code, n) in PROMISED.items()}
        self.promises["P4"] = Promise(None, 0)

    def _evening(self) -> None:
        calendar = Calendar.objects.create(code="EVENING", name="晚间门诊", initials="wjmz")
        rules = shipped("WORK", **EVENINGS)
        moment = at("2026-01-01 00:00")
        CalendarVersion.objects.create(
            calendar=calendar, number=1, state="published", rules=rules, drafted_at=moment, published_at=moment
        )

    def subject(self, word: str) -> Subject:
        return Subject(word.rstrip("@"), self.system.pk if word.endswith("@") else None)

    def replay(self, start, word) -> Replay:
        return Replay(start, word, self.promises, WAITS, self.always, self.ladder)


def history(random: Random, world: World):
    """A start, what is promised, some acts, and until when the story is told."""
    moment = at(random.choice(ANCHORS)) if random.random() < 0.5 else at("2026-01-05 00:00")
    start = moment + timedelta(seconds=random.randrange(0, 300 * 1440 if moment.month == 1 else 600) * 60)
    start += timedelta(seconds=random.randrange(60 // world.unit) * world.unit)
    word, state, acts, now = random.choice(WORDS), "running", [], start
    told = world.replay(start, word)
    for _ in range(random.randrange(1, 14)):
        now += timedelta(seconds=_gap(random) * world.unit)
        verb = random.choice(VERBS[state] if random.random() < 0.85 else ["pause", "resume", "stop", "reopen"])
        acts.append(_act(random, world, verb, now))
        state = told.tell(acts[-1:], now)[-1].state
    return start, word, acts, now + timedelta(seconds=_gap(random) * world.unit)


def _gap(random: Random) -> int:
    return random.choice([0, 1, random.randrange(30), random.randrange(600), random.randrange(3000)])


def _act(random: Random, world: World, verb: str, now) -> Act:
    if verb == "pause":
        return Act(now, verb, random.choice(["third_party", "requester", "planned_window"]))
    if verb == "retarget":
        return Act(now, verb, random.choice(WORDS))
    if verb == "fix":
        return Act(now, verb, due=now + timedelta(seconds=random.randrange(1, 5000) * world.unit))
    return Act(now, verb)


def drive(world: World, start, word, acts, until) -> list[Cycle]:
    """The same story told to the product: what its rows say at the end."""
    clock = clocks.start([Kind.RESOLUTION], world.subject(word), at=start)[Kind.RESOLUTION]
    root = clock.pk
    for act in acts:
        clock = _done(world, clock, act)
    sweep.sweep(at=until)
    rows = Clock.objects.filter(pk=root) | Clock.objects.filter(first=root)
    return [_cycle(row) for row in rows.order_by("cycle")]


def _done(world: World, clock: Clock, act: Act) -> Clock:
    match act.verb:
        case "sweep":
            sweep.sweep(at=act.at)
            return clock
        case "pause":
            return clocks.pause(clock, at=act.at, reason=act.word)
        case "retarget":
            return clocks.retarget(clock, world.subject(act.word), at=act.at)
        case "fix":
            return clocks.fix(clock, due_at=act.due, by=None, at=act.at, reason="约定")
        case "reopen":
            return clocks.reopen(clock, at=act.at, reason="reopened")
        case "unmerge":
            return clocks.reopen(clocks.revive(clock, at=act.at), at=act.at, reason="reopened")
        case "merge":
            return clocks.cancel(clock, at=act.at)
    return getattr(clocks, act.verb)(clock, at=act.at)


def _cycle(row: Clock) -> Cycle:
    told = Escalation.objects.filter(clock=row, outcome="fired").order_by("due_at", "code")
    return Cycle(
        state=row.state,
        due=row.due_at,
        gap=row.gap,
        paused_at=row.paused_at,
        pause_seconds=row.pause_seconds,
        met_at=row.met_at,
        spent_seconds=row.spent_seconds,
        breached_at=row.breached_at,
        levels=list(told.values_list("due_at", "code")),
    )


def agree(world: World, number: int) -> None:
    """Tell history so-and-so to both; the database is as before afterwards."""
    start, word, acts, until = history(Random(f"{world.unit}:{number}"), world)
    with transaction.atomic():
        found = drive(world, start, word, acts, until)
        transaction.set_rollback(True)
    expected = world.replay(start, word).tell(acts, until)
    told = "\n".join(f"  {act.at:%m-%d %H:%M:%S} {act.verb} {act.word or act.due or ''}" for act in acts)
    story = f"history {number}: {word} from {start:%m-%d %H:%M:%S} to {until:%m-%d %H:%M:%S}\n{told}"
    assert as_far_as_known(found, expected) == expected, story


@pytest.mark.parametrize("unit, count", [(60, 9000 if LONG else 150), (1, 1000 if LONG else 20)])
def test_clocks_say_after_any_history_what_a_slow_walk_says(db, unit, count):
    world = World(unit)
    for number in range(count):
        agree(world, number)


@pytest.mark.parametrize("number", ONCE_WRONG)
def test_a_history_that_once_came_out_wrong_comes_out_right(db, number):
    agree(World(60), number)
