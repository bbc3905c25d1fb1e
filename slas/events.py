"""What the service levels tell the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LevelsReached:
    """These escalations were written: levels of the ladder that clocks have reached."""

    escalation_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class ClocksMoved:
    """The deadlines of these clocks are others than before, by no act on their records."""

    clock_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class PausesEnded:
    """The wait of these clocks has reached the most that the agreement permits; they count on."""

    clock_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class AgreementPublished:
    """A version of the agreement was published; it may take effect later."""

    policy_id: int
    at: datetime


@dataclass(frozen=True)
class SweepBegins:
    """A sweep is about to look for what is due at `at`; a reaction that raises slas.sweep.Held holds it back."""

    at: datetime


@dataclass(frozen=True)
class SweepEnded:
    """A sweep has looked for what is due at `at`, and has claimed so many clocks."""

    claimed: int
    at: datetime
