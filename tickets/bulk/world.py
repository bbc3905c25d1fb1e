"""PURE: what a story is about, and what it becomes: reference data, clocks, acts."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from itsm.catalog.enums import Priority
from tickets.bulk.clocks import Clock, Promise


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
    promises: dict[tuple[str, str], Promise]


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
    earlier: Clock | None = None
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
    def due(self) -> int | None:
        """The next deadline; None in a year without an official table."""
        return (self.response if self.response.state == "running" else self.resolution).due
