"""What tickets tell the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TicketOpened:
    """A ticket was registered. Carries what its reactions need, for the day's numbers are locked meanwhile."""

    ticket_id: int
    number: str
    system_id: int | None
    at: datetime


@dataclass(frozen=True)
class TicketMoved:
    """A verb led a ticket from one state to another, or to another assignee."""

    ticket_id: int
    verb: str
    actor_id: int | None


@dataclass(frozen=True)
class FilesAttached:
    """Somebody added files without words."""

    ticket_id: int
    count: int
    from_requester: bool
    actor_id: int | None


@dataclass(frozen=True)
class TicketReplied:
    """Somebody wrote a public reply."""

    ticket_id: int
    comment_id: int
    from_requester: bool


@dataclass(frozen=True)
class TicketMerged:
    """A ticket ended as a duplicate of another, its main ticket."""

    ticket_id: int
    main_id: int
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class TicketUrged:
    """The reporter asked to be served sooner."""

    ticket_id: int
    actor_id: int | None


@dataclass(frozen=True)
class TicketRated:
    """The reporter rated a solved ticket."""

    ticket_id: int
    at: datetime
