"""What a person still holds. The rooms above tell: `itsm.wiring.HELD` names who is asked."""

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from itsm.accounts.models import User


class Held(NamedTuple):
    """A kind of work and how much of it is in the person's hands."""

    label: str
    count: int


@cache
def _asked() -> list[Any]:
    return import_module("itsm.wiring").HELD


def held(person: User) -> list[Held]:
    """Numbers only: who keeps the accounts reads no business records."""
    return [Held(*ask(person)) for ask in _asked()]
