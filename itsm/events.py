"""Upward effects: a verb publishes what happened, and `itsm.wiring` names who answers.

Synchronous and in the publisher's transaction: a reaction that fails undoes the verb.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Acted:
    """A verb of a room that does not know the audit log was done; the log answers.

    verb: with its room, "notifications.resend". model: of the record, "notifications.destination", or "".
    by_id: None for the system. label: what stands in the log. detail: only what JSON holds.
    """

    verb: str
    by_id: int | None
    at: datetime
    model: str = ""
    record_id: int | None = None
    label: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@cache
def _reactions() -> dict[type, list[Any]]:
    return import_module("itsm.wiring").REACTIONS


def publish(event: object) -> None:
    """Call every reaction wired to the event's class, in their written order."""
    for reaction in _reactions().get(type(event), ()):
        reaction(event)
