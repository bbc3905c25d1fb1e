"""No log line shows patient data: every record masks itself, whichever logger and handler it goes through."""

import logging
from collections.abc import MutableMapping
from typing import Any

from itsm.privacy.guard import masked


class MaskedRecord(logging.LogRecord):
    """A record whose message, traceback and stack come out masked."""

    def getMessage(self) -> str:  # noqa: N802  the library's name
        """The message with its arguments, masked."""
        return masked(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback as text, which a formatter keeps here; masked."""
        return self.__dict__.get("exc_text")

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self.__dict__["exc_text"] = masked(text)

    @property
    def stack_info(self) -> str | None:
        """The stack as text; masked."""
        return self.__dict__.get("stack_info")

    @stack_info.setter
    def stack_info(self, text: str | None) -> None:
        self.__dict__["stack_info"] = masked(text)


def mask_line(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: every text of the line masked, tracebacks and nested values too."""
    return masked(event)
