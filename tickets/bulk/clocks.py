"""PURE: the clocks of stories, in whole seconds since 1970; they do what slas.clocks does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Self

from slas import elapsed, ladder
from slas.ladder import Rung

REOPENED = "reopened"


class Promise(NamedTuple):
    """A row of the agreement. calendar_id: None counts round the clock."""

    seconds: int
    policy_id: int
    calendar_id: int | None
    calendar: elapsed.Calendar
    ladder: tuple[Rung, ...] = ()

    def after(self, at: int, seconds: int) -> int:
        """The moment so many business seconds later; negative ones walk back. Raises elapsed.MissingYear."""
        return at + seconds if self.calendar_id is None else _whole(elapsed.due(self.calendar, _utc(at), seconds))

    def between(self, start: int, end: int) -> int:
        """Business seconds from one moment to a later one. Raises elapsed.MissingYear."""
        return end - start if self.calendar_id is None else elapsed.elapsed(self.calendar, _utc(start), _utc(end))


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _whole(at: datetime) -> int:
    return int(at.timestamp())


class Level(NamedTuple):
    """A level that was reached."""

    rung: Rung
    at: int
    is_carried: bool


@dataclass
class Clock:
    """A promise in a cycle; pauses are (start, end or None, reason), those of earlier cycles included."""

    kind: str
    started: int
    promise: Promise
    state: str = "running"
    cycle: int = 1
    pause_seconds: int = 0
    paused: int | None = None
    met: int | None = None
    ended: int | None = None
    breached: int | None = None
    pauses: list[tuple[int, int | None, str]] = field(default_factory=list)
    told: tuple[Level, ...] = ()

    @property
    def target(self) -> int:
        """What is promised, in business seconds."""
        return self.promise.seconds

    @property
    def due(self) -> int | None:
        """The deadline; None in a year without an official table."""
        try:
            return self.promise.after(self.started, self.target + self.pause_seconds)
        except elapsed.MissingYear:
            return None

    @property
    def spent(self) -> int | None:
        """Business seconds from the start to the act, without the pauses."""
        return None if self.met is None else self.promise.between(self.started, self.met) - self.pause_seconds

    def note_breach(self, at: int) -> None:
        """Remember the deadline if it has passed."""
        due = self.due
        if self.state == "running" and due is not None and at > due and self.breached is None:
            self.breached = due

    def hold(self, at: int, reason: str) -> None:
        """Stand still."""
        self.note_breach(at)
        self.state, self.paused = "paused", at
        self.pauses.append((at, None, reason))

    def resume(self, at: int) -> None:
        """Count on."""
        began, _end, reason = self.pauses.pop()
        self.pauses.append((began, at, reason))
        self.pause_seconds += self.promise.between(began, at)
        self.state, self.paused = "running", None

    def stop(self, at: int) -> None:
        """The awaited act happened."""
        self.note_breach(at)
        self.state, self.met = "met", at

    def cancel(self, at: int) -> None:
        """The promise no longer applies."""
        self.state, self.ended = "cancelled", at

    def reopened(self, at: int) -> Self:
        """The clock of the next cycle: the time since the act counts as a pause."""
        pause = self.promise.between(self.met, at)
        pauses = [*self.pauses, (self.met, at, REOPENED)]
        told = tuple(level._replace(is_carried=True) for level in self.levels(self.met))
        return type(self)(
            self.kind,
            self.started,
            self.promise,
            cycle=self.cycle + 1,
            pause_seconds=self.pause_seconds + pause,
            breached=self.breached,
            pauses=pauses,
            told=told,
        )

    def levels(self, now: int) -> list[Level]:
        """The levels of the ladder that it has reached by its end, or by now."""
        known = {level.rung.code for level in self.told}
        new = [Level(rung, at, False) for rung, at in self._moments() if rung.code not in known]
        end = self.met or self.ended or now
        return [*self.told, *sorted((level for level in new if level.at < end), key=_at)]

    def alarm(self, now: int) -> int | None:
        """When the sweep must look at a running clock."""
        if self.state != "running":
            return None
        known = {level.rung.code for level in self.told}
        ahead = [at for rung, at in self._moments() if at >= now and rung.code not in known]
        if self.breached is None and self.due is not None:
            ahead.append(self.due)
        return min(ahead, default=None)

    def _moments(self) -> Iterator[tuple[Rung, int]]:
        for rung in self.promise.ladder:
            at = self._reached(ladder.seconds(rung, self.target))
            if at is not None:
                yield rung, at

    def _reached(self, seconds: int) -> int | None:
        """When so much was counted, the pauses before that left out; None if it stands still before."""
        try:
            at = self.promise.after(self.started, seconds)
            for began, ended, _reason in self.pauses:
                if at < began:
                    return at
                if ended is None:
                    return None
                seconds += self.promise.between(began, ended)
                at = self.promise.after(self.started, seconds)
        except elapsed.MissingYear:
            return None
        return at


def _at(level: Level) -> int:
    return level.at
