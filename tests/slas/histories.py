"""Histories of a promise, told the slow way: what a clock must say after any run of acts.

Written from the rules of the agreement alone, step by step of time. It shares no line with the product.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from tests.slas.reference import Unknown, Walk


class Promise(NamedTuple):
    """So many steps of a calendar; no walk where nothing is promised."""

    walk: Walk | None
    steps: int


class Act(NamedTuple):
    """What happened when. word: the reason of a wait, or what is promised from now on; due: what is agreed."""

    at: datetime
    verb: str
    word: str = ""
    due: datetime | None = None


@dataclass
class Cycle:
    """What a row of a clock says."""

    state: str = "running"
    due: datetime | None = None
    gap: str = ""
    paused_at: datetime | None = None
    pause_seconds: int | None = 0
    met_at: datetime | None = None
    spent_seconds: int | None = None
    breached_at: datetime | None = None
    levels: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass
class Stretch:
    """A stretch in which time stood still; limit: when it counts again whatever the record's state is."""

    begin: datetime
    end: datetime | None
    limit: datetime | None = None


@dataclass
class Replay:
    """A promise from its start on. always: the walk that counts every step.

    waits: by reason and priority; False does not stop the clock, a number of steps is the most that it stops for.
    ladder: of every priority, by code the basis and the percent or seconds.
    """

    start: datetime
    word: str
    promises: dict[str, Promise]
    waits: dict[tuple[str, str], bool | int]
    always: Walk
    ladder: dict[str, tuple[str, int]]
    pauses: list[Stretch] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=lambda: [Cycle()])
    agreed: datetime | None = None
    over: set[str] = field(default_factory=set)

    def __post_init__(self):
        self.target = self.promises[self.word].steps * self.always.step
        self._reckon()

    def tell(self, acts, until):
        """The cycles as they stand at the end."""
        for act in acts:
            self._pass(act.at)
            getattr(self, f"_{act.verb}")(act)
        self._pass(until)
        return self.cycles

    @property
    def now(self):
        return self.cycles[-1]

    @property
    def walk(self):
        return self.promises[self.word].walk or self.always

    @property
    def step(self):
        return timedelta(seconds=self.always.step)

    # what time does by itself

    def _pass(self, to):
        waiting = self.pauses[-1] if self.now.state == "paused" else None
        if waiting and waiting.limit and waiting.limit < to:
            self._go_on(waiting.limit)
        self._break(to)

    def _break(self, to):
        """A promise is broken as soon as it runs past its deadline, and stays broken."""
        until = {"running": to, "paused": self.now.paused_at}.get(self.now.state)
        if until and self.now.due and self.now.due < until:
            self.now.breached_at = self.now.breached_at or self.now.due
        if self.now.state == "running":
            reached = [pair for pair in self._levels_ahead() if pair[0] < to]
            self.now.levels = sorted([*self.now.levels, *reached])
            self.over |= {code for _moment, code in reached}

    def _go_on(self, at):
        self.pauses[-1].end = at
        self.now.state, self.now.paused_at = "running", None
        self._reckon()

    # the acts; each leaves the clock alone where it makes no sense

    def _sweep(self, act):
        pass

    def _pause(self, act):
        wait = self.waits.get((act.word, self.word.rstrip("@")), True)
        if self.now.state != "running" or wait is False or self.agreed:
            return
        limit = self._limit(act.at, wait) if wait is not True else None
        self.pauses.append(Stretch(act.at, None, limit))
        self.now.state, self.now.paused_at = "paused", act.at

    def _resume(self, act):
        if self.now.state == "paused":
            self._go_on(act.at)

    def _retarget(self, act):
        if self.now.state in ("running", "paused") and not self.agreed:
            self.word = act.word
            self.target = self.promises[self.word].steps * self.always.step
            self._reckon()
            self._break(act.at)

    def _fix(self, act):
        if self.now.state in ("running", "paused"):
            self._resume(act)
            self._break(act.at)
            self.agreed = act.due
            until = self._net(act.due)
            self.target = self.target if until is None else max(0, until)
            self._reckon()
            self._break(act.at)

    def _stop(self, act):
        self._resume(act)
        if self.now.state == "running":
            self._break(act.at)
            self.now.state, self.now.met_at = "met", act.at
            self.now.spent_seconds = self._net(act.at)

    def _reopen(self, act):
        if self.now.state == "met":
            self.pauses.append(Stretch(self.now.met_at, act.at))
            told, self.over = self.over, set()
            self.cycles.append(Cycle(breached_at=self.now.breached_at))
            self._reckon()
            self.over = {code for moment, code in self._levels_ahead() if moment <= act.at and code in told}

    def _cancel(self, act):
        self._resume(act)
        if self.now.state == "running":
            self._break(act.at)
            self.now.state = "cancelled"

    def _revive(self, act):
        if self.now.state == "cancelled":
            self.now.state = "running"
            self._break(act.at)

    _merge = _cancel

    def _unmerge(self, act):
        self._revive(act)
        self._reopen(act)

    # counting

    def _reckon(self):
        promised = self.promises[self.word]
        self.now.pause_seconds = self._paused()
        if self.agreed:
            self.now.due, self.now.gap = self.agreed, ""
        elif promised.walk is None:
            self.now.due, self.now.gap = None, "policy"
        else:
            self.now.due = self._due(promised)
            self.now.gap = "" if self.now.due else "calendar"

    def _paused(self):
        try:
            return sum(self._count(pause.begin, pause.end) for pause in self.pauses if pause.end)
        except Unknown:
            return None

    def _count(self, begin, end):
        return sum(islice(self.walk.ahead(begin), self._number(end, begin))) * self.walk.step

    def _net(self, until):
        try:
            return self._count(self.start, until) - self._paused()
        except Unknown:
            return None

    def _number(self, at, since=None):
        return (at - (since or self.start)) // self.step

    def _still(self):
        """The numbers of the steps, from the start, in which time stands still."""
        return [(self._number(pause.begin), self._number(pause.end)) for pause in self.pauses if pause.end]

    def _due(self, promised):
        left, still = promised.steps, self._still()
        try:
            for number, counts in enumerate(promised.walk.ahead(self.start)):
                while still and number >= still[0][1]:
                    still.pop(0)
                left -= counts and not (still and still[0][0] <= number)
                if not left:
                    return self.start + (number + 1) * self.step
        except Unknown:
            return None

    def _levels_ahead(self):
        if self.now.gap == "policy":
            return []
        wanted = {}
        for code, (basis, value) in self.ladder.items():
            if code not in self.over:
                whole = self.target
                seconds = {"percent": whole * value // 100, "since": value, "before": whole - value}
                wanted[code] = max(0, seconds.get(basis, whole + value))
        return self._moments(wanted)

    def _moments(self, wanted):
        """When so many seconds have been counted; nothing for what lies in a year without a table."""
        left, still, counted = sorted((seconds, code) for code, seconds in wanted.items()), self._still(), 0
        found, step = [], self.always.step
        try:
            while left and left[0][0] == 0:
                found.append((self._first(), left.pop(0)[1]))
            for number, counts in enumerate(self.walk.ahead(self.start)):
                while still and number >= still[0][1]:
                    still.pop(0)
                if not left:
                    break
                if counts and not (still and still[0][0] <= number):
                    while left and left[0][0] <= counted + step:
                        seconds, code = left.pop(0)
                        found.append((self.start + timedelta(seconds=number * step + seconds - counted), code))
                    counted += step
        except Unknown:
            pass
        return found

    def _first(self):
        """The first moment that counts; where time stood still by then, the end of what counts of that stretch."""
        still, end = self._still(), None
        for number, counts in enumerate(self.walk.ahead(self.start)):
            if end and number >= still[0][1]:
                return end
            while still and number >= still[0][1]:
                still.pop(0)
            if counts and still and still[0][0] < number:
                end = self.start + (number + 1) * self.step
            elif counts:
                return end or self.start + number * self.step
        return None

    def _limit(self, at, steps):
        try:
            for number, counts in enumerate(self.walk.ahead(at)):
                steps -= counts
                if not steps:
                    return at + (number + 1) * self.step
        except Unknown:
            return None


def as_far_as_known(found, expected):
    """What was found, less the business seconds of pauses that reach into a year without a table: nobody's to say."""
    unknown = [cycle.pause_seconds is None for cycle in expected]
    return [replace(cycle, pause_seconds=None) if hide else cycle for cycle, hide in zip(found, unknown, strict=True)]
