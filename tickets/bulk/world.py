"""PURE: what a story is about, and what it becomes: reference data, clocks, acts."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from itsm.catalog.enums import Priority


class Named(NamedTuple):
    """A row of reference data: its id and name, and its code or department kind's flag where it has one."""

    pk: int
    name: str
    code: str = ""


class Place(NamedTuple):
    """A department that reports."""

    pk: int
    name: str
    acute: bool


class Product(NamedTuple):
    """A system that faults are reported on."""

    pk: int
    name: str
    code: str
    tier: str
    vendor_id: int | None
    modules: tuple[Named, ...]


@dataclass(frozen=True)
class World:
    """The reference data and people that stories are about, in the order of their keys."""

    places: tuple[Place, ...]
    systems: tuple[Product, ...]
    weights: tuple[int, ...]  # cumulated, one per system
    categories: tuple[Named, ...]
    engineers: tuple[Named, ...]
    agents: tuple[Named, ...]
    matrix: dict[tuple[int, int], Priority]
    targets: dict[tuple[str, str], int]


@dataclass
class Clock:
    """A promise; pauses are (start, end or None, reason)."""

    kind: str
    started: int
    target: int
    state: str = "running"
    cycle: int = 1
    pause_seconds: int = 0
    paused: int | None = None
    met: int | None = None
    breached: int | None = None
    pauses: list[tuple[int, int | None, str]] = field(default_factory=list)

    @property
    def due(self) -> int:
        """The deadline."""
        return self.started + self.target + self.pause_seconds

    def note_breach(self, at: int) -> None:
        """Remember the deadline if it has passed."""
        if self.state == "running" and at > self.due and self.breached is None:
            self.breached = self.due

    def hold(self, at: int, reason: str) -> None:
        """Stand still."""
        self.note_breach(at)
        self.state, self.paused = "paused", at
        self.pauses.append((at, None, reason))

    def resume(self, at: int) -> None:
        """Count on."""
        began, _end, reason = self.pauses.pop()
        self.pauses.append((began, at, reason))
        self.pause_seconds += at - began
        self.state, self.paused = "running", None

    def stop(self, at: int) -> None:
        """The awaited act happened."""
        self.note_breach(at)
        self.state, self.met = "met", at

    def reopen(self, at: int) -> None:
        """It did not hold; the time since counts as a pause."""
        self.pauses.append((self.met, at, "reopened"))
        self.pause_seconds += at - self.met
        self.state, self.met, self.cycle = "running", None, self.cycle + 1


class Act(NamedTuple):
    """One event of the timeline; `said` is the comment's audience and text."""

    at: int
    verb: str
    actor: Named | None
    actor_name: str
    detail: dict[str, Any]
    said: tuple[str, str] | None = None


@dataclass
class Story:
    """Everything that the rows of one ticket hold."""

    reported: int
    opened: int
    source: str
    place: Place
    system: Product | None
    module: Named | None
    category: Named
    impact: int
    urgency: int
    priority: Priority
    reporter: str
    phone: str
    location: str
    title: str
    description: str
    response: Clock
    resolution: Clock
    state: str = "new"
    assignee: Named | None = None
    hold_reason: str = ""
    responded: int | None = None
    resolved: int | None = None
    closed: int | None = None
    reopened: int = 0
    transferred: int = 0
    solution: str = ""
    rating: int | None = None
    rating_comment: str = ""
    rated: int | None = None
    acts: list[Act] = field(default_factory=list)

    @property
    def due(self) -> int:
        """The next deadline."""
        return (self.response if self.response.state == "running" else self.resolution).due
