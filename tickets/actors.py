"""Who acts on a ticket without an account."""

from typing import NamedTuple

from itsm.accounts.models import User


class Reporter(NamedTuple):
    """The holder of a ticket's tracking link."""

    ticket_id: int
    name: str


Actor = User | Reporter | None  # None is the system itself
