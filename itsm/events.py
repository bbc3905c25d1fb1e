"""Upward effects: a verb publishes what happened, and `itsm.wiring` names who answers.

Synchronous and in the publisher's transaction: a reaction that fails undoes the verb.
"""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def _reactions() -> dict[type, list[Any]]:
    return import_module("itsm.wiring").REACTIONS


def publish(event: object) -> None:
    """Call every reaction wired to the event's class, in their written order."""
    for reaction in _reactions().get(type(event), ()):
        reaction(event)
