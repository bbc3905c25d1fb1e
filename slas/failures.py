"""What may go wrong with a clock that is being done, and what is kept of it."""

from django.db import InterfaceError, OperationalError, connection

from itsm.privacy import masked

MOST_FAILURES = 5
_LONGEST = 300


def is_gone(error: Exception) -> bool:
    """Whether the database has gone away, which is no fault of the row that was being done."""
    return isinstance(error, OperationalError | InterfaceError) and not connection.is_usable()


def words(error: Exception) -> str:
    """The error as it is kept in the row, without patient data that it may quote."""
    return str(masked(f"{type(error).__name__}: {error}".replace("\0", "")))[:_LONGEST]
