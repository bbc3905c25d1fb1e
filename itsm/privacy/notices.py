"""What is said to a person who has sent patient data; nothing is ever refused for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from itsm.privacy.guard import found_kinds
from itsm.privacy.views import kind_names

NOT_SEARCHED = frozenset({"phone", "password"})


def warn(request: HttpRequest, cleaned: Mapping[str, Any]) -> None:
    """Say with the next page which kinds of patient data were among the sent texts; a caller's number is none."""
    if kinds := found_kinds(*_texts(cleaned)):
        text = _("What you sent seems to hold patient data (%(kinds)s). It is saved, and shown masked to everybody.")
        messages.warning(request, text % {"kinds": kind_names(kinds)})


def _texts(sent: Any) -> Iterator[str]:
    """Every text of what a form gave, however deep it lies."""
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, Mapping):
        for name, value in sent.items():
            if name not in NOT_SEARCHED:
                yield from _texts(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from _texts(value)
