"""Columns of a list's file, and how a column's value is read."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise

Words = str | Promise
Value = Callable[[Any], Any]


@dataclass(frozen=True)
class ExportColumn:
    """A column of the file: a plain value (text, number, date, moment, bool or None) for every record.

    width: in characters, a Chinese one counts two. contact: how our own people are reached or known, whose
    mobile numbers are nobody's patient data and stay readable.
    """

    header: Words
    value: Value | str
    width: int = 16
    contact: bool = False

    def of(self, record: Any) -> Any:
        """The plain value."""
        return read(record, self.value)


def read(record: Any, value: Value | str) -> Any:
    """A value by its accessor: a callable, or the path of an attribute that may end early in None."""
    if callable(value):
        return value(record)
    try:
        return attrgetter(value)(record)
    except AttributeError:
        if "." in value:
            return None
        raise
