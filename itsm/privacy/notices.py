"""What is said to a person who has sent patient data; nothing is ever refused for it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from itsm.privacy.guard import found_kinds
from itsm.privacy.views import kind_names

CONTACTS = frozenset({"phone"})


def warn(request: HttpRequest, cleaned: Mapping[str, Any]) -> None:
    """Say with the next page which kinds of patient data were among the sent texts; a caller's number is none."""
    texts = (value for name, value in cleaned.items() if isinstance(value, str) and name not in CONTACTS)
    if kinds := found_kinds(*texts):
        text = _("What you sent seems to hold patient data (%(kinds)s). It is saved, and shown masked to everybody.")
        messages.warning(request, text % {"kinds": kind_names(kinds)})
