"""The links of the audit chain for many events at once, as the trigger would have written them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from itsm.audit.canonical import chain_hash
from itsm.audit.models import Event, Head, Link
from itsm.errors import RuleBroken

LINKS, LINK_COLUMNS = Link._meta.db_table, ("seq", "event_id", "previous_hash", "hash")
_EVENTS, _HEAD = Event._meta.db_table, Head._meta.db_table
_TRIGGER = "audit_event_chain"


@dataclass
class Chain:
    """The end of the chain, in this transaction's hands."""

    seq: int
    hash: str

    def link(self, event: int, body_hash: str) -> str:
        """The line of the next link, in COPY's text form."""
        previous = self.hash
        self.seq, self.hash = self.seq + 1, chain_hash(previous, body_hash)
        return f"{self.seq}\t{event}\t{previous}\t{self.hash}"


@contextmanager
def chained(cursor: CursorWrapper) -> Iterator[Chain]:
    """Put the trigger aside, and hold the head, until the caller has written events and their links.

    ALTER TABLE also keeps every other writer of events out until the transaction ends, so no event
    can slip past the trigger. As with the trigger, the chain's lock comes after all others.
    """
    cursor.execute(f"ALTER TABLE {_EVENTS} DISABLE TRIGGER {_TRIGGER}")
    cursor.execute(f"SELECT seq, hash FROM {_HEAD} WHERE id = 1 FOR NO KEY UPDATE")  # noqa: S608  its own name
    head = cursor.fetchone()
    if head is None:
        raise RuleBroken("The head of the audit chain is missing.")
    chain = Chain(*head)
    yield chain
    cursor.execute(f"UPDATE {_HEAD} SET seq = %s, hash = %s WHERE id = 1", [chain.seq, chain.hash])  # noqa: S608
    cursor.execute(f"ALTER TABLE {_EVENTS} ENABLE TRIGGER {_TRIGGER}")
