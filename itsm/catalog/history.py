"""What happened to a record of a register, newest first, out of the audit log."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.audit.models import Event
from itsm.catalog.querysets import EVERY_ROW
from itsm.pages.registers import Panel
from itsm.pages.words import label

ROWS = 10
_ACTS = {
    "catalog.create": (gettext_lazy("made this entry"), "plus", "green"),
    "catalog.change": (gettext_lazy("changed this entry"), "pencil", "blue"),
    "catalog.retire": (gettext_lazy("retired this entry"), "archive", "secondary"),
    "catalog.restore": (gettext_lazy("restored this entry"), "rotate-clockwise", "teal"),
    "catalog.verify_item": (gettext_lazy("verified this item on the spot"), "checkup-list", "green"),
    "catalog.relate_items": (gettext_lazy("added a relation"), "link", "blue"),
    "catalog.unrelate_items": (gettext_lazy("removed a relation"), "unlink", "orange"),
}
_NO_COLUMNS = {"relation": gettext_lazy("relation")}


@dataclass(frozen=True)
class Entry:
    """One line of the history, as the timeline shows it."""

    at: datetime
    author_name: str
    text: str
    icon: str
    colour: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    kind: str = "action"


def history(request: HttpRequest, record: models.Model) -> Panel | None:
    """The last changes of the record, for our side; nothing when it is as the installation made it."""
    if not request.user.scopes & EVERY_ROW:
        return None
    events = Event.objects.about(record).filter(verb__in=_ACTS).reverse()[:ROWS]
    entries = [_entry(event, record) for event in events]
    if not entries:
        return None
    return Panel("history", _("Changes"), "history", "registers/_history.html", {"entries": entries})


def _entry(event: Event, record: models.Model) -> Entry:
    text, icon, colour = _ACTS[event.verb]
    changes = [(_column(record, name), old, new) for name, (old, new) in event.detail.get("changes", {}).items()]
    return Entry(event.at, event.actor_name or _("System"), str(text), icon, colour, changes)


def _column(record: models.Model, name: str) -> str:
    """What the column is called; a column of an earlier time keeps its own word."""
    try:
        return label(type(record), name)
    except FieldDoesNotExist:
        return str(_NO_COLUMNS.get(name, name))
